"""The service's time, also after this machine's clock was set, and how times are said."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import pytest
from PySide6.QtCore import QTimer

from backend.wire import Me
from desktop.errors import DesktopError, ServerFaultError, TooManyError
from desktop.store.row import JobRow, new_pack
from desktop.ui.actions.session import SessionActions
from desktop.ui.aio import Tasks
from desktop.ui.clock import ServiceClock
from desktop.ui.models.columns import Column, cell_text
from desktop.ui.sample import sample_jobs
from desktop.ui.viewer.troubles import of_job
from desktop.ui.views.main_window import MainWindow
from desktop.ui.views.timeline import stages
from desktop.ui.wording import result_words, when_text
from tests.desktop.clicks import enter
from tests.desktop.conftest import Run
from tests.desktop.desk import FakeSignIn, eventually, open_desk
from tests.desktop.http_service import HttpService
from tests.fakes.clock import START, FakeClock

HOUR = timedelta(hours=1)
# The clocks in Berlin were put back in the night from the 24th to the 25th.
IN_SUMMER = datetime(2026, 10, 24, 8, tzinfo=UTC)
IN_WINTER = datetime(2026, 10, 26, 11, tzinfo=UTC)


class Steady:
    """Seconds that go by when they are told to."""

    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.mark.parametrize("by", [-HOUR, HOUR, timedelta(seconds=3)])
def test_a_clock_that_was_set_is_off_until_the_service_has_said_the_time(by: timedelta) -> None:
    machine, steady = FakeClock(), Steady()
    clock = ServiceClock(machine, steady)
    clock.set(START - HOUR)
    assert clock() == START - HOUR
    machine.advance(timedelta(days=1))
    steady.now += 86400
    assert not clock.is_off
    machine.advance(by)
    assert clock.is_off
    clock.set(START)
    assert (clock(), clock.is_off) == (START, False)


def test_small_corrections_are_no_reason_to_ask() -> None:
    machine = FakeClock()
    clock = ServiceClock(machine, Steady())
    machine.advance(timedelta(seconds=1))
    assert not clock.is_off


@pytest.mark.usefixtures("arun")
@pytest.mark.parametrize("by", [-HOUR, HOUR])
async def test_the_service_is_asked_for_the_time_after_the_clock_was_set(
    window: MainWindow, service: HttpService, tmp_path: Path, by: timedelta
) -> None:
    machine = FakeClock()
    desk = open_desk(window, service.url, tmp_path, FakeSignIn(), machine, steady=Steady())
    try:
        await enter(desk)
        machine.advance(by)
        assert window.model.clock() == START + by
        await eventually(lambda: window.model.clock() == START)
    finally:
        await desk.close()


@dataclass
class FailingApi:
    """Cannot say who is signed in; as much of `desktop.ports.Api` as is asked for.

    Attributes:
        error: what is raised.
        asked: how often it was.
    """

    error: DesktopError
    asked: int = 0

    async def me(self) -> Me:
        self.asked += 1
        raise self.error


@pytest.mark.parametrize(
    ("error", "seconds"),
    [
        (ServerFaultError(), 30.0),
        (TooManyError(retry_after=5), 30.0),
        (TooManyError(retry_after=120), 120.0),
    ],
)
def test_a_service_that_cannot_say_the_time_is_left_alone(
    window: MainWindow, arun: Run, error: DesktopError, seconds: float
) -> None:
    machine, steady, api = FakeClock(), Steady(), FailingApi(error)

    async def ask() -> list[int]:
        tasks, asked = Tasks(lambda _error: None), []
        sign_in, clock = FakeSignIn("token", found=True), ServiceClock(machine, steady)
        session = SessionActions(window, sign_in, api, clock, tasks)  # type: ignore[arg-type]
        (watch,) = session.findChildren(QTimer)
        session.begin()
        await tasks.idle()
        machine.advance(HOUR)
        for wait in (0.0, 2.0, seconds - 3, 1.0):
            steady.now += wait
            watch.timeout.emit()
            await tasks.idle()
            asked.append(api.asked)
        return asked

    assert arun(ask()) == [1, 1, 1, 2]


def test_what_was_waited_for_does_not_hold_up_the_next_jump() -> None:
    machine, steady = FakeClock(), Steady()
    clock = ServiceClock(machine, steady)
    clock.wait(60)
    machine.advance(HOUR)
    assert (clock.is_off, clock.is_due) == (True, False)
    clock.set(START)
    machine.advance(HOUR)
    assert clock.is_due


@pytest.fixture
def zone() -> ZoneInfo:
    """The zone of Berlin."""
    # Windows has none of its own, and tzdata need not be installed there.
    try:
        return ZoneInfo("Europe/Berlin")
    except ZoneInfoNotFoundError:
        pytest.skip("this machine knows no time zones")


@pytest.fixture
def berlin(zone: ZoneInfo, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A machine in Berlin."""
    monkeypatch.setenv("TZ", zone.key)
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


def test_a_time_is_said_as_the_clocks_said_it_then(zone: ZoneInfo) -> None:
    assert when_text(IN_SUMMER, IN_WINTER, zone) == "24 Oct 10:00"
    night = datetime(2026, 10, 25, 12, tzinfo=zone)
    assert when_text(IN_SUMMER, night, zone) == "Yesterday 10:00"


@pytest.mark.skipif(not hasattr(time, "tzset"), reason="the zone is of the whole machine here")
@pytest.mark.usefixtures("berlin", "qapp")
def test_table_and_details_say_it_so_in_the_machine_s_own_zone(zone: ZoneInfo) -> None:
    job = sample_jobs()[2].model_copy(
        update={"submitted_at": IN_SUMMER, "started_at": IN_WINTER, "finished_at": IN_WINTER}
    )
    row = JobRow.of(job, new_pack())
    assert cell_text(row, Column.SUBMITTED, IN_WINTER, can_upgrade=False) == "24 Oct 10:00"
    told = [stage.note for stage in stages(job, IN_WINTER)]
    assert told[:2] == ["24 Oct 10:00:00", "12:00:00"]
    assert told[:2] == [stage.note for stage in stages(job, IN_WINTER, zone)][:2]


@pytest.mark.parametrize(
    ("seconds", "cell", "said"),
    [
        (6 * 3600, "about 6 h", "in about 6 h"),
        (5, "about 5 s", "in about 5 s"),
        (4.9, "soon", "as soon as it is back"),
        (0.2, "soon", "as soon as it is back"),
        (-60, "soon", "as soon as it is back"),
    ],
)
def test_a_restore_is_expected_soon_before_its_seconds_are_over(
    seconds: float, cell: str, said: str
) -> None:
    expected = START + timedelta(seconds=seconds)
    job = sample_jobs()[5].model_copy(update={"thaw_expected": expected})
    assert result_words(job, START, can_upgrade=False).note == cell
    trouble = of_job(job, START, can_upgrade=False)
    assert trouble is not None
    assert said in trouble.sentence
