"""From what the archive has at hand back to the bucket of results."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any

from backend import wiring, wiring_archive
from backend.domain.errors import RejectedError, ServiceError
from backend.domain.messages import ThawMessage
from backend.services.ports import Delivery
from backend.settings import read
from lambdas.pauses import pause

_SETTINGS = read(os.environ, *wiring_archive.RESTORE_NEEDS)
_ARCHIVE = wiring_archive.archive(_SETTINGS)
_RESTORES = wiring_archive.restores(_SETTINGS)
_QUEUE = wiring.queue(_SETTINGS, _SETTINGS.complete_thaw_queue)


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:  # noqa: ARG001
    """Bring back what each record names; one that could not be done comes again after a pause."""
    failed = []
    for record in event["Records"]:
        try:
            for message in _messages(record["body"]):
                _RESTORES.restore(message)
        except ServiceError as error:
            print(f"not restored: {error}")  # noqa: T201 - a Lambda's log is what it prints
            tries = int(record["attributes"]["ApproximateReceiveCount"])
            delivery = Delivery(record["body"], record["receiptHandle"], tries)
            _QUEUE.hide(delivery, pause(tries, _SETTINGS.archive_lease))
            failed.append({"itemIdentifier": record["messageId"]})
    return {"batchItemFailures": failed}


def _messages(body: str) -> Sequence[ThawMessage]:
    """Return what the sweep, or the archive itself, says is at hand."""
    try:
        return [ThawMessage.from_json(body)]
    except RejectedError:
        return _ARCHIVE.completions(body)
