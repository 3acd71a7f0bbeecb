"""A sign of life for the work in hand, while it goes on in another thread."""

from __future__ import annotations

import logging
import threading
import time
from dataclasses import dataclass
from datetime import timedelta
from types import TracebackType
from typing import Protocol, Self

from backend import logs
from backend.domain.errors import ConflictError, NotFoundError, ServiceError, UnavailableError
from backend.domain.job import Job
from backend.services.annotation import Annotations
from backend.services.ports import Delivery, Queue

LOGGER = logging.getLogger(__name__)
# The job is looked at once a second, so that work in vain stops within two; progress is written
# when it has changed since.
_TICK = 1.0
# A lease is extended when a third of it is over, so two beats may be lost.
_SHARE = 3


class StoppedError(Exception):
    """The worker is being shut down, or the work is called off from within."""


class Hold(Protocol):
    """What is held while the work goes on; both raise if that is in vain.

    Raises:
        ConflictError: the job was called off, or another worker has it.
        NotFoundError: the job is gone.
    """

    @property
    def ids(self) -> dict[str, str | int]:
        """What the work is called in the log."""

    def look(self) -> None:
        """See whether the work is wanted still."""

    def extend(self, done: int, total: int) -> None:
        """Hold on for another lease, *done* of *total* variants being annotated."""


@dataclass(slots=True)
class JobHold:
    """A job and its message."""

    annotations: Annotations
    queue: Queue
    job: Job
    delivery: Delivery

    @property
    def ids(self) -> dict[str, str | int]:
        """See ``Hold``."""
        return {"job_id": self.job.id}

    def look(self) -> None:
        """See ``Hold``."""
        self.annotations.look(self.job)

    def extend(self, done: int, total: int) -> None:
        """See ``Hold``."""
        self.job = self.annotations.hold(self.job, done, total)
        self.queue.hide(self.delivery, self.annotations.lease)


class Heartbeat:
    """Extends a hold until the `with` block ends.

    The work calls `progress`, or `check`, often: they raise what the heartbeat learned.

    Args:
        hold: what is held.
        lease: how long it is held without a sign of life.
        stop: set when the work has to stop.
    """

    def __init__(self, hold: Hold, *, lease: timedelta, stop: threading.Event) -> None:
        self._hold = hold
        self._every = lease.total_seconds() / _SHARE
        self._stop = stop
        self._ended = threading.Event()
        self._count = (0, 0)
        self._lost: ServiceError | None = None
        self._thread = threading.Thread(target=self._beat, name="heartbeat", daemon=True)

    def __enter__(self) -> Self:
        """Start beating."""
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop beating; when this returns, nothing more is written."""
        self._ended.set()
        self._thread.join()

    def progress(self, done: int, total: int) -> None:
        """Note that *done* of *total* variants are annotated; raise as `check` does."""
        self._count = (done, total)
        self.check()

    def check(self) -> None:
        """Raise if the work is in vain.

        Raises:
            ConflictError: the job was cancelled, or another worker has it.
            NotFoundError: the job is gone.
            StoppedError: the work has to stop.
        """
        if self._lost is not None:
            raise self._lost
        if self._stop.is_set():
            raise StoppedError

    def _beat(self) -> None:
        told, beaten = (0, 0), time.monotonic()
        while not self._ended.wait(min(_TICK, self._every)):
            count = self._count
            due = count != told or time.monotonic() - beaten >= self._every
            try:
                if due:
                    self._hold.extend(*count)
                    told, beaten = count, time.monotonic()
                else:
                    self._hold.look()
            except UnavailableError as error:
                logs.event(LOGGER, "heartbeat missed", reason=str(error), **self._hold.ids)
            except (ConflictError, NotFoundError) as error:
                self._lost = error
                return
