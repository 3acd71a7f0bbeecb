"""How much an account uses."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from backend.domain.job import Counts, Input, Job, Result, Status
from backend.domain.plans import Plan, Plans
from backend.services.ports import JobPage
from backend.services.usage import KEPT_FOR, PAGES, Usage, Usages
from tests.fakes.clock import START, FakeClock
from tests.fakes.jobs import FakeJobs
from tests.fakes.people import a_job

OWNER = "a" * 32
FREE, PREMIUM = Plans().limits(Plan.FREE), Plans().limits(Plan.PREMIUM)
DONE = Result(10, "a" * 64, Counts("GRCh37", "b" * 64, 1, 1, 1, 0))


class CountingJobs(FakeJobs):
    """Counts how often it is asked for a page."""

    asked = 0

    def by_owner(self, owner: str, *, limit: int, after: str | None = None) -> JobPage:
        self.asked += 1
        return super().by_owner(owner, limit=limit, after=after)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def jobs() -> CountingJobs:
    return CountingJobs()


def job(number: int, **changes: Any) -> Job:
    return a_job(OWNER, id=f"{number:032x}", **changes)


def test_jobs_of_the_month_and_results_are_counted(jobs: FakeJobs, clock: FakeClock) -> None:
    due = START + timedelta(minutes=3)
    for number, changes in enumerate(
        [
            {"status": Status.COMPLETED, "result": DONE, "archive_due": due},
            {"status": Status.COMPLETED, "result": DONE},
            {"status": Status.ARCHIVED, "result": DONE},
            {"status": Status.THAWING, "result": DONE},
            {"status": Status.FAILED},
            {"created_at": START - timedelta(days=30), "input": Input("old.vcf", 9, "0" * 64)},
        ]
    ):
        jobs.add(job(number, **changes))
    jobs.add(a_job("b" * 32, id="f" * 32))
    assert Usages(jobs, clock).of(OWNER, FREE) == Usage(5, 5000, 2, 2, complete=True)
    clock.advance(timedelta(minutes=3))
    assert Usages(jobs, clock).of(OWNER, FREE).results_stored == 1
    assert Usages(jobs, clock).of(OWNER, PREMIUM).results_stored == 2


def test_the_table_is_asked_once_a_minute(jobs: CountingJobs, clock: FakeClock) -> None:
    usages = Usages(jobs, clock)
    for _ in range(3):
        usages.of(OWNER, FREE)
    assert jobs.asked == 1
    jobs.add(job(1))
    clock.advance(KEPT_FOR)
    assert usages.of(OWNER, FREE).month_jobs == 1


def test_only_the_newest_thousand_are_counted_and_that_is_said(
    jobs: CountingJobs, clock: FakeClock
) -> None:
    for number in range(PAGES * 200 + 1):
        jobs.add(job(number))
    usage = Usages(jobs, clock).of(OWNER, FREE)
    assert (usage.month_jobs, usage.complete) == (PAGES * 200, False)
    assert jobs.asked == PAGES


def test_of_very_many_accounts_only_the_latest_are_kept(
    jobs: CountingJobs, clock: FakeClock
) -> None:
    usages = Usages(jobs, clock)
    for number in range(1_001):
        usages.of(f"{number:032x}", FREE)
    asked = jobs.asked
    usages.of(f"{1_000:032x}", FREE)
    assert jobs.asked == asked
    usages.of(f"{0:032x}", FREE)
    assert jobs.asked == asked + 1
