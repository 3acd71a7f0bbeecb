"""SQS: moto loses messages to races, counts a whole queue per call and keeps nothing on disk.

* A delete builds a new list of messages while another thread appends to the old one, and two
  receivers may take the same message: here one lock guards every queue.
* A long poll of a client that was killed would take the next message with it to the grave: here
  a poll asks first whether its client is still there.
* Sending computes all attributes of the queue, and so counts it three times: here it does not.
"""

from __future__ import annotations

import base64
import itertools
import json
import threading
import time
from collections.abc import Callable
from typing import Any

import moto.sqs.models as moto_sqs
from moto.sqs.exceptions import ReceiptHandleIsInvalid

from backend.local.aws.durability.journal import Statement, active
from backend.local.aws.names import ACCOUNT, REGION
from backend.local.aws.patches.shape import require
from backend.local.aws.private import Private

CHANGED = threading.Condition(threading.RLock())
LONGEST_SLEEP = 1.0
KEPT_HANDLES = 20
models: Private = moto_sqs
MESSAGE_STATE = (
    "body", "message_attributes", "receipt_handle", "_old_receipt_handles", "sender_id",
    "sent_timestamp", "approximate_first_receive_timestamp", "approximate_receive_count",
    "deduplication_id", "group_id", "sequence_number", "visible_at", "delayed_until",
    "system_attributes",
)  # fmt: skip
_places = itertools.count(time.time_ns())


class _Waiting(threading.local):
    """The request of this thread: is its client still there, and is it sending."""

    sending = False

    def __init__(self) -> None:
        self.present: Callable[[], bool] = lambda: True


waiting = _Waiting()
stopping = threading.Event()


def stop_waiting() -> None:
    """Let every long poll end now: the server stops."""
    stopping.set()
    with CHANGED:
        CHANGED.notify_all()


def _encode(value: object) -> dict[str, str]:
    if isinstance(value, bytes):
        return {"__bytes__": base64.b64encode(value).decode()}
    raise TypeError(f"a message holds a {type(value).__name__}, which JSON cannot")


def _decode(value: dict[str, Any]) -> Private:
    return base64.b64decode(value["__bytes__"]) if "__bytes__" in value else value


def _statements(message: Private) -> list[Statement]:
    queue = getattr(message, "queue", None)
    if queue is None:
        return [("delete from message where id = ?", (message.id,))]
    del message._old_receipt_handles[:-KEPT_HANDLES]  # noqa: SLF001
    state = json.dumps({name: getattr(message, name) for name in MESSAGE_STATE}, default=_encode)
    return [
        (
            "insert or replace into message values(?, ?, ?, ?)",
            (message.id, queue, message.place, state),
        )
    ]


def _changed(message: Private) -> None:
    if journal := active():
        journal.change(("message", message.id), lambda: _statements(message))


def _is_ready(message: Private, now: float) -> bool:
    return bool((message.visible_at or 0) < now and (message.delayed_until or 0) <= now)


def _visible_messages(queue: Private) -> list[Any]:
    now = time.time() * 1000
    return [message for message in list(queue._messages) if _is_ready(message, now)]  # noqa: SLF001


def _add(queue: Private, message: Private, original: Callable[[Any, Any], None]) -> None:
    with CHANGED:
        before = len(queue._messages)  # noqa: SLF001
        original(queue, message)
        if len(queue._messages) > before:  # noqa: SLF001
            message.queue = queue.name
            message.place = next(_places)
            _changed(message)
        CHANGED.notify_all()


def _delete(queue: Private, receipt_handle: str) -> None:
    with CHANGED:
        if receipt_handle in queue.deleted_messages:
            return
        for message in queue._messages:  # noqa: SLF001
            if message.had_receipt_handle(receipt_handle):
                queue.pending_messages.discard(message)
                queue._messages.remove(message)  # noqa: SLF001
                queue.deleted_messages.update(message.all_receipt_handles)
                message.queue = None
                _changed(message)
                return
        raise ReceiptHandleIsInvalid


def _purge(backend: Private, queue_name: str, original: Callable[[Any, str], None]) -> None:
    with CHANGED:
        gone = list(backend.get_queue(queue_name)._messages)  # noqa: SLF001
        original(backend, queue_name)
        for message in gone:
            message.queue = None
            _changed(message)


def _next_ready(queue: Private) -> float:
    """Return in how many seconds the next hidden message comes back, at most LONGEST_SLEEP."""
    now = time.time() * 1000
    times = [
        max(message.visible_at or 0, message.delayed_until or 0) - now
        for message in queue._messages  # noqa: SLF001
    ]
    soonest = min((left for left in times if left >= 0), default=LONGEST_SLEEP * 1000)
    return min(LONGEST_SLEEP, soonest / 1000 + 0.002)


