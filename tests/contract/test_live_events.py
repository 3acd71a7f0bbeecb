"""The ports `LiveEvents` and `EventLog`: the fakes and Postgres keep the same promises."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest
import sqlalchemy

from backend.db.accounts import PostgresAccounts
from backend.db.event_log import PostgresEventLog
from backend.db.live_events import KEPT_EVENTS, PostgresLiveEvents
from backend.domain.errors import UnavailableError
from backend.domain.job import Counts, Job, Result, Status
from backend.domain.plans import Plans
from backend.services.live import Batch, EventLog
from backend.services.ports import Accounts, LiveEvents
from tests.fakes.accounts import FakeAccounts
from tests.fakes.clock import FakeClock, FakeIds
from tests.fakes.live_events import FakeEventLog, FakeLiveEvents
from tests.fakes.people import ALICE, BOB, a_job


@dataclass
class Subject:
    accounts: Accounts
    live: LiveEvents
    log: EventLog

    def read(self, account_id: str, after: int = 0, limit: int = 100) -> Batch:
        async def reading() -> Batch:
            async with self.log.listening(lambda _account: None):
                return await self.log.read(account_id, after, limit)

        return asyncio.run(reading())


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture(params=["fake", "postgres"])
def subject(request: pytest.FixtureRequest, clock: FakeClock) -> Subject:
    if request.param == "fake":
        accounts = FakeAccounts()
        live = FakeLiveEvents(accounts, Plans(), clock)
        return Subject(accounts, live, FakeEventLog(live))
    engine = request.getfixturevalue("engine")
    url = request.getfixturevalue("postgres_url")
    postgres = PostgresLiveEvents(engine, Plans(), clock)
    return Subject(PostgresAccounts(engine, FakeIds()), postgres, PostgresEventLog(url))


@pytest.fixture
def job(subject: Subject) -> Job:
    return a_job(subject.accounts.sign_in(ALICE).id)


def test_events_are_numbered_from_one_for_each_account(subject: Subject, job: Job) -> None:
    bob = a_job(subject.accounts.sign_in(BOB).id, id="b" * 32)
    for version in (1, 2, 3):
        assert subject.live.publish(replace(job, version=version))
    assert subject.live.publish(bob)
    assert [event.seq for event in subject.read(job.owner).events] == [1, 2, 3]
    assert [event.seq for event in subject.read(bob.owner).events] == [1]
    assert (subject.live.cursor(job.owner), subject.live.cursor(bob.owner)) == (3, 1)


def test_a_version_is_told_once_and_never_after_a_newer_one(subject: Subject, job: Job) -> None:
    assert subject.live.publish(replace(job, version=2))
    assert not subject.live.publish(replace(job, version=2))
    assert not subject.live.publish(replace(job, version=1))
    assert subject.live.cursor(job.owner) == 1


def test_an_event_shows_the_job_as_its_owner_sees_it(subject: Subject, job: Job) -> None:
    counts = Counts("GRCh37", "b" * 64, 5, 5, 4, 1)
    done = replace(
        job,
        status=Status.COMPLETED,
        finished_at=job.created_at,
        archive_due=job.created_at + timedelta(seconds=180),
        result=Result(10, "a" * 64, counts),
    )
    subject.live.publish(done)
    (event,) = subject.read(job.owner).events
    assert event.type == "job"
    assert event.data["job"]["id"] == job.id
    assert event.data["job"]["result_available"] is True
    assert event.data["job"]["result_until"] == "2026-11-23T12:03:00Z"
    assert event.data["job"]["counts"]["annotated"] == 4


def test_a_reason_may_quote_any_character(subject: Subject, job: Job) -> None:
    reason = "Line 3 begins with \x00\x1b[31m\r\n\u2028event: job."
    subject.live.publish(replace(job, status=Status.FAILED, failure=reason))
    assert subject.read(job.owner).events[0].data["job"]["failure"] == reason


def test_a_deleted_job_is_told_as_well(subject: Subject, job: Job) -> None:
    subject.live.publish(replace(job, status=Status.DELETING))
    assert subject.read(job.owner).events[0].data["job"]["status"] == "deleting"


def test_an_owner_who_is_gone_is_told_nothing(subject: Subject) -> None:
    assert not subject.live.publish(a_job("0" * 32))
    assert subject.live.cursor("0" * 32) == 0
    assert subject.read("0" * 32) == Batch((), 0)


def test_events_are_read_after_a_number_and_in_batches(subject: Subject, job: Job) -> None:
    for version in range(1, 6):
        subject.live.publish(replace(job, version=version))
    batch = subject.read(job.owner, after=1, limit=2)
    assert [event.seq for event in batch.events] == [2, 3]
    assert batch.latest == 5
    assert batch.follows(1)
    assert subject.read(job.owner, after=5) == Batch((), 5)


def test_a_number_from_the_future_follows_nothing(subject: Subject, job: Job) -> None:
    subject.live.publish(job)
    assert not subject.read(job.owner, after=9).follows(9)


def test_who_listens_is_woken_by_each_account_that_has_news(subject: Subject, job: Job) -> None:
    async def listen() -> str | None:
        woken: asyncio.Queue[str | None] = asyncio.Queue()
        async with subject.log.listening(woken.put_nowait):
            await asyncio.to_thread(subject.live.publish, job)
            async with asyncio.timeout(60):
                # None says that something may have been missed while the line was made.
                while (account := await woken.get()) is None:
                    await asyncio.to_thread(
                        subject.live.publish, replace(job, version=job.version + 1)
                    )
                return account

    assert asyncio.run(listen()) == job.owner


def test_publishers_at_the_same_moment_leave_no_gap(subject: Subject, job: Job) -> None:
    jobs = [replace(job, id=f"{number:032x}") for number in range(40)]
    with ThreadPoolExecutor(4) as pool:
        assert all(pool.map(subject.live.publish, jobs))
    assert [event.seq for event in subject.read(job.owner).events] == list(range(1, 41))


@pytest.fixture
def postgres(engine: sqlalchemy.Engine, clock: FakeClock) -> PostgresLiveEvents:
    return PostgresLiveEvents(engine, Plans(), clock)


@pytest.fixture
def owner(engine: sqlalchemy.Engine) -> str:
    return PostgresAccounts(engine, FakeIds()).sign_in(ALICE).id


@pytest.fixture
def reader(postgres_url: str) -> Callable[[str, int], Batch]:
    log = PostgresEventLog(postgres_url)

    def read(account_id: str, after: int) -> Batch:
        async def reading() -> Batch:
            async with log.listening(lambda _account: None):
                return await log.read(account_id, after, 2 * KEPT_EVENTS)

        return asyncio.run(reading())

    return read


def test_pruning_keeps_a_day(
    postgres: PostgresLiveEvents,
    owner: str,
    clock: FakeClock,
    reader: Callable[[str, int], Batch],
) -> None:
    job = a_job(owner)
    postgres.publish(job)
    clock.advance(timedelta(hours=23))
    postgres.publish(replace(job, version=1))
    assert postgres.prune() == 0
    clock.advance(timedelta(hours=2))
    assert postgres.prune() == 1
    assert not reader(owner, 0).follows(0)
    assert reader(owner, 1).follows(1)
    assert postgres.cursor(owner) == 2


def test_pruning_keeps_the_last_thousand_of_an_account(
    postgres: PostgresLiveEvents,
    owner: str,
    engine: sqlalchemy.Engine,
    clock: FakeClock,
    reader: Callable[[str, int], Batch],
) -> None:
    fill = sqlalchemy.text(
        "INSERT INTO events (account_id, seq, type, payload, at) "
        "SELECT :id, n, 'job', '{}', :at FROM generate_series(1, :n) AS n"
    )
    count = sqlalchemy.text("UPDATE accounts SET event_seq = :n WHERE id = :id")
    values = {"id": owner, "n": KEPT_EVENTS + 7, "at": clock()}
    with engine.begin() as connection:
        connection.execute(fill, values)
        connection.execute(count, values)
    assert postgres.prune() == 7
    batch = reader(owner, 7)
    assert batch.follows(7)
    assert len(batch.events) == KEPT_EVENTS


def test_a_log_that_nobody_opened_or_that_is_down_is_unavailable() -> None:
    log = PostgresEventLog("postgresql+psycopg://nobody@127.0.0.1:1/none")
    with pytest.raises(UnavailableError):
        asyncio.run(log.read("0" * 32, 0, 1))


def test_readers_whose_connections_were_killed_read_on(
    engine: sqlalchemy.Engine, postgres_url: str, owner: str
) -> None:
    log = PostgresEventLog(postgres_url)
    others = sqlalchemy.text(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        "WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
    )

    def kill() -> None:
        with engine.begin() as connection:
            assert connection.execute(others).all()

    async def read_twice() -> tuple[int, int]:
        async with log.listening(lambda _account: None):
            before = await log.cursor(owner)
            await asyncio.to_thread(kill)
            return before, await log.cursor(owner)

    assert asyncio.run(read_twice()) == (0, 0)


def test_waking_stops_with_the_listening(subject: Subject, job: Job) -> None:
    woken: list[str | None] = []

    async def listen() -> None:
        async with subject.log.listening(woken.append):
            pass

    asyncio.run(listen())
    before = len(woken)
    subject.live.publish(job)
    assert len(woken) == before
