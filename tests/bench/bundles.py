"""The reference bundles that our programs annotate with, built by ``gas reference build``."""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from annotator.reference.bundle import MANIFEST, load
from backend.domain.errors import RejectedError
from tests.bench.inputs import ASSEMBLY, Inputs
from tests.bench.measuring import Cost, FailedRunError, measure

PLAIN = "plain"
"""Sequence and genes only: every allele goes to the engine."""

KNOWN = "known"
"""With a store of known alleles, of which the sample has 97 %."""

JOINED = "joined"
"""With three sources to join and no store."""

JOINED_KNOWN = "joined-known"
"""With three sources and a store of their alleles."""


class Bundles:
    """Bundles by kind, each built when it is first asked for.

    Args:
        inputs: what they are built from; they are kept in its folder.
        say: is told what is being built.

    Attributes:
        costs: of those built in this run.
    """

    def __init__(self, inputs: Inputs, say: Callable[[str], None]) -> None:
        self._inputs = inputs
        self._say = say
        self.costs: dict[str, Cost] = {}
        self._failures: dict[str, FailedRunError] = {}

    def find(self, kind: str) -> Path:
        """The folder of the bundle of a *kind*; one of an earlier run is taken if it still loads.

        Raises:
            FailedRunError: it could not be built; that is tried once.
        """
        if kind in self._failures:
            raise self._failures[kind]
        place = self._inputs.folder / "bundles" / kind
        try:
            return _loaded(place) or self._build(kind, place)
        except FailedRunError as error:
            self._failures[kind] = error
            raise

    def _build(self, kind: str, place: Path) -> Path:
        shutil.rmtree(place, ignore_errors=True)
        options = self._sources(kind)
        self._say(f"Building the bundle {kind} …")
        command = [
            *(sys.executable, "-m", "backend.cli", "reference", "build"),
            *("--name", f"chr20-{kind}", "--assembly", ASSEMBLY),
            *("--fasta", str(self._inputs.fasta()), "--genes", str(self._inputs.data.genes)),
            *options,
            *("--out", str(place)),
        ]
        with tempfile.TemporaryDirectory(dir=self._inputs.folder) as folder:
            try:
                self.costs[kind] = measure(command, Path(folder))
            except FailedRunError as error:
                raise FailedRunError(f"The bundle {kind} was not built. {error}") from error
        built = _loaded(place)
        if built is None:
            raise FailedRunError(f"gas reference build left no bundle that loads in {place}.")
        return built

    def _sources(self, kind: str) -> list[str]:
        """The options that tell the kinds apart."""
        if kind == PLAIN:
            return []
        if kind == KNOWN:
            return ["--source", f"sites={self._inputs.known_sites()}", "--precompute"]
        joined = [
            *("--source", f"clinvar={self._inputs.clinvar()}"),
            *("--source", f"gnomad={self._inputs.gnomad()}"),
            *("--source", f"panel={self._inputs.panel()}"),
        ]
        return [*joined, "--precompute"] if kind == JOINED_KNOWN else joined


def _loaded(place: Path) -> Path | None:
    """The bundle below *place*; None without one, or if it was made for another version."""
    for manifest in sorted(place.glob(f"*/{MANIFEST}")):
        with suppress(RejectedError):
            return load(manifest.parent).path
    return None
