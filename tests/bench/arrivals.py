"""What a client of the event stream reads, and when."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

import httpx2

from backend.domain.plans import Plan
from tests.stack import PATIENCE, Person

# The service gives a sign of life every 15 s.
_SILENCE = 20.0


@dataclass(frozen=True, slots=True)
class Arrival:
    """An event that was read.

    Attributes:
        at: when, in seconds since the epoch.
        data: as the service sent it.
    """

    at: float
    type: str
    data: dict[str, Any]

    def tells(self, plan: Plan, since: float) -> bool:
        """Whether it says that the account has this plan, later than *since*."""
        return self.type == "account" and self.at > since and self.data["me"]["plan"] == plan.value

    def knows(self, job_id: str, version: int) -> bool:
        """Whether it tells of the job as it was at this version, or later."""
        job = self.data.get("job", {})
        return job.get("id") == job_id and job["version"] >= version


class Follower:
    """Follows the event stream of a person in a thread, while the block lasts."""

    def __init__(self, person: Person) -> None:
        self._person = person
        self._read: list[Arrival] = []
        self._connected = threading.Event()
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._follow, daemon=True)

    def __enter__(self) -> Self:
        """The follower, connected."""
        self._thread.start()
        if not self._connected.wait(PATIENCE):
            raise TimeoutError("The event stream does not open.")
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop; the thread ends with the stream or its next event."""
        self._stopped.set()

    def arrivals(self) -> Sequence[Arrival]:
        """Return what was read so far, in order."""
        return tuple(self._read)

    def _follow(self) -> None:
        seen = ""
        while not self._stopped.is_set():
            headers = {"Authorization": self._person.session.authorization_header()}
            if seen:
                headers["Last-Event-ID"] = seen
            url = f"{self._person.api_url}/v1/events"
            with httpx2.stream("GET", url, headers=headers, timeout=_SILENCE) as response:
                response.raise_for_status()
                self._connected.set()
                seen = self._read_all(httpx2.EventSource(response), seen)

    def _read_all(self, events: httpx2.EventSource, seen: str) -> str:
        """Read until the stream ends; return the number of its last event."""
        for event in events:
            at = time.time()
            if event.event in {"job", "account"}:
                self._read.append(Arrival(at, event.event, json.loads(event.data)))
            seen = event.id or seen
            if self._stopped.is_set():
                break
        return seen
