"""The heartbeat holds on while the work goes on, and tells it when that is in vain."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from annotator.heartbeat import Heartbeat, StoppedError
from backend.domain.errors import NotFoundError, ServiceError, UnavailableError

# So short that a third of it is over at every look.
LEASE = timedelta(seconds=0.03)
LONG = timedelta(hours=1)
PATIENCE = 30.0


@dataclass
class Noted:
    """A hold that notes what is asked of it, and raises what it is given, in order."""

    errors: list[ServiceError] = field(default_factory=list)
    extended: list[tuple[int, int]] = field(default_factory=list)
    again: threading.Event = field(default_factory=threading.Event)
    looked: threading.Event = field(default_factory=threading.Event)

    @property
    def ids(self) -> dict[str, str | int]:
        return {"job_id": "j", "shard": 3}

    def look(self) -> None:
        self.looked.set()
        if self.errors:
            raise self.errors.pop(0)

    def extend(self, done: int, total: int) -> None:
        self.extended.append((done, total))
        if len(self.extended) > 2:
            self.again.set()
        if self.errors:
            raise self.errors.pop(0)


def test_hold_is_extended_again_and_again_without_progress() -> None:
    hold = Noted()
    with Heartbeat(hold, lease=LEASE, stop=threading.Event()) as heartbeat:
        assert hold.again.wait(PATIENCE)
        heartbeat.check()

    assert set(hold.extended) == {(0, 0)}


def test_dependency_that_is_down_for_a_moment_changes_nothing() -> None:
    hold = Noted([UnavailableError("The queue cannot be reached.")])
    with Heartbeat(hold, lease=LEASE, stop=threading.Event()) as heartbeat:
        assert hold.again.wait(PATIENCE)
        heartbeat.check()


def test_progress_is_told_long_before_the_lease_is_over() -> None:
    hold = Noted()
    with Heartbeat(hold, lease=LONG, stop=threading.Event()) as heartbeat:
        while not hold.extended:
            heartbeat.progress(7, 9)

    assert hold.extended == [(7, 9)]


def test_end_of_the_job_is_seen_long_before_the_lease_is_over() -> None:
    hold = Noted([NotFoundError("There is no such job.")])
    with Heartbeat(hold, lease=LONG, stop=threading.Event()) as heartbeat:
        assert hold.looked.wait(PATIENCE)
        with pytest.raises(NotFoundError):
            check_until_told(heartbeat)

    assert hold.extended == []


def check_until_told(heartbeat: Heartbeat) -> None:
    """Go on with the work for ever, or until told."""
    while True:
        heartbeat.check()


def test_work_that_has_to_stop_is_told_at_once() -> None:
    stop = threading.Event()
    with Heartbeat(Noted(), lease=LONG, stop=stop) as heartbeat:
        heartbeat.check()
        stop.set()
        with pytest.raises(StoppedError):
            heartbeat.progress(1, 2)
