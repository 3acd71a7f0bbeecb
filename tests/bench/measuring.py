"""What a program costs, and what it wrote."""

from __future__ import annotations

import gzip
import hashlib
import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

_STOPWATCH = Path(__file__).with_name("stopwatch.py")
_ROOT = Path(__file__).parents[2]
_LIMIT_SECONDS = 3600
_COMPLAINT_CHARACTERS = 600
_PIECE = 1 << 20


class FailedRunError(Exception):
    """A program ended with an error or took too long; the message has its last words."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What one run of a program took.

    Attributes:
        cpu_seconds: user and system time of the program and all its descendants.
        wall_seconds: from its start to its end.
        peak_megabytes: of the largest of its processes, not of their sum; what is below 10 MB
            cannot be told.
    """

    cpu_seconds: float
    wall_seconds: float
    peak_megabytes: float


@dataclass(frozen=True, slots=True)
class Written:
    """What is in a VCF file.

    Attributes:
        size: of the file, in bytes.
        text: of what is in it once decompressed, in bytes.
        records: lines that are not header.
        tagged: records with the tag that was asked for.
        protein_changes: records with HGVS of a protein, such as ``:p.Asp81Asn``.
        digest: SHA-256 of the records, without the header.
    """

    size: int
    text: int
    records: int
    tagged: int
    protein_changes: int
    digest: str


def measure(command: Sequence[str], folder: Path, output: Path | None = None) -> Cost:
    """Run *command* from the project's folder and return what it cost.

    Args:
        command: program and arguments.
        folder: for what the program says.
        output: takes the program's standard output; without, it is dropped with *folder*.

    Raises:
        FailedRunError: it ended with an error, or not within an hour.
    """
    complaints = folder / "complaints"
    stopwatch = (sys.executable, "-I", "-S", str(_STOPWATCH), str(_LIMIT_SECONDS))
    done = subprocess.run(
        (*stopwatch, str(output or folder / "said"), str(complaints), *command),
        cwd=_ROOT,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise FailedRunError(f"{command[0]}: {done.stderr.strip()[-_COMPLAINT_CHARACTERS:]}")
    found = json.loads(done.stdout)
    if found["exit"]:
        said = complaints.read_text("utf-8", "replace").strip()[-_COMPLAINT_CHARACTERS:]
        raise FailedRunError(f"It ended with code {found['exit']}: {said}")
    return Cost(found["cpu_seconds"], found["wall_seconds"], found["peak_kilobytes"] / 1000)


def inspect(vcf: Path, tag: bytes = b"") -> Written:
    """Read a VCF file, plain or compressed, and say what is in it.

    Args:
        vcf: the file.
        tag: what annotated records hold, such as ``CSQ=``; without, none counts as tagged.
    """
    text = records = tagged = proteins = 0
    digest = hashlib.sha256()
    with (gzip.open if _is_gzip(vcf) else open)(vcf, "rb") as lines:
        for line in lines:
            text += len(line)
            if line.startswith(b"#"):
                continue
            records += 1
            tagged += bool(tag) and tag in line
            proteins += b":p." in line or b"|p." in line
            digest.update(line)
    size = vcf.stat().st_size
    return Written(size, text, records, tagged, proteins, digest.hexdigest())


def read_through(paths: Sequence[Path]) -> None:
    """Read files, and all files in folders, so that no program waits for the disk."""
    for path in paths:
        for file in _files(path):
            with file.open("rb") as stream:
                while stream.read(_PIECE):
                    pass


def _files(path: Path) -> Iterator[Path]:
    """*path* itself if it is a file, else every file below it."""
    if path.is_file():
        yield path
        return
    yield from (each for each in path.rglob("*") if each.is_file())


def _is_gzip(file: Path) -> bool:
    """Whether a file begins as gzip does."""
    with file.open("rb") as stream:
        return stream.read(2) == b"\x1f\x8b"
