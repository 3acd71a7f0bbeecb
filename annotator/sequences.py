"""The bundles' sequences as they are read fast, each made once on a machine."""

from __future__ import annotations

import contextlib
import shutil
import threading
from pathlib import Path

from annotator.engine import plain_fasta
from annotator.reference.bundle import Bundle
from annotator.scratch import scratch

_PREFIX = "sequence-"


class Sequences:
    """Sequences, not compressed; processes of one machine may share the *folder*, which is there.

    A copy is made beside its place and appears there whole, so a crash leaves none that is cut
    short.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._making = threading.Lock()

    def of(self, bundle: Bundle) -> Path:
        """The bundle's own file if it is not compressed, else the copy of it."""
        if bundle.fasta.suffix != ".gz":
            return bundle.fasta
        with self._making:
            place = self._folder / f"{_PREFIX}{bundle.hash}"
            if not place.is_dir():
                self._make(bundle, place)
            return next(place.glob("*.fa"))

    def _make(self, bundle: Bundle, place: Path) -> None:
        with scratch(self._folder) as folder:
            made = Path(folder) / "sequence"
            made.mkdir()
            plain_fasta(bundle.fasta, made)
            # Another process may have been faster; its copy is the same.
            with contextlib.suppress(OSError):
                made.rename(place)

    def clear(self, bundles: tuple[Bundle, ...]) -> None:
        """Remove the copies of what is not among *bundles* any more."""
        wanted = {f"{_PREFIX}{bundle.hash}" for bundle in bundles}
        for place in self._folder.glob(f"{_PREFIX}*"):
            if place.name not in wanted:
                shutil.rmtree(place, ignore_errors=True)
