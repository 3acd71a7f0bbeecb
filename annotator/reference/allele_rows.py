"""The rows of a source's alleles: each allele's number with its finished piece of INFO."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from annotator.alleles import LONG
from annotator.reference.info_columns import InfoColumns, pieces, without_missing
from annotator.reference.info_values import (
    ENCODED_COMMA,
    LIST,
    encode_values,
    join_items,
    merge_fragments,
)
from annotator.reference.source_keys import BY_ALLELE, FLAG, IDENTIFIERS, LISTED, STRING
from annotator.stores import KEY, LONG_FORM

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from annotator.fields import Field
    from annotator.lines import Lines
    from annotator.reference.source_keys import Wanted
    from annotator.screen import Group

INFO = "info"
"""The column of finished pieces of INFO: binary."""

ROWS = pa.schema([(KEY, pa.uint64()), (LONG_FORM, pa.binary()), (INFO, pa.binary())])
"""The columns of a source's alleles."""

_ID_COLUMN = 2
_NUMBER = rb"^[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?$"
_TEXT_COMMA = (b",_", ENCODED_COMMA + b"_")
_NULL = pa.scalar(None, pa.binary())


class AlleleRows:
    """Makes rows of what records of VCFs say under the *wanted* keys."""

    def __init__(self, wanted: tuple[Wanted, ...]) -> None:
        self.wanted = wanted
        self._texts: set[str] = set()

    def fields(self) -> tuple[Field, ...]:
        """The keys of all rows made so far; a number of which some row has a list is text."""
        return tuple(
            replace(each.field, type=STRING) if each.field.key in self._texts else each.field
            for each in self.wanted
        )

    def tables(self, lines: Lines, groups: Iterable[Group]) -> Iterator[tuple[str, pa.Table]]:
        """The alleles of *lines* about which there is something to say, by contig, as ``ROWS``.

        Args:
            lines: at least one.
            groups: their alleles.
        """
        info = InfoColumns(lines)
        values = [_values(lines, info, each) for each in self.wanted]
        for group in groups:
            table = self._table(group, values)
            if table.num_rows:
                yield group.alleles.contig, table

    def unique(self, table: pa.Table) -> tuple[pa.Table, int]:
        """*table*, sorted, with each allele once, and how many rows were merged with others.

        What the source says of an allele in several records becomes one list, the same one in
        whatever order the records stand.
        """
        keys = table.column(KEY).to_numpy()
        is_again = np.zeros(len(keys), dtype=np.bool_)
        is_again[1:] = keys[1:] == keys[:-1]
        if not is_again.any():
            return table, 0
        shared = is_again | np.append(is_again[1:], [False])
        merged: dict[tuple[int, bytes | None], list[bytes]] = {}
        for row in table.filter(pa.array(shared)).to_pylist():
            merged.setdefault((row[KEY], row[LONG_FORM]), []).append(row[INFO])
        rows = [
            {KEY: key, LONG_FORM: form, INFO: self._merge(fragments)}
            for (key, form), fragments in merged.items()
        ]
        both = pa.concat_tables([table.filter(pa.array(~shared)), pa.Table.from_pylist(rows, ROWS)])
        order = np.argsort(both.column(KEY).to_numpy(), kind="stable")
        return both.take(pa.array(order)), table.num_rows - both.num_rows

    def _merge(self, fragments: list[bytes]) -> bytes:
        """One fragment of those that there are for one allele."""
        merged = merge_fragments(sorted(fragments), LIST)
        for item in merged.split(b";"):
            key, _, value = item.partition(b"=")
            if LIST in value:
                self._texts.add(key.decode())
        return merged

    def _table(self, group: Group, values: list[pa.Array]) -> pa.Table:
        """A group's alleles about which there is something to say."""
        pairs = zip(self.wanted, values, strict=True)
        fragments = join_items([self._items(group, wanted, each) for wanted, each in pairs])
        keys = group.alleles.keys()
        forms: list[bytes | None] = [None] * len(keys)
        for index in np.flatnonzero((keys & LONG) != 0).tolist():
            forms[index] = group.alleles.long_form(index)
        columns = [pa.array(keys), pa.array(forms, pa.binary()), fragments]
        return pa.table(columns, schema=ROWS).filter(pc.is_valid(fragments))

    def _items(self, group: Group, wanted: Wanted, values: pa.Array) -> pa.BinaryArray:
        """``key=value`` for each allele of a group; null where there is no value."""
        key = wanted.field.key.encode()
        records = pa.array(group.records)
        if wanted.field.type == FLAG:
            return pc.if_else(values.take(records), pa.scalar(key, pa.binary()), _NULL)
        if wanted.number in BY_ALLELE:
            numbers = group.numbers - 1 + BY_ALLELE[wanted.number]
            texts = encode_values(pieces(values, group.records, numbers))
        elif wanted.number == "1":
            texts = encode_values(values.take(records))
        else:
            texts = encode_values(_with_lists(values.take(records)))
        if wanted.field.type != STRING and wanted.field.key not in self._texts:
            self._require_numbers(wanted.field.key, texts)
        return pc.binary_join_element_wise(pa.scalar(key + b"=", pa.binary()), texts, b"")

    def _require_numbers(self, key: str, texts: pa.BinaryArray) -> None:
        """Have a key declared as text of which some value is no number."""
        is_number = pc.all(pc.match_substring_regex(texts, _NUMBER)).as_py()
        if is_number is False:
            self._texts.add(key)


def _values(lines: Lines, info: InfoColumns, wanted: Wanted) -> pa.Array:
    """What each record says under a key: texts, or booleans for a flag."""
    if wanted.number == LISTED:
        return pa.array(np.ones(len(lines), dtype=np.bool_))
    if wanted.number == IDENTIFIERS:
        return _identifiers(lines.values(_ID_COLUMN))
    return pa.array(info.has(wanted.key)) if wanted.number == "0" else info.values(wanted.key)


def _with_lists(texts: pa.BinaryArray) -> pa.BinaryArray:
    """Lists with ``&`` for the comma, but for one before a space, which belongs to a text."""
    texts = pc.replace_substring(texts, *_TEXT_COMMA)
    texts = pc.replace_substring(texts, b",", LIST)
    nothing = pc.match_substring_regex(texts, rb"^[.&]*$")
    return pc.if_else(nothing, _NULL, texts)


def _identifiers(texts: pa.BinaryArray) -> pa.BinaryArray:
    """The identifiers of dbSNP in ID, as lists."""
    texts = without_missing(texts)
    if pc.all(pc.match_substring_regex(texts, rb"^rs[0-9]+$")).as_py():
        return texts
    listed = [
        b",".join(each for each in (text or b"").split(b";") if each.startswith(b"rs")) or None
        for text in texts.to_pylist()
    ]
    return pa.array(listed, pa.binary())
