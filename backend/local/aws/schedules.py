"""Schedules: a function is called, or a queue gets a message, again and again.

As on AWS the first time is at once, which is here when the functions are warm.  A schedule counts
anew from each start of the server.
Source: "Schedule types on EventBridge Scheduler", EventBridge Scheduler User Guide.
"""

from __future__ import annotations

import json
import logging
import re
import threading
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from botocore.exceptions import BotoCoreError, ClientError

from backend.local.aws.names import ACCOUNT, REGION

log = logging.getLogger(__name__)
RATE = re.compile(r"rate\((?P<count>[1-9]\d*) (?P<unit>minute|hour|day)s?\)")
SECONDS = {"minute": 60.0, "hour": 3600.0, "day": 86400.0}

Fire = Callable[[str], None]
"""Gives a target its input, in JSON."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """What is to be done again and again.

    Attributes:
        every: in seconds.
        target: the ARN of a function or of a queue.
        input: JSON for the target; None for AWS's own text.
    """

    name: str
    arn: str
    every: float
    target: str
    input: str | None


def seconds(expression: str) -> float:
    """Return the seconds of a rate expression, such as ``rate(5 minutes)``.

    Raises:
        ValueError: it is another expression.
    """
    found = RATE.fullmatch(expression)
    if found is None:
        raise ValueError(f"the local stack knows rate(N minutes|hours|days), not {expression}")
    return int(found["count"]) * SECONDS[found["unit"]]


def following(due: float, now: float, every: float) -> float:
    """Return the turn after *due*; turns that passed by *now* are left out."""
    passed = max(0.0, now - due) // every
    return due + every * (passed + 1)


def run(schedule: Schedule, fire: Fire, stopping: threading.Event, *, after: float) -> None:
    """Fire in *after* seconds and then at the schedule's rate, until *stopping* is set."""
    due = time.monotonic() + after
    while not stopping.wait(max(0.0, due - time.monotonic())):
        try:
            fire(_text(schedule) if schedule.input is None else schedule.input)
        except (BotoCoreError, ClientError):
            if not stopping.is_set():
                log.exception("the schedule %s could not reach its target", schedule.name)
        due = following(due, time.monotonic(), schedule.every)


def _text(schedule: Schedule) -> str:
    now = datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    return json.dumps(
        {
            "version": "0",
            "id": str(uuid.uuid4()),
            "detail-type": "Scheduled Event",
            "source": "aws.scheduler",
            "account": ACCOUNT,
            "time": now,
            "region": REGION,
            "resources": [schedule.arn],
            "detail": "{}",
        }
    )
