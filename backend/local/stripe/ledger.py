"""The account's objects as the API shows them, and the events about their changes."""

from __future__ import annotations

import copy
import json
import secrets
import string
from typing import Any

from backend.local.stripe.clock import Clock
from backend.local.stripe.database import Database
from backend.local.stripe.errors import missing
from backend.local.stripe.outbox import Outbox

API_VERSION = "2026-10-28.endive"
"""The version whose shapes these are; the one that the installed library asks for."""

Object = dict[str, Any]

_ALPHABET = string.ascii_letters + string.digits
_ID_LENGTH = 24
_SECRET_LENGTH = 58


class Ledger:
    """Keeps objects; every change is made within a transaction of *database*.

    An object may have a hidden part beside what the API shows: facts that only the pages and the
    clock need.

    Attributes:
        url: where the stand-in is reached.
    """

    def __init__(self, database: Database, clock: Clock, outbox: Outbox, url: str) -> None:
        self.database = database
        self.clock = clock
        self.outbox = outbox
        self.url = url

    def now(self) -> int:
        """Return the stand-in's time, in seconds since the epoch."""
        return self.clock.now()

    def add(self, thing: Object, hidden: Object | None = None) -> Object:
        """Keep a new object, dated now, and return it."""
        thing |= {"created": self.now(), "livemode": False}
        self.database.write(
            "INSERT INTO object (id, kind, customer, due, state, hidden) VALUES (?, ?, ?, ?, ?, ?)",
            (
                thing["id"],
                thing["object"],
                thing.get("customer"),
                _due(thing),
                json.dumps(thing),
                json.dumps(hidden or {}),
            ),
        )
        return thing

    def change(self, thing: Object, event: str | None = None, **fields: Any) -> Object:  # noqa: ANN401
        """Set *fields* of an object and tell by *event* what they were; return the object.

        What *thing* is no longer up to date with is brought up to date.
        """
        thing |= self.get(thing["object"], thing["id"])
        before = {name: thing[name] for name in fields if thing.get(name) != fields[name]}
        thing |= fields
        self.database.write(
            "UPDATE object SET customer = ?, due = ?, state = ? WHERE id = ?",
            (thing.get("customer"), _due(thing), json.dumps(thing), thing["id"]),
        )
        if event is not None:
            self.emit(event, thing, before)
        return thing

    def replace(self, thing: Object) -> Object:
        """Put *thing* in the place of what had its id, with nothing hidden; return it."""
        self.database.write(
            "UPDATE object SET customer = NULL, due = NULL, state = ?, hidden = '{}' WHERE id = ?",
            (json.dumps(thing), thing["id"]),
        )
        return thing

    def forget(self, object_id: str) -> None:
        """Drop an object."""
        self.database.write("DELETE FROM object WHERE id = ?", (object_id,))

    def hidden(self, object_id: str) -> Object:
        """Return the hidden part of an object."""
        rows = self.database.rows("SELECT hidden FROM object WHERE id = ?", (object_id,))
        return dict(json.loads(rows[0][0])) if rows else {}

    def find(self, object_id: str, *kinds: str) -> Object | None:
        """Return the object of that id, if it is there and of one of *kinds*, where given."""
        rows = self.database.rows("SELECT state FROM object WHERE id = ?", (object_id,))
        thing: Object | None = json.loads(rows[0][0]) if rows else None
        return thing if thing is not None and (not kinds or thing["object"] in kinds) else None

    def get(self, kind: str, object_id: str, *, param: str | None = None) -> Object:
        """Return the object that a path, or else the parameter *param*, names.

        Raises:
            ApiError: there is none of that kind and id, or it was deleted and a parameter names it.
        """
        thing = self.find(object_id, kind)
        if thing is None or (param is not None and thing.get("deleted")):
            status = 404 if param is None else 400
            raise missing(kind, object_id, param=param or "id", status=status)
        return thing

    def all(self, kind: str, customer: str | None = None) -> list[Object]:
        """Return all objects of a kind, or those of one customer, newest first."""
        sql, values = "SELECT state FROM object WHERE kind = ?", [kind]
        if customer is not None:
            sql, values = f"{sql} AND customer = ?", [kind, customer]
        return [
            json.loads(row[0]) for row in self.database.rows(f"{sql} ORDER BY place DESC", values)
        ]

    def next_due(self, until: int) -> tuple[int, Object] | None:
        """Return what falls due first, and when, if that is by *until*."""
        rows = self.database.rows(
            "SELECT due, state FROM object WHERE due <= ? ORDER BY due, place LIMIT 1", (until,)
        )
        return (rows[0][0], json.loads(rows[0][1])) if rows else None

    def emit(self, kind: str, thing: Object, before: Object | None = None) -> None:
        """Record that something happened to *thing*; the webhook follows."""
        data: Object = {"object": copy.deepcopy(thing)}
        if before:
            data["previous_attributes"] = before
        event = {
            "id": new_id("evt"),
            "object": "event",
            "account": None,
            "api_version": API_VERSION,
            "context": None,
            "data": data,
            "pending_webhooks": 1,
            "request": {"id": None, "idempotency_key": None},
            "type": kind,
        }
        self.outbox.add(self.add(event)["id"])


def new_id(prefix: str, length: int = _ID_LENGTH) -> str:
    """Return a new id that nobody can guess, in Stripe's form."""
    return f"{prefix}_" + "".join(secrets.choice(_ALPHABET) for _ in range(length))


def new_secret(prefix: str) -> str:
    """Return a new id that opens a page to whoever has it."""
    return new_id(prefix, _SECRET_LENGTH)


def _due(thing: Object) -> int | None:
    """Return when something happens to *thing* by itself."""
    due: int | None = None
    match thing["object"], thing.get("status"):
        case "subscription", "active" | "past_due":
            due = thing["items"]["data"][0]["current_period_end"]
        case "invoice", "open":
            due = thing["next_payment_attempt"]
        case "checkout.session", "open":
            due = thing["expires_at"]
    return due