def _receive(
    original: Callable[..., list[Any]],
    backend: Private,
    queue_name: str,
    count: int,
    wait_seconds_timeout: int,
    *rest: Private,
    **named: Private,
) -> list[Any]:
    end = time.monotonic() + wait_seconds_timeout
    with CHANGED:
        while waiting.present() and not stopping.is_set():
            found = original(backend, queue_name, count, 0, *rest, **named)
            left = end - time.monotonic()
            if found or left <= 0:
                return found
            CHANGED.wait(min(left, _next_ready(backend.get_queue(queue_name))))
    return []


def _is_kept(backend: Private, queue_name: str, message: Private) -> bool:
    seconds = backend.get_queue(queue_name).message_retention_period
    return bool(seconds + message.sent_timestamp / 1000 > time.time())


def load(rows: list[tuple[Any, ...]], fed_from: set[str]) -> None:
    """Put stored messages, (id, queue, place, state) by place, back into the deployed queues.

    What was in flight from a queue in *fed_from* is visible at once: the Lambda poller that had
    it was a thread of the process that ended.
    """
    queues = models.sqs_backends[ACCOUNT][REGION].queues
    for queue in queues.values():
        # A bucket's test event: the deployment of every start is not one that made the bucket.
        queue._messages.clear()  # noqa: SLF001
    for message_id, queue_name, place, state in rows:
        queue = queues.get(queue_name)
        if queue is None:
            continue
        message = models.Message(message_id, "")
        vars(message).update(json.loads(state, object_hook=_decode))
        message.queue, message.place = queue.name, place
        if queue.name in fed_from:
            message.visible_at = 0.0
        queue._messages.append(message)  # noqa: SLF001
        if not message.visible:
            queue.pending_messages.add(message)


def _check() -> None:
    queue, backend, message = models.Queue, models.SQSBackend, models.Message
    require(queue.messages.fget, "message.visible and not message.delayed")
    require(queue.add_message, "self._messages.append(message)", "lambda_event_source_mappings")
    require(queue.delete_message, "self._messages = new_messages")
    require(backend.receive_message, "queue._messages.remove(message)", "mark_received(")
    require(backend.is_message_valid_based_on_retention_period, "MessageRetentionPeriod")
    require(backend.send_message, 'queue.attributes.get("ContentBasedDeduplication")')
    require(message.__init__, *(f"self.{name}" for name in MESSAGE_STATE))


def _attributes(queue: Private, original: Callable[[Any], dict[str, Any]]) -> dict[str, Any]:
    """Return all attributes, but to send_message only the one that it looks at."""
    if waiting.sending:
        return {"ContentBasedDeduplication": str(queue.content_based_deduplication).lower()}
    return original(queue)


def _send(original: Callable[..., Any], *arguments: Private, **named: Private) -> Private:
    waiting.sending = True
    try:
        return original(*arguments, **named)
    finally:
        waiting.sending = False


def apply() -> None:
    """Replace what the module's text names."""
    _check()
    queue, backend, message = models.Queue, models.SQSBackend, models.Message
    add, receive, purge = queue.add_message, backend.receive_message, backend.purge_queue
    send, attributes = backend.send_message, queue.attributes.fget
    queue.messages = property(_visible_messages)
    queue.attributes = property(lambda self: _attributes(self, attributes))
    queue.add_message = lambda self, added: _add(self, added, add)
    queue.delete_message = _delete
    backend.receive_message = lambda *a, **k: _receive(receive, *a, **k)
    backend.purge_queue = lambda self, name: _purge(self, name, purge)
    backend.send_message = lambda *a, **k: _send(send, *a, **k)
    backend.is_message_valid_based_on_retention_period = _is_kept
    for name in ("mark_received", "change_visibility"):
        setattr(message, name, _noted(getattr(message, name)))
    backend.change_message_visibility = _locked(backend.change_message_visibility)


def _noted(original: Callable[..., None]) -> Callable[..., None]:
    def noted(message: Private, *arguments: Private, **named: Private) -> None:
        original(message, *arguments, **named)
        _changed(message)

    return noted


def _locked(original: Callable[..., None]) -> Callable[..., None]:
    def locked(*arguments: Private, **named: Private) -> None:
        with CHANGED:
            original(*arguments, **named)
            CHANGED.notify_all()

    return locked
