"""The doorbell: one look at a time, and none forgotten."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from backend.domain.errors import UnavailableError
from backend.services.doorbell import Doorbell

PATIENCE = 60.0


@contextmanager
def opened(drain: Callable[[], object]) -> Iterator[Doorbell]:
    doorbell = Doorbell(drain)
    doorbell.open()
    try:
        yield doorbell
    finally:
        doorbell.close()


class Gate:
    """A drain that waits inside until it is let go.

    Attributes:
        looks: how often it was called.
        at_once: how many calls there were at the same time, at most.
    """

    def __init__(self) -> None:
        self.looks = 0
        self.at_once = 0
        self._inside = 0
        self.entered = threading.Semaphore(0)
        self.leave = threading.Semaphore(0)

    def __call__(self) -> None:
        self.looks += 1
        self._inside += 1
        self.at_once = max(self.at_once, self._inside)
        self.entered.release()
        assert self.leave.acquire(timeout=PATIENCE)
        self._inside -= 1

    def wait_entered(self) -> bool:
        return self.entered.acquire(timeout=PATIENCE)


def test_a_ring_has_the_queue_looked_into() -> None:
    looked = threading.Event()
    with opened(looked.set) as doorbell:
        doorbell.ring()
        assert looked.wait(PATIENCE)


def test_a_ring_before_it_is_open_is_not_lost() -> None:
    looked = threading.Event()
    doorbell = Doorbell(looked.set)
    doorbell.ring()
    doorbell.open()
    assert looked.wait(PATIENCE)
    doorbell.close()


def test_rings_while_it_looks_make_it_look_once_more() -> None:
    gate = Gate()
    with opened(gate) as doorbell:
        doorbell.ring()
        assert gate.wait_entered()
        for _ in range(5):
            doorbell.ring()
        gate.leave.release()
        assert gate.wait_entered()
        gate.leave.release()
    assert (gate.looks, gate.at_once) == (2, 1)


def test_a_look_that_fails_does_not_break_the_bell() -> None:
    errors = iter([UnavailableError("The queue is down."), KeyError("a bug")])
    looked = threading.Semaphore(0)

    def drain() -> None:
        looked.release()
        for error in errors:
            raise error

    with opened(drain) as doorbell:
        for _ in range(3):
            doorbell.ring()
            assert looked.acquire(timeout=PATIENCE)


def test_a_closed_bell_looks_no_more() -> None:
    looks: list[int] = []
    doorbell = Doorbell(lambda: looks.append(1))
    doorbell.open()
    doorbell.close()
    doorbell.ring()
    assert looks == []
    assert "doorbell" not in {thread.name for thread in threading.enumerate() if thread.is_alive()}


def test_a_bell_that_was_never_open_can_be_closed() -> None:
    Doorbell(lambda: None).close()
