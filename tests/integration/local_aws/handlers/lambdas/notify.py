"""Mails the body of each message; fails for what a message says."""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path
from typing import Any

import boto3

ses = boto3.client("sesv2")


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    if "Records" not in event:
        return direct(event, context)
    failed = []
    for record in event["Records"]:
        body = json.loads(record["body"])
        if body.get("fail"):
            failed.append({"itemIdentifier": record["messageId"]})
            continue
        while "wait_for" in body and not Path(body["wait_for"]).exists():
            time.sleep(0.1)
        ses.send_email(
            FromEmailAddress=os.environ["GAS_MAIL_FROM"],
            Destination={"ToAddresses": [body["to"]]},
            Content={
                "Simple": {
                    "Subject": {"Data": body["subject"]},
                    "Body": {"Text": {"Data": "text"}, "Html": {"Data": "<p>html</p>"}},
                }
            },
        )
    return {"batchItemFailures": failed}


def direct(event: dict[str, Any], context: Any) -> dict[str, Any]:
    if event.get("raise"):
        raise ValueError(event["raise"])
    if event.get("exit"):
        os._exit(3)
    if event.get("sleep"):
        time.sleep(event["sleep"])
    if event.get("print"):
        sys.stdout.write(event["print"] + "\n")
    return {
        "environment": {k: v for k, v in os.environ.items() if k.startswith(("GAS_", "AWS_REG"))},
        "left": context.get_remaining_time_in_millis(),
        "pid": os.getpid(),
        "name": context.function_name,
        "arn": context.invoked_function_arn,
    }
