"""The store of known alleles: finished answers, so that most of a person's need no engine.

It is made once, when a bundle is built, for the alleles of the bundle's own sources. Alleles of
users never enter it.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq

from annotator.answers import ANSWERS, NothingKnown
from annotator.consequence import FIELDS
from annotator.stores import KEY, LONG_FORM, AlleleStore
from backend.domain.errors import RejectedError

if TYPE_CHECKING:
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from annotator.alleles import Alleles
    from annotator.answers import Known
    from annotator.reference.bundle import Bundle

FOLDER = "known"
_FORMAT = 1
_MARK = b"gas.answers"


def open_known(bundle: Bundle) -> Known:
    """The bundle's store; one that knows nothing if the bundle has none.

    Raises:
        RejectedError: its answers are those of another version of engine or service.
    """
    folder = bundle.path / FOLDER
    return KnownStore(folder, bundle) if folder.is_dir() else NothingKnown()


def schema(bundle: Bundle) -> pa.Schema:
    """The columns of a store, marked by what its answers depend on beside the bundle."""
    columns = [pa.field(KEY, pa.uint64()), pa.field(LONG_FORM, pa.binary()), *ANSWERS]
    return pa.schema(columns, metadata={_MARK: _mark(bundle)})


def _mark(bundle: Bundle) -> bytes:
    """Another one for another engine, other fields or another making of answers."""
    text = "\n".join((str(_FORMAT), bundle.engine, *FIELDS))
    return hashlib.sha256(text.encode()).hexdigest().encode()


class KnownStore:
    """The answers in a bundle's folder, a file a contig."""

    def __init__(self, folder: Path, bundle: Bundle) -> None:
        self._folder = folder
        self._nothing = NothingKnown()
        self._stores: dict[str, AlleleStore | None] = {}
        for file in sorted(folder.glob("*.parquet"))[:1]:
            metadata = pq.read_schema(file).metadata or {}
            if metadata.get(_MARK) != _mark(bundle):
                raise RejectedError(
                    f"The known alleles of bundle {bundle.name} were computed by another version "
                    "of the service; build the bundle again."
                )

    def locate(self, alleles: Alleles, keys: NDArray[np.uint64]) -> NDArray[np.int64]:
        """See ``Known``."""
        store = self._store(alleles.contig)
        return store.locate(alleles, keys) if store else self._nothing.locate(alleles, keys)

    def fetch(self, contig: str, rows: NDArray[np.int64]) -> pa.Table:
        """See ``Known``."""
        store = self._store(contig)
        return store.fetch(rows) if store else self._nothing.fetch(contig, rows)

    def _store(self, contig: str) -> AlleleStore | None:
        """The contig's store, opened when it is first asked for; the last one is kept."""
        if contig not in self._stores:
            file = self._folder / f"{contig}.parquet"
            store = AlleleStore(file, ANSWERS.names) if file.is_file() else None
            self._stores = {contig: store}
        return self._stores[contig]
