"""What a mapping tells of stream records that it gave up.

Source: "Retaining discarded batches", AWS Lambda Developer Guide: where the records are, not what
is in them.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Sequence
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from backend.local.aws.functions import EventSource
from backend.local.aws.names import arn

SHARD = "shardId-local"


class Reason(StrEnum):
    """Why a batch was given up."""

    ATTEMPTS = "RetryAttemptsExhausted"
    AGE = "RecordAgeExceeded"


def number(sequence: int) -> str:
    """Return a record's place in its stream as Lambda writes it."""
    return f"{sequence:021d}"


def notice(
    source: EventSource, records: Sequence[tuple[Any, ...]], reason: Reason, *, calls: int
) -> str:
    """Return the message about *records*, (sequence, arrival, ...) each, after so many calls."""
    first, last = records[0], records[-1]
    told: dict[str, Any] = {
        "requestContext": {
            "requestId": str(uuid.uuid4()),
            "functionArn": arn("lambda", f"function:{source.function}"),
            "condition": reason,
            "approximateInvokeCount": calls,
        },
        "version": "1.0",
        "timestamp": _written(datetime.now(UTC).timestamp()),
        "DDBStreamBatchInfo": {
            "shardId": SHARD,
            "startSequenceNumber": number(first[0]),
            "endSequenceNumber": number(last[0]),
            "approximateArrivalOfFirstRecord": _written(first[1]),
            "approximateArrivalOfLastRecord": _written(last[1]),
            "batchSize": len(records),
            "streamArn": source.source,
        },
    }
    if calls:
        told["responseContext"] = {
            "statusCode": 200,
            "executedVersion": "$LATEST",
            "functionError": "Unhandled",
        }
    return json.dumps(told)


def _written(moment: float) -> str:
    text = datetime.fromtimestamp(moment, UTC).isoformat(timespec="milliseconds")
    return text.replace("+00:00", "Z")
