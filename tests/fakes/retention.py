"""A retention that waits for its clock to be asked."""

from __future__ import annotations

from datetime import datetime

from backend.services.ports import Clock


class FakeRetention:
    """The port `Retention`.

    Attributes:
        started: every job and time that was asked for, once, in the order of asking.
    """

    def __init__(self, clock: Clock) -> None:
        self.started: list[tuple[str, datetime]] = []
        self._clock = clock
        self._over: set[tuple[str, datetime]] = set()

    def start(self, job_id: str, due: datetime) -> None:
        if (job_id, due) not in self.started:
            self.started.append((job_id, due))

    def due(self) -> list[str]:
        """Take the jobs that fell due since somebody asked last, earliest first."""
        fallen = [one for one in self.started if one not in self._over and one[1] <= self._clock()]
        self._over.update(fallen)
        return [job_id for job_id, _ in sorted(fallen, key=lambda one: one[1])]
