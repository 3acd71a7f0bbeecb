"""The queue of accounts whose plan has changed, and who reads it."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import timedelta

from backend import logs
from backend.domain.errors import ConflictError, RejectedError, UnavailableError
from backend.domain.messages import AccountMessage
from backend.services.plan_changes import PlanChanges
from backend.services.ports import Delivery, Queue

LOGGER = logging.getLogger(__name__)
# Longer than a page of jobs takes; each page asks for as much again.
HOLD = timedelta(minutes=2)
RETRY_AFTER = timedelta(seconds=5)
# What waits for something is tried for days before it counts as undeliverable, at growing pauses.
_LONGEST_PAUSE = timedelta(hours=2)


@dataclass(frozen=True, slots=True)
class PlanQueue:
    """Follows changes of plans: whoever has time, in any process, each message at least once.

    One is taken at a time: an account may have results for minutes of work, and what waited behind
    it in the same hands would come again, be done twice, and use up its tries.
    """

    queue: Queue
    changes: PlanChanges

    def drain(self) -> int:
        """Deal with all that is in the queue at the moment; return how many messages that was."""
        handled = 0
        while taken := self.take(timedelta(0)):
            handled += taken
        return handled

    def take(self, wait: timedelta) -> int:
        """Deal with one message, waiting up to *wait* for it; return how many came.

        Raises:
            UnavailableError: the queue does not answer.
        """
        deliveries = self.queue.receive(limit=1, wait=wait)
        for delivery in deliveries:
            self._handle(delivery)
        return len(deliveries)

    def _handle(self, delivery: Delivery) -> None:
        """Afterwards the message is deleted, or will come again."""
        try:
            message = AccountMessage.from_json(delivery.body)
            self.changes.follow(message, lambda: self.queue.hide(delivery, HOLD))
        except (ConflictError, UnavailableError) as error:
            logs.event(LOGGER, "plan postponed", reason=str(error), tries=delivery.tries)
            self.queue.hide(delivery, _pause(delivery.tries))
            return
        except RejectedError as error:
            # It comes again until the queue moves it to the dead letters, where it is looked at.
            logs.event(LOGGER, "message refused", reason=str(error), tries=delivery.tries)
            return
        self.queue.delete(delivery)


def _pause(tries: int) -> timedelta:
    doublings = min(tries - 1, 12)
    return min(RETRY_AFTER * (1 << doublings), _LONGEST_PAUSE)
