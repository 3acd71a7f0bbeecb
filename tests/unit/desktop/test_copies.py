"""A result on this machine is told by its bytes."""

from __future__ import annotations

import hashlib
import os
import threading
from pathlib import Path

import pytest

from desktop.transfer.copies import Copies
from desktop.transfer.source import StoppedError

OWN, OTHER = b"own variants", b"not the same"
SIZE, SHA256 = len(OWN), hashlib.sha256(OWN).hexdigest()


def put(folder: Path, **files: bytes) -> list[Path]:
    for name, data in files.items():
        (folder / name).write_bytes(data)
    return [folder / name for name in files]


def found(copies: Copies, places: list[Path]) -> Path | None:
    return copies.find(places, SIZE, SHA256, threading.Event())


def test_first_file_with_the_bytes_is_the_copy(tmp_path: Path) -> None:
    places = put(tmp_path, longer=OWN + OWN, other=OTHER, own=OWN, again=OWN)
    assert len(OTHER) == SIZE
    assert found(Copies(), [tmp_path / "missing", tmp_path, *places]) == tmp_path / "own"
    assert found(Copies(), places[:2]) is None


def test_what_cannot_be_looked_at_is_passed_over(tmp_path: Path) -> None:
    (own,) = put(tmp_path, own=OWN)
    assert found(Copies(), [tmp_path / ("x" * 300), own / "below a file", own]) == own


def test_file_that_did_not_change_is_not_read_again(tmp_path: Path) -> None:
    copies, (own,) = Copies(), put(tmp_path, own=OWN)
    assert found(copies, [own]) == own
    read = own.stat()
    own.write_bytes(OTHER)
    os.utime(own, ns=(read.st_atime_ns, read.st_mtime_ns))
    assert found(copies, [own]) == own
    os.utime(own, ns=(read.st_atime_ns, read.st_mtime_ns + 1_000_000_000))
    assert found(copies, [own]) is None


def test_reading_ends_when_it_is_told_to(tmp_path: Path) -> None:
    stop = threading.Event()
    stop.set()
    with pytest.raises(StoppedError):
        Copies().find(put(tmp_path, own=OWN), SIZE, SHA256, stop)
