"""How a table's width is shared among its columns; pure, so every rule has its test."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate


@dataclass(frozen=True, slots=True)
class Wanted:
    """How wide a column wants to be: `enough` to be read, `whole` for all that is in it."""

    enough: int
    whole: int


def fitted(wanted: Sequence[Wanted], room: int) -> list[int]:
    """Return the columns' widths for a table with *room* for so much.

    Where all fit they fill the room: first everybody has what is enough, then what is whole, then
    a share of the rest.  Where they do not, as many as fit fill it, so that no column is cut at
    the table's edge, and those after them are reached by scrolling.
    """
    ends = list(accumulate(each.enough for each in wanted))
    seen = max(1, sum(end <= room for end in ends))
    return [*_filled(wanted[:seen], room), *(each.enough for each in wanted[seen:])]


def _filled(wanted: Sequence[Wanted], room: int) -> list[int]:
    widths = [each.enough for each in wanted]
    lacking = [each.whole - each.enough for each in wanted]
    left = max(0, room - sum(widths))
    widths = _given(widths, lacking, min(left, sum(lacking)))
    return _given(widths, widths, max(0, room - sum(widths)))


def _given(widths: Sequence[int], parts: Sequence[int], amount: int) -> list[int]:
    """Return *widths* with *amount* shared among them as *parts* are to each other."""
    whole = sum(parts)
    if not whole:
        return list(widths)
    ends = [round(amount * end / whole) for end in accumulate(parts)]
    return [
        width + end - begin for width, begin, end in zip(widths, [0, *ends], ends, strict=False)
    ]
