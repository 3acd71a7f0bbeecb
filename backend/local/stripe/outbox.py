"""Events on their way to the receiver: stored with what they tell of, kept until they are taken."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, fields
from typing import Any

from backend.local.stripe.database import Database

FIRST_BACK_OFF = 0.25
LONGEST_BACK_OFF = 8.0
"""Seconds between two tries; Stripe takes hours where this takes seconds."""


@dataclass(frozen=True, slots=True)
class Faults:
    """What goes wrong on purpose.

    Attributes:
        duplicate: each event is delivered twice.
        reverse: of the deliveries that are due the newest goes first.
        hold: nothing is delivered until this is off again.
        drop: what happens meanwhile is never delivered.
        down: the API answers 503.
    """

    duplicate: bool = False
    reverse: bool = False
    hold: bool = False
    drop: bool = False
    down: bool = False

    @classmethod
    def from_json(cls, switches: object) -> Faults:
        """Read switches by name; what is not named is off.

        Raises:
            ValueError: there is no such switch, or it is neither on nor off.
        """
        known = {each.name for each in fields(cls)}
        if not isinstance(switches, dict) or not switches.keys() <= known:
            raise ValueError(f"the switches are {', '.join(sorted(known))}")
        if not all(isinstance(value, bool) for value in switches.values()):
            raise ValueError("a switch is true or false")
        return cls(**switches)


@dataclass(frozen=True, slots=True)
class Delivery:
    """An event to be sent once.

    Attributes:
        tries: how often it was sent already.
    """

    place: int
    event: str
    tries: int


class Outbox:
    """The deliveries; *now* gives the real time, in seconds since the epoch."""

    def __init__(self, database: Database, now: Callable[[], float]) -> None:
        self._database = database
        self._now = now

    @property
    def faults(self) -> Faults:
        """What goes wrong on purpose at present."""
        return Faults(**json.loads(self._database.note("faults", "{}")))

    def set_faults(self, faults: Faults) -> None:
        """Let these go wrong from now on."""
        with self._database.transaction():
            self._database.keep_note("faults", json.dumps(asdict(faults)))

    def add(self, event_id: str) -> None:
        """Note within the transaction of its cause that an event is to be sent."""
        faults = self.faults
        state = "dropped" if faults.drop else "pending"
        for _ in range(2 if faults.duplicate else 1):
            self._database.write(
                "INSERT INTO delivery (event, state, due, tries) VALUES (?, ?, ?, 0)",
                (event_id, state, self._now()),
            )

    def due(self) -> list[Delivery]:
        """Return what is to be sent now, in the order in which it happened."""
        faults = self.faults
        if faults.hold:
            return []
        rows = self._database.rows(
            "SELECT place, event, tries FROM delivery WHERE state = 'pending' AND due <= ? "
            "ORDER BY place",
            (self._now(),),
        )
        due = [Delivery(*row) for row in rows]
        return due[::-1] if faults.reverse else due

    def seconds_to_next(self) -> float | None:
        """Return when to look again, None where nothing waits."""
        rows = self._database.rows("SELECT min(due) FROM delivery WHERE state = 'pending'")
        due = rows[0][0]
        return None if due is None or self.faults.hold else max(0.0, due - self._now())

    def body(self, delivery: Delivery) -> bytes:
        """Return the event as it is sent."""
        rows = self._database.rows("SELECT state FROM object WHERE id = ?", (delivery.event,))
        return json.dumps(json.loads(rows[0][0]), indent=2).encode()

    def settle(self, delivery: Delivery, outcome: str, *, taken: bool) -> None:
        """Keep what became of a try; one that was not taken is repeated later."""
        back_off = min(LONGEST_BACK_OFF, FIRST_BACK_OFF * 2.0 ** min(delivery.tries, 16))
        with self._database.transaction():
            self._database.write(
                "UPDATE delivery SET state = ?, due = ?, tries = tries + 1, outcome = ? "
                "WHERE place = ?",
                (
                    "delivered" if taken else "pending",
                    self._now() + back_off,
                    outcome,
                    delivery.place,
                ),
            )
            if taken:
                self._database.write(
                    "UPDATE object SET state = json_set(state, '$.pending_webhooks', 0) "
                    "WHERE id = ?",
                    (delivery.event,),
                )

    def listing(self) -> list[dict[str, Any]]:
        """Return all deliveries in the order of what happened, as ``/_gas/deliveries`` shows."""
        rows = self._database.rows(
            "SELECT event, json_extract(object.state, '$.type'), delivery.state, tries, outcome "
            "FROM delivery JOIN object ON object.id = event ORDER BY delivery.place"
        )
        names = ("event", "type", "state", "tries", "outcome")
        return [dict(zip(names, row, strict=True)) for row in rows]
