"""Publishes every stream record; refuses an item until the file that it names is there."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import boto3

sns = boto3.client("sns")


def handler(event: dict[str, Any], _context: Any) -> dict[str, Any]:
    for record in event["Records"]:
        change = record["dynamodb"]
        item = change.get("NewImage", change["Keys"])
        if "wait_for" in item and not Path(item["wait_for"]["S"]).exists():
            return {"batchItemFailures": [{"itemIdentifier": change["SequenceNumber"]}]}
        if "raise" in item and not Path(item["raise"]["S"]).exists():
            raise ValueError(item["raise"]["S"])
        message = {"event": record["eventName"], **change}
        message.pop("ApproximateCreationDateTime")
        sns.publish(TopicArn=os.environ["GAS_JOB_CHANGES_TOPIC"], Message=json.dumps(message))
    return {"batchItemFailures": []}
