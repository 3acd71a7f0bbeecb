"""From the stream of the jobs table to the topics and the retention: the commit is the event."""

from __future__ import annotations

import os
from typing import Any

from backend import wiring, wiring_archive
from backend.aws.job_items import from_item
from backend.domain.errors import UnavailableError
from backend.services.announcement import announce
from backend.services.archive_ports import Retention
from backend.services.ports import Topics
from backend.settings import read

_SETTINGS = read(os.environ, *wiring.RELAY_NEEDS, *wiring_archive.RETENTION_NEEDS)
_TOPICS = wiring.topics(_SETTINGS)
_RETENTION = wiring_archive.retention(_SETTINGS)


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:  # noqa: ARG001
    """Announce each change; on trouble, ask for the rest of the batch again, in order."""
    return answer(event, _TOPICS, _RETENTION)


def answer(event: dict[str, Any], topics: Topics, retention: Retention) -> dict[str, Any]:
    """Do what follows from the records; return the first of those that have to come again."""
    for record in event["Records"]:
        change = record["dynamodb"]
        after = change.get("NewImage")
        if after is None:
            continue
        image = change.get("OldImage")
        before = None if image is None else from_item(image)
        try:
            announce(topics, retention, before, from_item(after))
        except UnavailableError:
            return {"batchItemFailures": [{"itemIdentifier": change["SequenceNumber"]}]}
    return {"batchItemFailures": []}
