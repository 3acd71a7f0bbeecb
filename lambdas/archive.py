"""From a result that falls due to the archive; called by the state machine that waited for it."""

from __future__ import annotations

import os
from typing import Any

from backend import wiring_archive
from backend.aws.retention import wait_until
from backend.services.archival import Archivals
from backend.settings import read

_ARCHIVALS = wiring_archive.archivals(read(os.environ, *wiring_archive.ARCHIVE_NEEDS))


def handler(event: dict[str, Any], context: object) -> dict[str, str]:  # noqa: ARG001
    """Settle the job's result; the state machine tries again by the names of the errors."""
    return answer(event, _ARCHIVALS)


def answer(event: dict[str, Any], archivals: Archivals) -> dict[str, str]:
    """Return when the result is due again; nothing if it never is."""
    due = archivals.settle(event["job_id"])
    return {} if due is None else {"due": wait_until(due)}
