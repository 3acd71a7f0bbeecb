"""Writing the table, in a second pass over the result."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq

from annotator.compression import open_decompressed
from annotator.table.chunk import Chunk
from annotator.table.columns import schema
from annotator.table.header import read_header
from annotator.table.records import whole_lines

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path
    from typing import BinaryIO

    from annotator.table.header import ResultHeader

GROUP_ROWS = 1 << 16
_GROUP_BYTES = 1 << 26


def write_table(result: Path, target: Path, tick: Callable[[], None]) -> None:
    """Write the table of *result*, an annotated VCF of ours, into the Parquet file *target*.

    It has a row for each alternate allele and consequence, and one for an allele without, so that
    every record is in it. Memory does not grow with the file. The same result gives the same
    bytes. *tick* is called after every few megabytes and may raise to stop; an incomplete
    *target* is not left behind.

    Raises:
        RejectedError: *result* was not annotated by this service, or was changed since.
    """
    part = target.with_name(target.name + ".part")
    try:
        with open_decompressed(result) as stream:
            header = read_header(stream, result.name)
            columns = schema(header)
            with pq.ParquetWriter(part, columns, compression="zstd") as writer:
                for group in _groups(_tables(stream, header, columns, tick)):
                    writer.write_table(group, row_group_size=GROUP_ROWS)
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)


def _tables(
    stream: BinaryIO, header: ResultHeader, columns: pa.Schema, tick: Callable[[], None]
) -> Iterator[pa.Table]:
    """The rows of the records in *stream*, in order."""
    before = 0
    for text in whole_lines(stream):
        chunk = Chunk(text, header, before)
        for table in chunk.tables(columns):
            tick()
            yield table
        before += len(chunk)


def _groups(tables: Iterator[pa.Table]) -> Iterator[pa.Table]:
    """The rows in groups of ``GROUP_ROWS``, or fewer where they are long."""
    waiting: list[pa.Table] = []
    for table in tables:
        waiting.append(table)
        if sum(each.num_rows for each in waiting) >= GROUP_ROWS:
            rows = pa.concat_tables(waiting)
            whole = rows.num_rows - rows.num_rows % GROUP_ROWS
            yield rows.slice(0, whole)
            waiting = [rows.slice(whole)]
        elif sum(each.nbytes for each in waiting) >= _GROUP_BYTES:
            yield pa.concat_tables(waiting)
            waiting = []
    if waiting:
        yield pa.concat_tables(waiting)
