"""Messages on their way to endpoints: none is lost, some come twice."""

from __future__ import annotations

import http.client
import json
import logging
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from functools import partial

from backend.local.aws.agenda import Agenda
from backend.local.aws.durability.journal import Journal, Statement
from backend.local.aws.sns_http.endpoints import post
from backend.local.aws.sns_http.messages import CONFIRMATION, Message, Writer

log = logging.getLogger(__name__)
# Two minutes in all: an endpoint of the same stack may still be starting.
PAUSES = (0.2, 0.5, 1.0, 2.0, 4.0, 8.0, 15.0, 30.0, 60.0)
TOO_MANY_REQUESTS = 429
FAULTS_OF_SENDER = range(400, 500)
TAKEN = range(200, 300)


@dataclass(frozen=True, slots=True)
class Delivery:
    """A message and the endpoint that it is for."""

    message: Message
    endpoint: str

    @property
    def id(self) -> str:
        """What it is known by: a message may be on its way to several subscriptions."""
        return f"{self.message.id} {self.message.subscription}"


class Deliverer:
    """Sends in the background what it was given, and tries again what failed.

    A refusal (4xx but 429) is final, as SNS has it; so is the failure of the last try.
    """

    def __init__(
        self,
        journal: Journal,
        writer: Writer,
        now: Callable[[], datetime],
        pauses: Sequence[float] = PAUSES,
    ) -> None:
        """Take up what an earlier process had not delivered; *pauses* are in seconds."""
        self._journal = journal
        self._writer = writer
        self._now = now
        self._pauses = pauses
        self._open: set[str] = set()
        self._agenda = Agenda(now)
        for delivery in self._left_over():
            self._enter(delivery)

    def start(self) -> None:
        """Begin to send."""
        self._agenda.start()

    def close(self) -> None:
        """Stop sending; what is not delivered is sent after the next start."""
        self._agenda.close()

    def send(self, delivery: Delivery) -> None:
        """Send a message soon; it is on disk when the present unit of the journal is."""
        self._open.add(delivery.id)
        self._note(delivery)
        self._enter(delivery)

    def _left_over(self) -> list[Delivery]:
        """Return what is still to be sent; a confirmation is not: it is asked for anew."""
        found = []
        for (state,) in self._journal.rows("select state from http_delivery"):
            fields = json.loads(state)
            delivery = Delivery(Message(**fields["message"]), fields["endpoint"])
            if delivery.message.type == CONFIRMATION:
                self._note(delivery)
            else:
                self._open.add(delivery.id)
                found.append(delivery)
        return found

    def _enter(self, delivery: Delivery, tries: int = 0, pause: float = 0.0) -> None:
        due = self._now() + timedelta(seconds=pause)
        self._agenda.enter(due, partial(self._try, delivery, tries))

    def _note(self, delivery: Delivery) -> None:
        """Keep the row of a delivery for as long as it is open.

        It can end before the request that began it is committed, and must leave no row then.
        """

        def statements() -> Sequence[Statement]:
            if delivery.id not in self._open:
                return [("delete from http_delivery where id = ?", (delivery.id,))]
            row = (delivery.id, json.dumps(asdict(delivery)))
            return [("insert or replace into http_delivery values(?, ?)", row)]

        self._journal.change(("http delivery", delivery.id), statements)

    def _try(self, delivery: Delivery, tries: int) -> None:
        outcome = self._sent(delivery)
        if outcome in TAKEN:
            self._end(delivery)
        elif outcome != TOO_MANY_REQUESTS and outcome in FAULTS_OF_SENDER:
            self._give_up(delivery, f"it was refused: {outcome}")
        elif tries < len(self._pauses):
            self._enter(delivery, tries + 1, self._pauses[tries])
        else:
            self._give_up(delivery, f"the last of {tries + 1} tries failed: {outcome}")

    def _sent(self, delivery: Delivery) -> int:
        """Return the status of the answer, 0 if there was none."""
        body, headers = self._writer.request(delivery.message)
        try:
            return post(delivery.endpoint, body, headers)
        except (OSError, http.client.HTTPException):
            return 0

    def _give_up(self, delivery: Delivery, reason: str) -> None:
        log.warning(
            "a message of SNS is given up: %s; message %s, subscription %s",
            reason,
            delivery.message.id,
            delivery.message.subscription,
        )
        self._end(delivery)

    def _end(self, delivery: Delivery) -> None:
        self._open.discard(delivery.id)
        self._note(delivery)
