"""What the viewer of results needs from the outside world: their tables."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from backend.domain.variant_columns import Column, Columns
from backend.domain.variant_conditions import Selection
from backend.domain.variant_order import Sort

Value = str | bool | int | float | None


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table.

    Attributes:
        record: number of the record, from 1.
        allele: number of the allele in it, from 1; 0 for a record without one.
        values: of the columns that were asked for; no number among them is infinite or NaN.
    """

    record: int
    allele: int
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Some rows of a table.

    Attributes:
        limit: rows of a page, at most.
        sort: None for the order of the table.
        owner: whose request it is; of an account one order is made at a time.
    """

    condition: Selection
    columns: tuple[Column, ...]
    limit: int
    sort: Sort | None = None
    owner: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """A page of rows.

    Attributes:
        count: rows that fit, as far as they are counted.
        is_exact: whether all are counted.
        after: where the next page begins; None at the end.
    """

    rows: tuple[Row, ...]
    count: int
    is_exact: bool
    after: int | None


class Tables(Protocol):
    """The tables of results, by their keys; what is under a key never changes."""

    def columns(self, key: str) -> Columns:
        """Return the columns of a table; raise NotFoundError if there is none."""

    def page(self, key: str, wanted: Wanted, place: int = 0) -> Found:
        """Return a page from *place* on, which is 0 or what the page before named.

        It is answered in bounded time: a page may be short, and yet not the last.

        Raises:
            NotFoundError: there is no such table.
            RejectedError: so many rows cannot be sorted.
            UnavailableError: too many are asking at the moment.
        """

    def variant(self, key: str, record: int, allele: int, columns: Sequence[Column]) -> list[Row]:
        """Return the rows of one allele in order; none where there is no such allele.

        Raises:
            NotFoundError: there is no such table.
        """

    def rows(
        self, key: str, condition: Selection, columns: Sequence[Column]
    ) -> Iterator[list[Row]]:
        """Yield all rows that fit, in the table's order, some thousands at a time.

        Raises:
            NotFoundError: there is no such table.
        """
