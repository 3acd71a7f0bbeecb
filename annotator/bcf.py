"""BCF, the binary form of VCF, turned into VCF through bcftools in a process of its own."""

from __future__ import annotations

import subprocess
import sys
import zlib
from typing import TYPE_CHECKING

from annotator.compression import GZIP, open_decompressed
from backend.domain.errors import RejectedError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_BCF = b"BCF"
_POLL_SECONDS = 0.2
_VIEW = (
    "import sys, pysam; pysam.bcftools.view('--no-version', '-Oz1', '-o', *sys.argv[2:0:-1], "
    "catch_stdout=False)"
)


def is_bcf(start: bytes, file: Path) -> bool:
    """Whether *file*, whose first bytes are *start*, is BCF, compressed or not."""
    if not start.startswith(GZIP):
        return start.startswith(_BCF)
    try:
        with open_decompressed(file) as text:
            return text.read(len(_BCF)) == _BCF
    except (EOFError, OSError, zlib.error):
        return False


def as_vcf(source: Path, target: Path, tick: Callable[[], None]) -> None:
    """Write the BCF file *source* as a VCF file compressed by bgzip.

    *tick* is called at least every 0.2 s and may raise to stop.

    Raises:
        RejectedError: it is damaged.
    """
    command = [sys.executable, "-c", _VIEW, str(source), str(target)]
    with subprocess.Popen(command, stderr=subprocess.PIPE) as process:
        try:
            complaint = _wait(process, tick)
        except BaseException:
            process.kill()
            raise
    if process.returncode:
        raise RejectedError(
            f"The BCF file cannot be read ({complaint or 'it is damaged'}); "
            "upload it again, or turn it into VCF with `bcftools view -Oz`."
        )


def _wait(process: subprocess.Popen[bytes], tick: Callable[[], None]) -> str:
    """What a process has to say when it ends."""
    while True:
        try:
            _, said = process.communicate(timeout=_POLL_SECONDS)
        except subprocess.TimeoutExpired:
            tick()
        else:
            lines = said.decode("utf-8", "replace").strip().splitlines()
            return lines[-1].rstrip(".") if lines else ""
