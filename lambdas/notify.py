"""From the topic of ended jobs to a mail: one a job."""

from __future__ import annotations

import os
from typing import Any

from backend import wiring
from backend.domain.errors import ServiceError
from backend.domain.messages import JobMessage
from backend.services.notification import Notifications
from backend.settings import read

_NOTIFICATIONS = wiring.notifications(read(os.environ, *wiring.NOTIFY_NEEDS))


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:  # noqa: ARG001
    """Mail about each ended job; a record that could not be done comes again by itself."""
    return answer(event, _NOTIFICATIONS)


def answer(event: dict[str, Any], notifications: Notifications) -> dict[str, Any]:
    """Do what the records ask for; return which of them have to come again."""
    failed = []
    for record in event["Records"]:
        try:
            notifications.notify(JobMessage.from_json(record["body"]))
        except ServiceError as error:
            print(f"not mailed: {error}")  # noqa: T201 - a Lambda's log is what it prints
            failed.append({"itemIdentifier": record["messageId"]})
    return {"batchItemFailures": failed}
