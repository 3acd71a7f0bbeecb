"""Which rows of a row group fit a condition."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from backend.aws.tables_file import ParquetTable
from backend.domain.variant_columns import ALLELE, CONTIG, POSITION, REF, REF_END
from backend.domain.variant_conditions import (
    NUMBER,
    All,
    AnyOf,
    Compares,
    Condition,
    Contains,
    HasTerm,
    IsTrue,
    Missing,
    Not,
    OneOf,
    Region,
    as_term,
    columns_of,
    contig_name,
)
from backend.domain.variant_zygosity import zygosity

if TYPE_CHECKING:
    from numpy.typing import NDArray

_FEW = 4
"""Once fewer than one row in so many are left, only these are looked at."""

_COMPARE = {"=": np.equal, "<": np.less, "<=": np.less_equal, ">": np.greater,
            ">=": np.greater_equal}  # fmt: skip
_NUMBER = f"^(?:{NUMBER})$"
_OfColumn = OneOf | Contains | HasTerm | Compares | IsTrue | Missing


class Cells:
    """The columns of a row group, read when they are first asked for.

    Args:
        table: the table.
        group: the row group.
        rows: which of its rows; None for all.
    """

    def __init__(
        self, table: ParquetTable, group: int, rows: NDArray[np.int64] | None = None
    ) -> None:
        self._table = table
        self._group = group
        self._rows = rows
        self._known: dict[str, Any] = {}

    def __len__(self) -> int:
        """How many rows there are."""
        return self._table.rows(self._group) if self._rows is None else len(self._rows)

    def has(self, name: str) -> bool:
        """Whether there is such a column."""
        return self._table.columns.get(name) is not None

    def column(self, name: str) -> Any:  # noqa: ANN401 - pyarrow has no types
        """Return a column, text as it is or by a dictionary."""
        if name not in self._known:
            column = self._table.columns.get(name)
            if column is not None and column.call is not None:
                found = _zygosities(self.column(column.call), self.column(ALLELE))
            else:
                found = self._table.read(self._group, [name]).column(0).combine_chunks()
                if self._rows is not None:
                    found = found.take(pa.array(self._rows))
            self._known[name] = found
        return self._known[name]

    def taken(self, rows: NDArray[np.int64]) -> Cells:
        """Return some of the rows."""
        chosen = Cells(self._table, self._group, rows if self._rows is None else self._rows[rows])
        indices = pa.array(rows)
        chosen._known = {name: found.take(indices) for name, found in self._known.items()}
        return chosen


def needed(condition: Condition) -> list[str]:
    """Return the columns that `fitting` looks at."""
    return list(dict.fromkeys((*_of_regions(condition), *columns_of(condition))))


def fitting(condition: Condition, cells: Cells) -> NDArray[np.bool_]:
    """Return which rows fit."""
    match condition:
        case All(several):
            return _all(several, cells)
        case AnyOf(several):
            mask = np.zeros(len(cells), dtype=bool)
            for each in several:
                mask |= fitting(each, cells)
            return mask
        case Not(inner):
            return ~fitting(inner, cells)
        case Region():
            return _overlapping(condition, cells)
    return _of_column(condition, cells.column(condition.column))


def _of_column(condition: _OfColumn, column: Any) -> NDArray[np.bool_]:  # noqa: ANN401
    match condition:
        case Missing():
            return _booleans(column.is_null())
        case IsTrue():
            return _booleans(column)
        case Compares(_, relation, number):
            # NaN, which stands for what is missing, is in no relation.
            found: NDArray[np.bool_] = _COMPARE[relation](_numbers(column), number)
            return found
    return _by_text(column, _test_of(condition))


def _all(conditions: tuple[Condition, ...], cells: Cells) -> NDArray[np.bool_]:
    mask = np.ones(len(cells), dtype=bool)
    for at, condition in enumerate(conditions):
        left = np.count_nonzero(mask)
        if not left:
            break
        if left * _FEW < len(cells):
            rows = np.flatnonzero(mask)
            mask[rows] = _all(conditions[at:], cells.taken(rows))
            break
        mask &= fitting(condition, cells)
    return mask


def _test_of(condition: OneOf | Contains | HasTerm) -> Callable[[Any], Any]:
    """What a condition asks of texts."""
    match condition:
        case OneOf(_, values):
            wanted = pa.array(sorted(values), pa.string())
            return lambda texts: pc.is_in(pc.ascii_lower(texts), wanted)
        case Contains(_, text):
            return lambda texts: pc.match_substring(pc.ascii_lower(texts), text)
        case HasTerm(_, terms, separators):
            split = re.compile(f"[{re.escape(separators)}]")

            def has_term(text: str) -> bool:
                return any(as_term(each) in terms for each in split.split(text))

            return lambda texts: _each(texts, has_term)


def _each(texts: Any, test: Callable[[str], bool]) -> Any:  # noqa: ANN401
    """Which of *texts* pass; null does not."""
    return pa.array([text is not None and test(text) for text in texts.to_pylist()], pa.bool_())


def _by_text(column: Any, test: Callable[[Any], Any]) -> NDArray[np.bool_]:  # noqa: ANN401
    """Which texts pass; each different one is looked at once where there are few."""
    if not pa.types.is_dictionary(column.type):
        return _booleans(test(column))
    passing = np.append(_booleans(test(column.dictionary)), [False])
    found: NDArray[np.bool_] = passing[_codes(column)]
    return found


def _codes(column: Any) -> NDArray[np.int64]:  # noqa: ANN401
    """Of each value its place in the dictionary; one behind the last for null."""
    indices = column.indices.fill_null(len(column.dictionary))
    codes: NDArray[np.int64] = indices.to_numpy(zero_copy_only=False).astype(np.int64)
    return codes


def _booleans(column: Any) -> NDArray[np.bool_]:  # noqa: ANN401
    """Booleans, false for null."""
    found: NDArray[np.bool_] = pc.fill_null(column, fill_value=False).to_numpy(zero_copy_only=False)
    return found


def _numbers(column: Any) -> NDArray[np.float64]:  # noqa: ANN401
    """Numbers, NaN for what is none."""
    if pa.types.is_dictionary(column.type):
        return np.append(_numbers(column.dictionary), [np.nan])[_codes(column)]
    if pa.types.is_string(column.type):
        is_number = pc.fill_null(pc.match_substring_regex(column, _NUMBER), fill_value=False)
        plain = pc.utf8_ltrim(pc.if_else(is_number, column, None), "+")
        column = plain.cast(pa.float64())
    found: NDArray[np.float64] = column.cast(pa.float64(), safe=False).to_numpy(
        zero_copy_only=False
    )
    return found


def _overlapping(region: Region, cells: Cells) -> NDArray[np.bool_]:
    """Which rows' REF overlaps the region."""
    contig = contig_name(region.contig)

    mask = _by_text(
        cells.column(CONTIG),
        lambda texts: _each(texts, lambda text: contig_name(text) == contig),
    )
    starts = _numbers(cells.column(POSITION))
    mask &= starts <= region.end
    if mask.any() and region.start > 1:
        mask &= _ends(starts, cells) >= region.start
    return mask


