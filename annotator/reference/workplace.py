"""Where a bundle is made: a folder beside its place, so that it appears whole or not at all.

The folder is locked by the process at work. One that nobody has locked was left by a process that
was killed, and is removed by the next that makes a bundle there.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_PREFIX = ".building-"


@contextmanager
def workplace(out: Path) -> Iterator[Path]:
    """A new folder in *out*, which is gone afterwards whatever happened."""
    out.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        # Nobody else may look for folders without a lock while this one is about to get its own.
        with _locked(out, wait=True):
            _remove_abandoned(out)
            folder = stack.enter_context(tempfile.TemporaryDirectory(dir=out, prefix=_PREFIX))
            stack.enter_context(_locked(Path(folder), wait=False))
        yield Path(folder)


def put_in_place(made: Path, place: Path, workplace: Path) -> None:
    """Move the finished folder *made* to *place*; what is there already goes."""
    if place.exists():
        place.rename(workplace / "former")
    made.rename(place)


def _remove_abandoned(out: Path) -> None:
    """Remove what processes left that are gone."""
    for folder in out.glob(f"{_PREFIX}*"):
        with suppress(BlockingIOError), _locked(folder, wait=False):
            shutil.rmtree(folder)


@contextmanager
def _locked(folder: Path, *, wait: bool) -> Iterator[None]:
    """Holds the lock of a folder; it ends with the process at the latest.

    Raises:
        BlockingIOError: another process has it, and *wait* is false.
    """
    number = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(number, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    finally:
        os.close(number)
