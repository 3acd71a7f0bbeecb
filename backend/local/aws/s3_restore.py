"""RestoreObject: an archived object gets a copy that can be read, after its tier's delay.

Source: "RestoreObject", Amazon S3 API Reference; objects of the class GLACIER alone are known.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from typing import Any
from urllib.parse import parse_qs, unquote
from xml.etree import ElementTree as ET

import moto.s3.models as moto_s3
from moto.s3 import notifications

from backend.local.aws.agenda import Agenda
from backend.local.aws.delays import Delays
from backend.local.aws.durability import objects
from backend.local.aws.durability.journal import Journal
from backend.local.aws.faults import Faults
from backend.local.aws.names import ACCOUNT, PARTITION
from backend.local.aws.patches.s3 import LOCK
from backend.local.aws.private import Private
from backend.local.aws.requests import Environ, StartResponse, answer, raw_path, refuse_xml
from backend.local.aws.restoration import Restoration, expiry

models: Private = moto_s3
Event: Any = notifications.S3NotificationEvent
SPACE = "{http://s3.amazonaws.com/doc/2006-03-01/}"
# The slowest first: a running restore may be asked for again with a faster one.
TIERS = ("Bulk", "Standard", "Expedited")


class RestoreRefusedError(Exception):
    """S3 would refuse this, by its code and status."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code


@dataclass(frozen=True, slots=True)
class Order:
    """What a request asks for.

    Attributes:
        days: None in a request that only makes a running restore faster.
    """

    tier: str
    days: int | None


def is_asked(environ: Environ) -> bool:
    """Return whether a request to S3 is one for a restore."""
    query = parse_qs(environ.get("QUERY_STRING", ""), keep_blank_values=True)
    return environ["REQUEST_METHOD"] == "POST" and "restore" in query


class Restores:
    """Takes orders and, when their time has come, tells the bucket's targets."""

    def __init__(
        self, journal: Journal, delays: Delays, faults: Faults, now: Callable[[], datetime]
    ) -> None:
        self._journal = journal
        self._delays = delays
        self._faults = faults
        self._now = now
        self._agenda = Agenda(now)

    def start(self) -> None:
        """Begin, with the restores that ran when the server before this one ended."""
        for name, bucket in _buckets().items():
            for key_name, key in bucket.keys.items():
                if key.restoration is not None and not key.restoration.told:
                    self._enter(name, key_name, key.restoration)
        self._agenda.start()

    def close(self) -> None:
        """Return when nothing is told any more; the next start tells the rest."""
        self._agenda.close()

    def __call__(self, environ: Environ, start: StartResponse) -> Iterable[bytes]:
        """Answer one request, under the lock of S3 and in a unit of the journal."""
        bucket_name, _, quoted = raw_path(environ).lstrip("/").partition("/")
        try:
            key = _archived(bucket_name, unquote(quoted))
            status = self._order(bucket_name, key, _order(environ["wsgi.input"].read()))
        except RestoreRefusedError as error:
            return refuse_xml(environ, start, error.status, error.code, str(error))
        return answer(start, status, b"", "application/xml")

    def _order(self, bucket_name: str, key: Private, order: Order) -> int:
        now, running = self._now().timestamp(), key.restoration
        if running is not None and running.is_readable(now):
            key.restoration = replace(running, expires=expiry(now, _days(order)))
            self._changed(bucket_name, key)
            return 200
        if order.tier == "Expedited" and not self._faults.expedited_capacity:
            raise RestoreRefusedError(
                503,
                "GlacierExpeditedRetrievalNotAvailable",
                "Glacier expedited retrievals are currently not available, please try again later",
            )
        ready = now + self._delays.of_tier(order.tier)
        if running is not None and running.is_ongoing(now):
            self._hasten(bucket_name, key, order, ready)
            return 202
        key.restoration = Restoration(order.tier, ready, expiry(ready, _days(order)))
        self._changed(bucket_name, key)
        notifications.send_event(
            ACCOUNT, Event.OBJECT_RESTORE_POST_EVENT, _buckets()[bucket_name], key
        )
        self._enter(bucket_name, key.name, key.restoration)
        return 202

    def _hasten(self, bucket_name: str, key: Private, order: Order, ready: float) -> None:
        running: Restoration = key.restoration
        if TIERS.index(order.tier) <= TIERS.index(running.tier):
            raise RestoreRefusedError(
                409, "RestoreAlreadyInProgress", "Object restore is already in progress"
            )
        key.restoration = replace(running, tier=order.tier, ready=min(ready, running.ready))
        self._changed(bucket_name, key)
        self._enter(bucket_name, key.name, key.restoration)

    def _enter(self, bucket_name: str, key_name: str, restoration: Restoration) -> None:
        due = datetime.fromtimestamp(restoration.ready, UTC)
        self._agenda.enter(due, partial(self._tell, bucket_name, key_name))

    def _tell(self, bucket_name: str, key_name: str) -> None:
        """Send s3:ObjectRestore:Completed, unless that was done or is not true any more."""
        with LOCK, self._journal.unit():
            bucket: Private = _buckets().get(bucket_name)
            key: Private = bucket.keys.get(key_name) if bucket else None
            restoration = key.restoration if key else None
            now = self._now().timestamp()
            if restoration is None or restoration.told or restoration.is_ongoing(now):
                return
            key.restoration = replace(restoration, told=True)
            self._changed(bucket_name, key)
            notifications.send_event(ACCOUNT, Event.OBJECT_RESTORE_COMPLETED_EVENT, bucket, key)

    @staticmethod
    def _changed(bucket_name: str, key: Private) -> None:
        objects.object_changed(models.s3_backends[ACCOUNT][PARTITION], bucket_name, key.name)


def _buckets() -> dict[str, Any]:
    buckets: dict[str, Any] = models.s3_backends[ACCOUNT][PARTITION].buckets
    return buckets


def _archived(bucket_name: str, key_name: str) -> Private:
    bucket = _buckets().get(bucket_name)
    if bucket is None:
        raise RestoreRefusedError(404, "NoSuchBucket", "The specified bucket does not exist")
    key = bucket.keys.get(key_name)
    if key is None:
        raise RestoreRefusedError(404, "NoSuchKey", "The specified key does not exist.")
    if key.storage_class == "DEEP_ARCHIVE":
        text = "The local stack restores objects of the class GLACIER"
        raise RestoreRefusedError(501, "NotImplemented", text)
    if key.storage_class != "GLACIER":
        text = "Restore is not allowed for the object's current storage class"
        raise RestoreRefusedError(403, "InvalidObjectState", text)
    return key


def _order(body: bytes) -> Order:
    try:
        # The sender holds the key of this machine, and expat bounds what entities grow to.
        root = ET.fromstring(body)  # noqa: S314
    except ET.ParseError as error:
        raise _malformed() from error
    found = {each.tag.removeprefix(SPACE): (each.text or "").strip() for each in root.iter()}
    known = {"RestoreRequest", "Days", "Tier", "GlacierJobParameters", "Description"}
    tier = found.get("Tier", "Standard")
    days = found.get("Days")
    if set(found) - known or tier not in TIERS or (days is not None and not days.isdecimal()):
        raise _malformed()
    return Order(tier, None if days is None else int(days))


def _days(order: Order) -> int:
    if order.days is None or order.days < 1:
        raise _malformed()
    return order.days


def _malformed() -> RestoreRefusedError:
    text = "The XML you provided was not well-formed or did not validate against our schema"
    return RestoreRefusedError(400, "MalformedXML", text)
