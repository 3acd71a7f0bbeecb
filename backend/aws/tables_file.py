"""One table of a result: a Parquet file of which the parts are read that somebody needs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from backend.aws.tables_copy import Fetch, TableCopy
from backend.domain.errors import DamagedError
from backend.domain.variant_columns import RECORD, Column, Columns, Kind, Stored

_TAIL_BYTES = 8
_FEW_BYTES = 3
"""Bytes a value below which a column of text has few different values."""


class ParquetTable:
    """A table.

    Several threads may read it at once.

    Args:
        copy: of the file; the caller's to close.

    Attributes:
        columns: the columns, those of zygosity among them.
        starts: of each row group, the number of its first row, from 0; at the end that of all rows.
    """

    def __init__(self, copy: TableCopy) -> None:
        self._copy = copy
        self._metadata = _metadata(copy)
        schema = self._metadata.schema.to_arrow_schema()
        self.columns = Columns.of(tuple(_stored(field) for field in schema))
        self._places = {name: place for place, name in enumerate(schema.names)}
        self._few = [field.name for field in schema if self._has_few(field)]
        self.starts = [0]
        for group in range(len(self)):
            self.starts.append(self.starts[-1] + self._metadata.row_group(group).num_rows)
        if RECORD not in self._places:
            raise DamagedError("A result's table has no numbers of records.")

    def __len__(self) -> int:
        """How many row groups there are."""
        return int(self._metadata.num_row_groups)

    def statistics(self, group: int, name: str) -> Any:  # noqa: ANN401 - pyarrow has no types
        """Return what the file says of a column's values in a row group; None where nothing."""
        return self._metadata.row_group(group).column(self._places[name]).statistics

    def rows(self, group: int) -> int:
        """Return how many rows a row group has."""
        return self.starts[group + 1] - self.starts[group]

    def stored_names(self, columns: Iterable[str]) -> list[str]:
        """Return what of the file has to be read for these *columns*, by name."""
        found: dict[str, None] = {}
        for name in columns:
            column = self.columns.get(name)
            for stored in _read_for(column):
                found[stored] = None
        return list(found)

    def require(self, groups: Iterable[int], names: Sequence[str]) -> None:
        """Have stored columns of *groups* at hand, so that reading them waits for nobody."""
        self._copy.require(self._pieces(groups, names))

    def fetch(self, groups: Iterable[int], names: Sequence[str]) -> Fetch:
        """Begin to fetch stored columns of *groups*; the caller ends it."""
        return self._copy.fetch(self._pieces(groups, names))

    def read(self, group: int, names: Sequence[str]) -> pa.Table:
        """Return stored columns of a row group."""
        self.require((group,), names)
        few = [name for name in names if name in self._few]
        file = pq.ParquetFile(self._copy.file, metadata=self._metadata, read_dictionary=few)
        return file.read_row_group(group, columns=list(names), use_threads=False)

    def close(self) -> None:
        """Give up the copy; nobody may be reading."""
        self._copy.close()

    @property
    def disk_bytes(self) -> int:
        """How many bytes of the disk it takes."""
        return self._copy.stored

    def _pieces(self, groups: Iterable[int], names: Sequence[str]) -> Iterator[tuple[int, int]]:
        return (self._piece(group, name) for group in groups for name in names)

    def _piece(self, group: int, name: str) -> tuple[int, int]:
        chunk = self._metadata.row_group(group).column(self._places[name])
        start = chunk.data_page_offset
        if chunk.has_dictionary_page:
            start = min(start, chunk.dictionary_page_offset)
        return start, start + chunk.total_compressed_size

    def _has_few(self, field: Any) -> bool:  # noqa: ANN401
        """Whether a column of text has few different values, by the look of its first rows."""
        if not pa.types.is_string(field.type) or not len(self):
            return False
        group = self._metadata.row_group(0)
        size = group.column(self._places[field.name]).total_uncompressed_size
        return bool(size < _FEW_BYTES * max(group.num_rows, 1))


def _metadata(copy: TableCopy) -> Any:  # noqa: ANN401
    """What the end of the file says of it."""
    copy.require([(max(copy.size - _TAIL_BYTES, 0), copy.size)])
    copy.file.seek(max(copy.size - _TAIL_BYTES, 0))
    tail = copy.file.read(_TAIL_BYTES)
    length = int.from_bytes(tail[:4], "little") + _TAIL_BYTES
    if tail[4:] != b"PAR1" or length > copy.size:
        raise DamagedError("A result's table is not Parquet.")
    copy.require([(copy.size - length, copy.size)])
    return pq.read_metadata(copy.file)


def _stored(field: Any) -> Stored:  # noqa: ANN401
    metadata = field.metadata or {}
    return Stored(field.name, _kind(field.type), metadata.get(b"description", b"").decode())


def _kind(kind: Any) -> Kind:  # noqa: ANN401
    if pa.types.is_boolean(kind):
        return Kind.BOOLEAN
    if pa.types.is_integer(kind):
        return Kind.INTEGER
    return Kind.NUMBER if pa.types.is_floating(kind) else Kind.TEXT


def _read_for(column: Column | None) -> tuple[str, ...]:
    if column is None:
        return ()
    return (column.name,) if column.call is None else (column.call, "allele_number")
