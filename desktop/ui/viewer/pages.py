"""Rows by their number, of which the pages that were seen last are kept.

The service gives rows page after page, and each page names the place of the next.  So a row's
page can be asked for again by its place, but what lies beyond the last known page only in turn.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass

from backend.wire import VariantRow, VariantsWanted

KEPT = 40
"""Pages in memory; with 200 rows a page that is 8,000 rows."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where some rows are.

    Attributes:
        start: the number of the first, from 0.
        length: how many there are; 0 while nobody knows.
        after: what to ask the service for them by; None for the first page.
    """

    start: int
    length: int
    after: str | None


@dataclass(frozen=True, slots=True)
class PageRequest:
    """A page that the model needs.

    Attributes:
        turn: which query it belongs to.
        place: where in the table its rows go.
    """

    turn: int
    place: Place
    wanted: VariantsWanted


class Pages:
    """The rows of one query, as far as they are known.

    Attributes:
        known: how many rows were seen, whether or not they are still kept.
        frontier: the place of what follows; None at the end.
    """

    def __init__(self, keep: int = KEPT) -> None:
        self._keep = keep
        self._starts: list[int] = []
        self._places: list[Place] = []
        self._rows: OrderedDict[int, tuple[VariantRow, ...]] = OrderedDict()
        self.known = 0
        self.frontier: Place | None = Place(0, 0, None)

    def __len__(self) -> int:
        """Return how many rows are kept."""
        return sum(map(len, self._rows.values()))

    def row(self, number: int) -> VariantRow | None:
        """Return a row, or None if it is not kept."""
        place = self.place(number)
        if place is None or place.start not in self._rows:
            return None
        self._rows.move_to_end(place.start)
        return self._rows[place.start][number - place.start]

    def place(self, number: int) -> Place | None:
        """Return the place that a row belongs to, or None if it was never seen."""
        if not 0 <= number < self.known:
            return None
        return self._places[bisect_right(self._starts, number) - 1]

    def missing(self, first: int, last: int) -> Place | None:
        """Return the first place of these rows whose rows are not kept, or None."""
        number = max(0, first)
        while number <= last and (place := self.place(number)) is not None:
            if place.start not in self._rows:
                return place
            number = place.start + place.length
        return None

    def put(self, place: Place, rows: Sequence[VariantRow], after: str | None) -> bool:
        """Take in the answer to a request for *place*; return whether it brought anything on.

        Args:
            place: what was asked for; it may have become another one meanwhile.
            rows: what came.
            after: where the service goes on; None at its end.
        """
        if place == self.frontier:
            self._append(place, rows, after)
            return True
        if self.place(place.start) != place:
            return False
        return self._refill(place, rows[: place.length], after)

    def _append(self, place: Place, rows: Sequence[VariantRow], after: str | None) -> None:
        if rows:
            self._insert(len(self._places), Place(place.start, len(rows), place.after))
            self._hold(place.start, rows)
        self.known += len(rows)
        self.frontier = None if after is None else Place(self.known, 0, after)

    def _refill(self, place: Place, rows: Sequence[VariantRow], after: str | None) -> bool:
        """Put rows back; the service may cut them in other pages than the first time."""
        at, lacking = bisect_left(self._starts, place.start), place.length - len(rows)
        if lacking and after is None:
            return False
        if not rows:
            self._places[at] = Place(place.start, place.length, after)
            return True
        if lacking:
            self._places[at] = Place(place.start, len(rows), place.after)
            self._insert(at + 1, Place(place.start + len(rows), lacking, after))
        self._hold(place.start, rows)
        return True

    def _insert(self, at: int, place: Place) -> None:
        self._starts.insert(at, place.start)
        self._places.insert(at, place)

    def _hold(self, start: int, rows: Sequence[VariantRow]) -> None:
        self._rows[start] = tuple(rows)
        self._rows.move_to_end(start)
        while len(self._rows) > self._keep:
            self._rows.popitem(last=False)
