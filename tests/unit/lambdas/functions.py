"""The functions' modules, which make their adapters when they are loaded; nobody calls those."""

from __future__ import annotations

import importlib
from types import ModuleType
from typing import Any

import boto3
import pytest

from backend import wiring, wiring_archive
from backend.settings import variable

_NEEDS = (
    *wiring.RELAY_NEEDS,
    *wiring.NOTIFY_NEEDS,
    *wiring_archive.RETENTION_NEEDS,
    *wiring_archive.RESTORE_NEEDS,
    "archive_bucket",
)
_ENVIRON = {
    **{variable(name): f"https://aws.test/{name}" for name in _NEEDS},
    "AWS_ACCESS_KEY_ID": "nobody",
    "AWS_SECRET_ACCESS_KEY": "nothing",
}


def function(name: str) -> ModuleType:
    """Return the module of the function *name*."""
    with pytest.MonkeyPatch.context() as environment:
        for key, value in _ENVIRON.items():
            environment.setenv(key, value)
        # Its credentials are for these modules only.
        environment.setattr(boto3, "DEFAULT_SESSION", None)
        return importlib.import_module(f"lambdas.{name}")


def queued(*bodies: str, tries: int = 1) -> dict[str, Any]:
    """Return the event of a queue's messages, numbered from 0."""
    return {
        "Records": [
            {
                "messageId": str(number),
                "receiptHandle": f"receipt-{number}",
                "body": body,
                "attributes": {"ApproximateReceiveCount": str(tries)},
            }
            for number, body in enumerate(bodies)
        ]
    }


def failed(answer: dict[str, Any]) -> list[str]:
    """Return the records that come again."""
    return [each["itemIdentifier"] for each in answer["batchItemFailures"]]
