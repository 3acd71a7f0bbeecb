"""From what the archive has at hand back to the bucket of results."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any

from backend import wiring, wiring_archive
from backend.domain.errors import RejectedError, ServiceError
from backend.domain.messages import ThawMessage
from backend.services.archive_ports import Archive
from backend.services.ports import Delivery, Queue
from backend.services.restore import Restores
from backend.settings import read
from lambdas.pauses import pause

_SETTINGS = read(os.environ, *wiring_archive.RESTORE_NEEDS)
_ARCHIVE = wiring_archive.archive(_SETTINGS)
_RESTORES = wiring_archive.restores(_SETTINGS)
_QUEUE = wiring.queue(_SETTINGS, _SETTINGS.complete_thaw_queue)


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:  # noqa: ARG001
    """Bring back what each record names; one that could not be done comes again after a pause."""
    return answer(event, _RESTORES, _ARCHIVE, _QUEUE)


def answer(
    event: dict[str, Any], restores: Restores, archive: Archive, queue: Queue
) -> dict[str, Any]:
    """Do what the records ask for; return which of them have to come again."""
    failed = []
    for record in event["Records"]:
        try:
            for message in _messages(record["body"], archive):
                restores.restore(message)
        except ServiceError as error:
            print(f"not restored: {error}")  # noqa: T201 - a Lambda's log is what it prints
            tries = int(record["attributes"]["ApproximateReceiveCount"])
            delivery = Delivery(record["body"], record["receiptHandle"], tries)
            queue.hide(delivery, pause(tries, restores.lease))
            failed.append({"itemIdentifier": record["messageId"]})
    return {"batchItemFailures": failed}


def _messages(body: str, archive: Archive) -> Sequence[ThawMessage]:
    """Return what the sweep, or the archive itself, says is at hand."""
    try:
        return [ThawMessage.from_json(body)]
    except RejectedError:
        return [_ours(message) for message in _told(body, archive)]


def _told(body: str, archive: Archive) -> Sequence[ThawMessage]:
    try:
        return archive.completions(body)
    except RecursionError as error:
        raise RejectedError("A message in the queue is nested too deeply.") from error


def _ours(message: ThawMessage) -> ThawMessage:
    """Return the message, whose ids have to be such as we would write ourselves."""
    return ThawMessage.from_json(message.to_json())
