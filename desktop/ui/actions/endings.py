"""What is said in the window of jobs that have just ended, or whose result is back."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import QObject

from backend.wire import JobStatus, JobView
from desktop.ui.actions.gathering import BACK, Gathering, ended_words
from desktop.ui.error_words import in_words
from desktop.ui.language import tr
from desktop.ui.theme.tokens import Tone
from desktop.ui.views.toast import Toasts
from desktop.ui.wording import UNFINISHED

GATHER_MILLISECONDS = 200
_FEW = 3
"""So many are told of each by its name, more by their number."""

_ONE: Mapping[JobStatus, Callable[[], str]] = {
    JobStatus.COMPLETED: lambda: tr("{file} is annotated"),
    JobStatus.FAILED: lambda: tr("{file} could not be annotated"),
    BACK: lambda: tr("The result of {file} is back"),
}


class Endings(QObject):
    """Gathers what ends together, as after a night without the network, and says it at once."""

    def __init__(self, toasts: Toasts) -> None:
        super().__init__(toasts)
        self._toasts = toasts
        self._ended = Gathering(self, GATHER_MILLISECONDS, self.tell)

    def note(self, before: JobStatus, job: JobView) -> None:
        """Take in that a job has changed from the status that it had *before*."""
        is_back = before is BACK and job.status is JobStatus.COMPLETED
        if not is_back and (job.status not in _ONE or before not in UNFINISHED):
            return
        self._ended.add(BACK if is_back else job.status, job)

    def forget(self) -> None:
        """Say nothing of what was gathered: whoever signs in next is another person."""
        self._ended.forget()

    def tell(self) -> None:
        """Say what was gathered."""
        for status, jobs in self._ended.take_all().items():
            tone = Tone.BAD if status is JobStatus.FAILED else Tone.OK
            if len(jobs) > _FEW:
                self._toasts.say(ended_words(status, len(jobs)), tone=tone)
                continue
            for job in jobs:
                words = _ONE[status]().format(file=job.name)
                self._toasts.say(words, in_words(job.failure or ""), tone)
