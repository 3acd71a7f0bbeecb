"""The port `SignOuts`: the fake and Postgres keep the same promises."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest
import sqlalchemy

from backend.db.accounts import PostgresAccounts
from backend.db.engine import connect
from backend.db.event_log import PostgresEventLog
from backend.db.sign_outs import PostgresSignOuts
from backend.db.web_sessions import PostgresWebSessions
from backend.domain.accounts import Account
from backend.domain.errors import NotFoundError, UnavailableError
from backend.domain.plans import Plans
from backend.services.live import EventLog
from backend.services.ports import Accounts
from backend.services.sign_outs import SignOuts
from backend.services.web_sessions import WebSession, WebSessions
from backend.views import account_event
from backend.wire import AccountEvent
from tests.fakes.accounts import FakeAccounts
from tests.fakes.clock import START, FakeClock, FakeIds
from tests.fakes.live_events import FakeEventLog, FakeLiveEvents
from tests.fakes.people import ALICE, BOB
from tests.fakes.sign_outs import FakeSignOuts
from tests.fakes.web_sessions import FakeWebSessions

HOUR = timedelta(hours=1)


@dataclass
class Subject:
    accounts: Accounts
    sessions: WebSessions
    sign_outs: SignOuts
    log: EventLog

    def told(self, account_id: str) -> list[str]:
        async def reading() -> list[str]:
            async with self.log.listening(lambda _account: None):
                batch = await self.log.read(account_id, 0, 100)
            return [event.type for event in batch.events]

        return asyncio.run(reading())


def describe(account: Account) -> AccountEvent:
    return account_event(account, Plans(), "https://gas.test/upgrade", START)


@pytest.fixture(params=["fake", "postgres"])
def subject(request: pytest.FixtureRequest) -> Subject:
    if request.param == "fake":
        accounts, sessions = FakeAccounts(), FakeWebSessions()
        live = FakeLiveEvents(accounts, Plans(), FakeClock())
        sign_outs = FakeSignOuts(accounts, sessions, live)
        return Subject(accounts, sessions, sign_outs, FakeEventLog(live))
    engine: sqlalchemy.Engine = request.getfixturevalue("engine")
    return Subject(
        PostgresAccounts(engine, FakeIds()),
        PostgresWebSessions(engine),
        PostgresSignOuts(engine, describe),
        PostgresEventLog(request.getfixturevalue("postgres_url")),
    )


def test_the_moment_is_noted_on_the_account_and_its_apps_are_told(subject: Subject) -> None:
    account = subject.accounts.sign_in(ALICE)
    assert account.signed_out_at is None
    subject.sign_outs.everywhere(account.id, START)
    ended = replace(account, signed_out_at=START)
    assert subject.accounts.get(account.id) == ended
    assert subject.accounts.sign_in(ALICE) == ended
    assert subject.told(account.id) == ["account"]


def test_an_earlier_moment_lets_nobody_in_again(subject: Subject) -> None:
    account = subject.accounts.sign_in(ALICE)
    for moment in (START, START - HOUR):
        subject.sign_outs.everywhere(account.id, moment)
    assert subject.accounts.get(account.id).signed_out_at == START
    subject.sign_outs.everywhere(account.id, START + HOUR)
    assert subject.accounts.get(account.id).signed_out_at == START + HOUR


def test_the_account_s_web_sessions_end_and_nobody_else_s(subject: Subject) -> None:
    alice, bob = subject.accounts.sign_in(ALICE), subject.accounts.sign_in(BOB)
    for digest, account in (("1", alice), ("2", alice), ("b", bob)):
        subject.sessions.put(WebSession(digest, account.id, START, START + HOUR))
    subject.sign_outs.everywhere(alice.id, START)
    found = [subject.sessions.get(digest) is not None for digest in ("1", "2", "b")]
    assert found == [False, False, True]
    assert subject.accounts.get(bob.id).signed_out_at is None


def test_nobody_signs_out_of_an_account_that_is_not_there(subject: Subject) -> None:
    with pytest.raises(NotFoundError):
        subject.sign_outs.everywhere("0" * 32, START)


def test_a_database_that_is_down_is_unavailable() -> None:
    engine = connect("postgresql+psycopg://nobody@127.0.0.1:1/none")
    with pytest.raises(UnavailableError):
        PostgresSignOuts(engine, describe).everywhere("0" * 32, START)
