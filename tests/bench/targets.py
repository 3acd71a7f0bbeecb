"""The targets, and the arithmetic by which they are judged.

A ratio is of one round, whose programs ran one after the other on the machine as it was then; what
counts is the median over the rounds. So a machine that grows slower in between does no harm, and
neither does a round that something disturbed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from statistics import median

from tests.bench.measuring import Cost


class Seconds(StrEnum):
    """Which time a target speaks of."""

    CPU = "cpu"
    WALL = "wall"


class Bound(StrEnum):
    """On which side of its bound a ratio should be."""

    LEAST = "at least"
    MOST = "at most"


@dataclass(frozen=True, slots=True)
class Target:
    """The time of one program divided by that of another, and what it should be.

    Attributes:
        name: short.
        what: in words.
        over: the program above the line.
        under: the program below it.
    """

    name: str
    what: str
    over: str
    under: str
    bound: Bound
    value: float
    seconds: Seconds = Seconds.CPU

    def is_met(self, ratio: float) -> bool:
        """Whether *ratio* is good enough."""
        return ratio >= self.value if self.bound is Bound.LEAST else ratio <= self.value


_VEPYR_TIMES = "times as many records a CPU-second as raw vepyr"
_SNPEFF_TIMES = "times as many records a CPU-second as SnpEff"
_TWO = "speed of two processes over one, by the clock"
_JOINS = "CPU time with three joined sources over that without"
TARGETS = (
    Target("known-vepyr", f"97 % known: {_VEPYR_TIMES}", "raw-vepyr", "known", Bound.LEAST, 3.0),
    Target(
        "known-passthrough",
        "97 % known: share of the records a CPU-second that bcftools view passes through",
        "passthrough",
        "known",
        Bound.LEAST,
        0.6,
    ),
    Target("none-vepyr", f"none known: {_VEPYR_TIMES}", "raw-vepyr", "none", Bound.LEAST, 0.8),
    Target("known-snpeff", f"97 % known: {_SNPEFF_TIMES}", "snpeff", "known", Bound.LEAST, 6.0),
    Target("none-snpeff", f"none known: {_SNPEFF_TIMES}", "snpeff", "none", Bound.LEAST, 6.0),
    Target("two", f"none known: {_TWO}", "none", "none-2", Bound.LEAST, 1.7, Seconds.WALL),
    Target("two-known", f"97 % known: {_TWO}", "known", "known-2", Bound.LEAST, 1.7, Seconds.WALL),
    Target(
        "csq",
        "engine csq: share of the records a CPU-second of raw bcftools csq",
        "raw-csq",
        "csq",
        Bound.LEAST,
        0.7,
    ),
    Target("joins", f"none known: {_JOINS}", "joined", "none", Bound.MOST, 1.3),
    Target("joins-known", f"97 % known: {_JOINS}", "joined-known", "known", Bound.MOST, 1.3),
)


def judge(target: Target, rounds: Mapping[str, Sequence[Cost]]) -> float | None:
    """The median ratio of a target's two programs; None unless both were measured.

    Args:
        target: which programs, and which of their times.
        rounds: each program's cost, round by round.
    """
    over, under = rounds.get(target.over), rounds.get(target.under)
    if not over or not under:
        return None
    return median(
        _seconds(above, target.seconds) / _seconds(below, target.seconds)
        for above, below in zip(over, under, strict=True)
    )


def _seconds(cost: Cost, which: Seconds) -> float:
    return cost.cpu_seconds if which is Seconds.CPU else cost.wall_seconds
