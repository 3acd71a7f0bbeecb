"""What is on an agenda is done at its time, and nothing else holds it up."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from backend.local.aws.agenda import HANDS, Agenda
from tests.stack import until


def now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
def agenda() -> Iterator[Agenda]:
    made = Agenda(now)
    yield made
    made.close()


def test_what_is_due_first_is_done_first_and_nothing_before_its_time(agenda: Agenda) -> None:
    begun, done = now(), list[tuple[str, datetime]]()
    for name, seconds in (("late", 0.2), ("past", -9.0), ("soon", 0.1)):
        act = lambda name=name: done.append((name, now()))  # noqa: E731
        agenda.enter(begun + timedelta(seconds=seconds), act)
    agenda.start()
    until(lambda: len(done) == 3, "the end of the agenda", 10)
    assert [name for name, _ in done] == ["past", "soon", "late"]
    assert done[1][1] >= begun + timedelta(seconds=0.1)
    assert done[2][1] >= begun + timedelta(seconds=0.2)


def test_what_is_entered_later_and_due_sooner_is_done_sooner(agenda: Agenda) -> None:
    done = threading.Event()
    agenda.start()
    agenda.enter(now() + timedelta(hours=1), lambda: None)
    agenda.enter(now(), done.set)
    assert done.wait(10)


def test_what_takes_long_holds_nothing_up(agenda: Agenda) -> None:
    go_on, done = threading.Event(), threading.Event()
    for _ in range(HANDS - 1):
        agenda.enter(now(), lambda: bool(go_on.wait(10)) or None)
    agenda.enter(now(), done.set)
    agenda.start()
    assert done.wait(10)
    go_on.set()


def test_what_fails_is_logged_and_the_rest_is_done(
    agenda: Agenda, caplog: pytest.LogCaptureFixture
) -> None:
    done = threading.Event()

    def fail() -> None:
        raise ValueError("not today")

    agenda.enter(now() - timedelta(seconds=1), fail)
    agenda.enter(now(), done.set)
    agenda.start()
    assert done.wait(10)
    until(lambda: "not today" in caplog.text, "the line in the log", 10)


def test_a_closed_agenda_forgets(agenda: Agenda) -> None:
    done = list[str]()
    agenda.enter(now() + timedelta(seconds=0.05), lambda: done.append("never"))
    agenda.start()
    agenda.close()
    agenda.enter(now(), lambda: done.append("never"))
    assert not agenda._waiter.is_alive()
    assert done == []
