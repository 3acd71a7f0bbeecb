"""Jobs that end one soon after the other, gathered so that they are told of together."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import QObject, QTimer

from backend.wire import JobStatus, JobView
from desktop.ui.language import tr

BACK = JobStatus.THAWING
"""Stands for a job whose result is back from the archive."""

_ENDED: Mapping[JobStatus, Callable[[int], str]] = {
    JobStatus.COMPLETED: lambda number: tr("%Ln file(s) annotated", "", number),
    JobStatus.FAILED: lambda number: tr("%Ln file(s) could not be annotated", "", number),
    BACK: lambda number: tr("%Ln result(s) are back", "", number),
}


def ended_words(status: JobStatus, number: int) -> str:
    """Return that so many jobs have become *status*: COMPLETED, FAILED or BACK."""
    return _ENDED[status](number)


class Gathering(QObject):
    """Gathers jobs by what became of them, and has them told of after a while.

    Args:
        milliseconds: how long it gathers.
        tell: called then, to take what there is.
        anew: whether each further job has all of them wait anew.
    """

    def __init__(
        self,
        parent: QObject | None,
        milliseconds: int,
        tell: Callable[[], None],
        *,
        anew: bool = False,
    ) -> None:
        super().__init__(parent)
        self._jobs: dict[JobStatus, list[JobView]] = {}
        self._anew = anew
        self._timer = QTimer(self, singleShot=True, interval=milliseconds)
        self._timer.timeout.connect(tell)

    def add(self, status: JobStatus, job: JobView) -> None:
        """Take in a job that became *status*."""
        self._jobs.setdefault(status, []).append(job)
        if self._anew or not self._timer.isActive():
            self._timer.start()

    def take(self, status: JobStatus) -> list[JobView]:
        """Return the jobs that became *status*, and have them no more."""
        return self._jobs.pop(status, [])

    def take_all(self) -> dict[JobStatus, list[JobView]]:
        """Return all jobs by what they became, what came first at the front; have none any more."""
        jobs, self._jobs = self._jobs, {}
        return jobs

    def forget(self) -> None:
        """Forget them untold: whoever signs in next is another person."""
        self._timer.stop()
        self._jobs = {}
