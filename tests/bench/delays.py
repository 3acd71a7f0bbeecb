"""How long changes were on their way, and the figures of that."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import median

from tests.bench.arrivals import Arrival

ARCHIVING, ARCHIVED, THAWING, RESTORED = "archiving", "archived", "thawing", "restored"
PLAN = "plan"
# What the job itself says of when each change was.
_TIMES = {
    "created": "created_at",
    "submitted": "submitted_at",
    "running": "started_at",
    "completed": "finished_at",
}
# What happens to every job, and then to results and plans.
STEPS = tuple(_TIMES)
KINDS = (*STEPS, ARCHIVING, ARCHIVED, THAWING, RESTORED, PLAN)
TARGET_MS = 1000


@dataclass(frozen=True, slots=True)
class Delay:
    """How long one change was on its way.

    Attributes:
        kind: one of `KINDS`.
        subject: the job, or the plan.
    """

    kind: str
    subject: str
    seconds: float


def delays_of(job_id: str, arrivals: Iterable[Arrival]) -> list[Delay]:
    """Return the delay of each change of a job that has arrived, by the first that tells of it."""
    told: dict[str, float] = {}
    for arrival in arrivals:
        job = arrival.data.get("job", {})
        if job.get("id") != job_id:
            continue
        for kind, name in _TIMES.items():
            if job[name] is not None and kind not in told:
                told[kind] = arrival.at - datetime.fromisoformat(job[name]).timestamp()
    return [Delay(kind, job_id, seconds) for kind, seconds in told.items()]


def figures(seconds: Sequence[float], trips: Sequence[float]) -> dict[str, object]:
    """Return p50, p95 and the longest of *seconds*, in milliseconds and in round trips.

    Args:
        seconds: what was measured; at least one.
        trips: what plain requests took, in seconds.
    """
    p50, p95, longest = nearest_rank(seconds, 50), nearest_rank(seconds, 95), max(seconds)
    trip = median(trips)
    return {
        "count": len(seconds),
        "p50_ms": _milliseconds(p50),
        "p95_ms": _milliseconds(p95),
        "max_ms": _milliseconds(longest),
        "p50_round_trips": round(p50 / trip, 1),
        "p95_round_trips": round(p95 / trip, 1),
    }


def is_met(seconds: Sequence[float]) -> bool:
    """Whether 95 in 100 are within the target."""
    return nearest_rank(seconds, 95) * 1000 <= TARGET_MS


def nearest_rank(values: Sequence[float], percent: int) -> float:
    """Return the smallest value that *percent* in 100 of them are not above."""
    return sorted(values)[math.ceil(len(values) * percent / 100) - 1]


def _milliseconds(seconds: float) -> float:
    return round(seconds * 1000, 1)
