"""A sign of life for the job in hand, while the work goes on in another thread."""

from __future__ import annotations

import logging
import threading
import time
from types import TracebackType
from typing import Self

from backend import logs
from backend.domain.errors import ConflictError, NotFoundError, ServiceError, UnavailableError
from backend.domain.job import Job
from backend.services.annotation import Annotations
from backend.services.ports import Delivery, Queue

LOGGER = logging.getLogger(__name__)
# Progress is written at most once a second, and only when it has changed.
_TICK = 1.0
# A lease is extended when a third of it is over, so two beats may be lost.
_SHARE = 3


class StoppedError(Exception):
    """The worker is being shut down."""


class Heartbeat:
    """Extends the lease and the message's invisibility until the `with` block ends.

    The work calls `progress`, or `check`, often: they raise what the heartbeat learned.
    """

    def __init__(
        self,
        annotations: Annotations,
        queue: Queue,
        job: Job,
        delivery: Delivery,
        stop: threading.Event,
    ) -> None:
        self._annotations = annotations
        self._queue = queue
        self._job = job
        self._delivery = delivery
        self._stop = stop
        self._ended = threading.Event()
        self._count = (0, 0)
        self._lost: ServiceError | None = None
        self._thread = threading.Thread(target=self._beat, name=f"heartbeat {job.id}", daemon=True)

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
            StoppedError: the worker is being shut down.
        """
        if self._lost is not None:
            raise self._lost
        if self._stop.is_set():
            raise StoppedError

    def _beat(self) -> None:
        every = self._annotations.lease.total_seconds() / _SHARE
        told, beaten = (0, 0), time.monotonic()
        while not self._ended.wait(min(_TICK, every)):
            due = time.monotonic() - beaten >= every
            if not due and self._count == told:
                continue
            try:
                told = self._show_life()
            except UnavailableError as error:
                logs.event(LOGGER, "heartbeat missed", job_id=self._job.id, reason=str(error))
                continue
            except (ConflictError, NotFoundError) as error:
                self._lost = error
                return
            beaten = time.monotonic()

    def _show_life(self) -> tuple[int, int]:
        count = self._count
        self._job = self._annotations.hold(self._job, *count)
        self._queue.hide(self._delivery, self._annotations.lease)
        return count