def _ends(starts: NDArray[np.float64], cells: Cells) -> NDArray[np.float64]:
    """Where each row's REF ends, inclusively."""
    if cells.has(REF_END):
        return _numbers(cells.column(REF_END))
    # Earlier tables do not tell, and have the beginning only of what is very long.
    letters = pc.utf8_length(cells.column(REF).cast(pa.string())).fill_null(1)
    ends: NDArray[np.float64] = starts + letters.to_numpy() - 1
    return ends


def _zygosities(calls: Any, alleles: Any) -> Any:  # noqa: ANN401
    """The zygosity of each row; each different genotype and allele is looked at once."""
    encoded = calls if pa.types.is_dictionary(calls.type) else calls.dictionary_encode()
    texts = [*encoded.dictionary.to_pylist(), None]
    numbers = alleles.fill_null(0).to_numpy(zero_copy_only=False).astype(np.int64)
    pairs = _codes(encoded) * (numbers.max(initial=0) + 1) + numbers
    different, places = np.unique(pairs, return_inverse=True)
    most = numbers.max(initial=0) + 1
    words = [str(zygosity(texts[pair // most], int(pair % most))) for pair in different.tolist()]
    return pa.DictionaryArray.from_arrays(
        pa.array(places.astype(np.int32)), pa.array(words, pa.string())
    )


def _of_regions(condition: Condition) -> tuple[str, ...]:
    match condition:
        case Region():
            return (CONTIG, POSITION, REF, REF_END)
        case All(several) | AnyOf(several):
            return next(filter(None, map(_of_regions, several)), ())
        case Not(inner):
            return _of_regions(inner)
    return ()
