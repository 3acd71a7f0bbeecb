"""The port `WebSessions`: the fake and Postgres keep the same promises."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

import pytest
import sqlalchemy

from backend.db.accounts import PostgresAccounts
from backend.db.engine import connect
from backend.db.web_sessions import PostgresWebSessions
from backend.domain.errors import UnavailableError
from backend.services.web_sessions import WebSession, WebSessions
from tests.fakes.clock import START, FakeIds
from tests.fakes.people import ALICE, BOB
from tests.fakes.web_sessions import FakeWebSessions

HOUR = timedelta(hours=1)


@dataclass
class Subject:
    sessions: WebSessions
    alice: str
    bob: str

    def session(self, digest: str, account_id: str = "") -> WebSession:
        return WebSession(digest, account_id or self.alice, START, START + HOUR)


@pytest.fixture(params=["fake", "postgres"])
def subject(request: pytest.FixtureRequest) -> Subject:
    if request.param == "fake":
        return Subject(FakeWebSessions(), "alice", "bob")
    engine: sqlalchemy.Engine = request.getfixturevalue("engine")
    accounts = PostgresAccounts(engine, FakeIds())
    sessions = PostgresWebSessions(engine)
    return Subject(sessions, accounts.sign_in(ALICE).id, accounts.sign_in(BOB).id)


def test_a_session_is_found_by_its_digest(subject: Subject) -> None:
    session = subject.session("d" * 64)
    subject.sessions.put(session)
    assert subject.sessions.get("d" * 64) == session
    assert subject.sessions.get("e" * 64) is None


def test_a_session_that_has_ended_is_still_found(subject: Subject) -> None:
    ended = replace(subject.session("d"), expires_at=START - HOUR)
    subject.sessions.put(ended)
    assert subject.sessions.get("d") == ended


def test_the_later_of_two_with_one_digest_is_kept(subject: Subject) -> None:
    subject.sessions.put(subject.session("d"))
    later = subject.session("d", subject.bob)
    subject.sessions.put(later)
    assert subject.sessions.get("d") == later


def test_a_session_can_end_later(subject: Subject) -> None:
    session = subject.session("d")
    subject.sessions.put(session)
    subject.sessions.extend("d", START + 2 * HOUR)
    assert subject.sessions.get("d") == replace(session, expires_at=START + 2 * HOUR)


def test_what_is_gone_is_not_made_anew_by_extending_it(subject: Subject) -> None:
    subject.sessions.put(subject.session("d"))
    for _ in range(2):
        subject.sessions.remove("d")
    subject.sessions.extend("d", START + 2 * HOUR)
    assert subject.sessions.get("d") is None


def test_all_sessions_of_one_account_can_be_forgotten(subject: Subject) -> None:
    bobs = subject.session("b", subject.bob)
    for session in (subject.session("1"), subject.session("2"), bobs):
        subject.sessions.put(session)
    subject.sessions.remove_all(subject.alice)
    found = [subject.sessions.get(digest) for digest in ("1", "2", "b")]
    assert found == [None, None, bobs]


def test_those_that_have_ended_can_be_forgotten(subject: Subject) -> None:
    kept = replace(subject.session("kept"), expires_at=START + 2 * HOUR)
    subject.sessions.put(kept)
    subject.sessions.put(subject.session("ended"))
    subject.sessions.remove_expired(START + HOUR)
    assert subject.sessions.get("ended") is None
    assert subject.sessions.get("kept") == kept


def test_the_sessions_go_with_the_account(engine: sqlalchemy.Engine) -> None:
    account = PostgresAccounts(engine, FakeIds()).sign_in(ALICE)
    sessions = PostgresWebSessions(engine)
    sessions.put(WebSession("d", account.id, START, START + HOUR))
    with engine.begin() as connection:
        connection.execute(sqlalchemy.text("DELETE FROM accounts"))
    assert sessions.get("d") is None


def test_a_database_that_is_down_is_unavailable() -> None:
    engine = connect("postgresql+psycopg://nobody@127.0.0.1:1/none")
    with pytest.raises(UnavailableError):
        PostgresWebSessions(engine).get("d")
