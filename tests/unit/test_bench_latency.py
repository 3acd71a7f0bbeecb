"""The benchmark of live events: its arithmetic, and what of an event it counts."""

from __future__ import annotations

from typing import Any

import pytest

from backend.domain.plans import Plan
from tests.bench.arrivals import Arrival
from tests.bench.delays import KINDS, Delay, delays_of, figures, is_met, nearest_rank
from tests.bench.latency import report, verdicts

NOON = 1_764_417_600.0
"""2025-11-29, 12:00 in UTC."""


def told(at: float, job_id: str = "j", **times: str | None) -> Arrival:
    names = ("submitted_at", "started_at", "finished_at")
    job: dict[str, Any] = {"id": job_id, "created_at": "2025-11-29T12:00:00Z"}
    return Arrival(at, "job", {"job": job | dict.fromkeys(names) | times})


@pytest.mark.parametrize(
    ("values", "percent", "wanted"),
    [
        ([3.0], 50, 3.0),
        ([3.0], 95, 3.0),
        ([4.0, 1.0, 3.0, 2.0], 50, 2.0),
        ([float(n) for n in range(1, 21)], 95, 19.0),
        ([float(n) for n in range(1, 22)], 95, 20.0),
        ([float(n) for n in range(1, 101)], 95, 95.0),
        ([float(n) for n in range(1, 101)], 100, 100.0),
    ],
)
def test_a_percentile_is_one_of_the_values(
    values: list[float], percent: int, wanted: float
) -> None:
    assert nearest_rank(values, percent) == wanted


def test_a_change_counts_by_the_first_event_that_tells_of_it() -> None:
    arrivals = [
        Arrival(NOON, "account", {"me": {"plan": "free"}}),
        told(NOON + 0.25),
        told(NOON + 9, "another"),
        # The job had gone on before its event was written, so one event tells of two changes.
        told(
            NOON + 3,
            submitted_at="2025-11-29T12:00:01Z",
            started_at="2025-11-29T12:00:02.500Z",
        ),
        told(
            NOON + 5,
            submitted_at="2025-11-29T12:00:01Z",
            started_at="2025-11-29T12:00:02.500Z",
            finished_at="2025-11-29T12:00:04.500000+00:00",
        ),
    ]
    assert delays_of("j", arrivals) == [
        Delay("created", "j", 0.25),
        Delay("submitted", "j", 2.0),
        Delay("running", "j", 0.5),
        Delay("completed", "j", 0.5),
    ]


def test_figures_are_milliseconds_and_round_trips() -> None:
    seconds = [0.02] * 18 + [0.5, 1.25]
    assert figures(seconds, [0.009, 0.01, 0.2]) == {
        "count": 20,
        "p50_ms": 20.0,
        "p95_ms": 500.0,
        "max_ms": 1250.0,
        "p50_round_trips": 2.0,
        "p95_round_trips": 50.0,
    }
    assert is_met(seconds)
    assert is_met([1.0])
    assert not is_met([1.0001])


def test_a_change_of_the_plan_is_told_after_it_was_made() -> None:
    event = Arrival(NOON, "account", {"me": {"plan": "premium"}})
    assert event.tells(Plan.PREMIUM, NOON - 1)
    assert not event.tells(Plan.PREMIUM, NOON)
    assert not event.tells(Plan.FREE, NOON - 1)
    assert not told(NOON).tells(Plan.FREE, NOON - 1)
    assert not event.knows("j", 0)


def test_an_event_knows_what_a_job_was_before() -> None:
    event = Arrival(NOON, "job", {"job": {"id": "j", "version": 7}})
    assert [event.knows("j", version) for version in (6, 7, 8)] == [True, True, False]
    assert not event.knows("another", 7)


def test_the_report_says_of_each_kind_whether_it_is_in_time() -> None:
    delays = [Delay(kind, "j", 0.1 * (n + 1)) for n, kind in enumerate(KINDS[:-1])]
    made = report([*delays, Delay("plan", "free", 1.5)], [0.01], {"cores": 2})
    assert list(made["changes"]) == list(KINDS)  # type: ignore[call-overload]
    assert list(verdicts(made))[-2:] == [
        "restored: p95 800 ms, target 1000 ms: met",
        "plan: p95 1500 ms, target 1000 ms: missed",
    ]
