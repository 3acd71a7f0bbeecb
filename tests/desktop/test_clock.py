"""The service's time, also after this machine's clock was set, and how times are said."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from desktop.store.row import JobRow, new_pack
from desktop.ui.clock import ServiceClock
from desktop.ui.models.columns import Column, cell_text
from desktop.ui.sample import sample_jobs
from desktop.ui.views.main_window import MainWindow
from desktop.ui.views.timeline import stages
from desktop.ui.wording import when_text
from tests.desktop.clicks import enter
from tests.desktop.desk import FakeSignIn, eventually, open_desk
from tests.desktop.http_service import HttpService
from tests.fakes.clock import START, FakeClock

HOUR = timedelta(hours=1)
BERLIN = ZoneInfo("Europe/Berlin")
# The clocks there were put back in the night from the 24th to the 25th.
IN_SUMMER = datetime(2026, 10, 24, 10, tzinfo=BERLIN).astimezone(UTC)
IN_WINTER = datetime(2026, 10, 26, 12, tzinfo=BERLIN).astimezone(UTC)


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
    desk = open_desk(window, service.url, tmp_path, FakeSignIn(), machine)
    try:
        await enter(desk)
        machine.advance(by)
        assert window.model.clock() == START + by
        await eventually(lambda: window.model.clock() == START)
    finally:
        await desk.close()


@pytest.fixture
def berlin(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A machine in Berlin."""
    monkeypatch.setenv("TZ", BERLIN.key)
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


def test_a_time_is_said_as_the_clocks_said_it_then() -> None:
    assert when_text(IN_SUMMER, IN_WINTER, BERLIN) == "24 Oct 10:00"
    night = datetime(2026, 10, 25, 12, tzinfo=BERLIN)
    assert when_text(IN_SUMMER, night, BERLIN) == "Yesterday 10:00"


@pytest.mark.skipif(not hasattr(time, "tzset"), reason="the zone is of the whole machine here")
@pytest.mark.usefixtures("berlin", "qapp")
def test_table_and_details_say_it_so_in_the_machine_s_own_zone() -> None:
    job = sample_jobs()[2].model_copy(
        update={"submitted_at": IN_SUMMER, "started_at": IN_WINTER, "finished_at": IN_WINTER}
    )
    row = JobRow.of(job, new_pack())
    assert cell_text(row, Column.SUBMITTED, IN_WINTER, can_upgrade=False) == "24 Oct 10:00"
    told = [stage.note for stage in stages(job, IN_WINTER)]
    assert told[:2] == ["24 Oct 10:00:00", "12:00:00"]
    assert told[:2] == [stage.note for stage in stages(job, IN_WINTER, BERLIN)][:2]
