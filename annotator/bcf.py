"""BCF, the binary form of VCF, turned into VCF by bcftools in a process of its own.

A file that crashes htslib then ends that process and nothing else. Run as
``python -m annotator.bcf SOURCE TARGET``, this module is that process.
"""

from __future__ import annotations

import errno
import re
import shutil
import subprocess
import sys
import tempfile
import zlib
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, cast

from annotator.compression import GZIP, open_decompressed
from backend.domain.errors import RejectedError

if TYPE_CHECKING:
    from collections.abc import Callable

_BCF = b"BCF"
_POLL_SECONDS = 0.2
_MOST_MEMORY = 2 << 30
_LEAST_SPACE = 1 << 20
_PREFIX = re.compile(r"^(?:\[\w+\] )?(?:Error: )?")
_REASON_BYTES = 2_000
_REASON_SHOWN = 200


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
    """Write the BCF file *source* as a VCF file compressed by bgzip, as ``bcftools view`` does.

    The same source gives the same bytes. *tick* is called at least every 0.2 s and may raise to
    stop: the process is then gone. What is left of *target* after an error is incomplete.

    Raises:
        RejectedError: it is no BCF 2 that can be read to its end.
    """
    command = [sys.executable, "-m", "annotator.bcf", str(source.resolve()), str(target.resolve())]
    with (
        tempfile.TemporaryFile() as complaints,
        subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=complaints,
            cwd=Path(__file__).parents[1],
        ) as process,
    ):
        try:
            _wait(process, tick)
        except BaseException:
            process.kill()
            raise
        if process.returncode:
            _require_space(target.parent)
            said = _last_words(complaints).replace(str(source.resolve()), "the file")
            reason = said.replace(str(target.resolve()), "the VCF file")
            raise RejectedError(
                f"The BCF file cannot be read ({_reason(process.returncode, reason)}); "
                "upload it again, or turn it into VCF with `bcftools view`."
            )


def _wait(process: subprocess.Popen[bytes], tick: Callable[[], None]) -> None:
    """Wait until the process has ended."""
    while True:
        try:
            process.wait(_POLL_SECONDS)
        except subprocess.TimeoutExpired:
            tick()
        else:
            return


def _require_space(folder: Path) -> None:
    """Raise what a full disk raises elsewhere: that is no fault of the file."""
    if shutil.disk_usage(folder).free < _LEAST_SPACE:
        raise OSError(errno.ENOSPC, "no space left for the BCF file as VCF")


def _last_words(complaints: BinaryIO) -> str:
    """The last line that the process wrote."""
    size = complaints.seek(0, 2)
    complaints.seek(max(0, size - _REASON_BYTES))
    lines = complaints.read().decode("utf-8", "replace").strip().splitlines()
    return lines[-1] if lines else ""


def _reason(code: int, said: str) -> str:
    """Why the process failed, as a person may be told."""
    if code < 0:
        return "it makes bcftools crash"
    shown = "".join(each if each.isprintable() else "?" for each in said)
    return _PREFIX.sub("", shown)[:_REASON_SHOWN].rstrip(".") or "it is damaged"


def _limit_memory() -> None:
    """Keep a header that claims to be gigabytes from taking the machine's memory."""
    import resource

    resource.setrlimit(resource.RLIMIT_AS, (_MOST_MEMORY, _MOST_MEMORY))


def main() -> None:
    """Turn one file into the other; the last line on standard error says why not."""
    import pysam.bcftools

    source, target = sys.argv[1:]
    _limit_memory()
    options = ("--no-version", "--verbosity", "1", "-Oz1", "-o", target)
    try:
        pysam.bcftools.view(*options, source, catch_stdout=False)
    except pysam.utils.SamtoolsError as error:
        # pysam's error is a line that quotes what bcftools said.
        said = cast("str", error.args[0]).rpartition("stderr=")[2].strip()
        sys.exit(said or "it is damaged")


if __name__ == "__main__":
    main()
