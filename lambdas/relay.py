"""From the stream of the jobs table to the topics and the retention: the commit is the event."""

from __future__ import annotations

import os
from typing import Any

from backend import wiring, wiring_archive
from backend.aws.job_items import from_item
from backend.domain.errors import UnavailableError
from backend.services.announcement import announce
from backend.settings import read

_SETTINGS = read(os.environ, *wiring.RELAY_NEEDS, *wiring_archive.RETENTION_NEEDS)
_TOPICS = wiring.topics(_SETTINGS)
_RETENTION = wiring_archive.retention(_SETTINGS)


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:  # noqa: ARG001
    """Announce each change; on trouble, ask for the rest of the batch again, in order."""
    for record in event["Records"]:
        change = record["dynamodb"]
        after = change.get("NewImage")
        if after is None:
            continue
        image = change.get("OldImage")
        before = None if image is None else from_item(image)
        try:
            announce(_TOPICS, _RETENTION, before, from_item(after))
        except UnavailableError:
            return {"batchItemFailures": [{"itemIdentifier": change["SequenceNumber"]}]}
    return {"batchItemFailures": []}
