"""The utility node: follows the changes of jobs and accounts, and looks after the stuck.

Several may run at once: each message, each change of an account goes to one of them at a time, and
everything they do may be done twice.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from backend import logs
from backend.domain.errors import ConflictError, RejectedError, UnavailableError
from backend.domain.messages import JobMessage
from backend.services.ports import Delivery, Queue
from backend.services.upkeep import SWEEP_EVERY, Upkeep

LOGGER = logging.getLogger(__name__)
LONG_POLL = timedelta(seconds=20)
# A job can end within a fraction of a second after its owner's first sign-in, and the mail about it
# needs the account; looking into an empty outbox costs one query of an empty table.
PROJECT_EVERY = timedelta(seconds=0.1)
RETRY_AFTER = timedelta(seconds=5)
_BATCH = 10


@dataclass(frozen=True, slots=True)
class Task:
    """Something that is done again and again, *every* so often."""

    name: str
    do: Callable[[], object]
    every: timedelta


@dataclass(frozen=True, slots=True)
class UtilityNode:
    """One utility node.

    Attributes:
        changes: the queue of job changes.
        tasks: what is done beside following those, each in a thread of its own.
        stop: set it to end all loops.
    """

    upkeep: Upkeep
    changes: Queue
    tasks: tuple[Task, ...]
    stop: threading.Event

    def run(self) -> None:
        """Work until told to stop."""
        for task in (
            Task("projection", self.upkeep.project, PROJECT_EVERY),
            Task("sweep", self.upkeep.sweep, SWEEP_EVERY),
            *self.tasks,
        ):
            loop = threading.Thread(target=self._repeat, args=(task,), name=task.name, daemon=True)
            loop.start()
        self._follow()

    def _follow(self) -> None:
        while not self.stop.is_set():
            try:
                for delivery in self.changes.receive(limit=_BATCH, wait=LONG_POLL):
                    self.handle(delivery)
            except UnavailableError as error:
                logs.event(LOGGER, "queue unavailable", reason=str(error))
                self.stop.wait(RETRY_AFTER.total_seconds())

    def handle(self, delivery: Delivery) -> None:
        """Deal with one message: afterwards it is deleted, or will come again."""
        try:
            self.upkeep.follow(JobMessage.from_json(delivery.body))
        except (ConflictError, UnavailableError) as error:
            logs.event(LOGGER, "change postponed", reason=str(error), tries=delivery.tries)
            self.changes.hide(delivery, RETRY_AFTER)
            return
        except RejectedError as error:
            # It comes again until the queue moves it to the dead letters, where it is looked at.
            logs.event(LOGGER, "message refused", reason=str(error), tries=delivery.tries)
            return
        self.changes.delete(delivery)

    def _repeat(self, task: Task) -> None:
        while not self.stop.wait(task.every.total_seconds()):
            try:
                task.do()
            except UnavailableError as error:
                logs.event(LOGGER, "task postponed", task=task.name, reason=str(error))
            except Exception as error:  # noqa: BLE001 - the next round may mend it
                logs.failure(LOGGER, "task failed", error, task=task.name)
