"""From the stream of the jobs table to the topics: the commit is the event."""

from __future__ import annotations

import os
from typing import Any

from backend import wiring
from backend.aws.job_items import from_item
from backend.domain.errors import UnavailableError
from backend.services.announcement import announce
from backend.settings import read

_TOPICS = wiring.topics(read(os.environ, *wiring.RELAY_NEEDS))


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:  # noqa: ARG001
    """Announce each change; on trouble, ask for the rest of the batch again, in order."""
    for record in event["Records"]:
        change = record["dynamodb"]
        after = change.get("NewImage")
        if after is None:
            continue
        before = change.get("OldImage")
        try:
            announce(_TOPICS, None if before is None else from_item(before), from_item(after))
        except UnavailableError:
            return {"batchItemFailures": [{"itemIdentifier": change["SequenceNumber"]}]}
    return {"batchItemFailures": []}
