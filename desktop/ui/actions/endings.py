"""What is said in the window of jobs that have just ended, or whose result is back."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import QObject, QTimer

from backend.wire import JobStatus, JobView
from desktop.ui.error_words import in_words
from desktop.ui.language import tr
from desktop.ui.theme.tokens import Tone
from desktop.ui.views.toast import Toasts
from desktop.ui.wording import UNFINISHED

GATHER_MILLISECONDS = 200
_FEW = 3
"""So many are told of each by its name, more by their number."""

_BACK = JobStatus.THAWING
_ONE: Mapping[JobStatus, Callable[[], str]] = {
    JobStatus.COMPLETED: lambda: tr("{file} is annotated"),
    JobStatus.FAILED: lambda: tr("{file} could not be annotated"),
    _BACK: lambda: tr("The result of {file} is back"),
}
_MANY: Mapping[JobStatus, Callable[[int], str]] = {
    JobStatus.COMPLETED: lambda number: tr("%Ln file(s) annotated", "", number),
    JobStatus.FAILED: lambda number: tr("%Ln file(s) could not be annotated", "", number),
    _BACK: lambda number: tr("%Ln result(s) are back", "", number),
}


class Endings(QObject):
    """Gathers what ends together, as after a night without the network, and says it at once."""

    def __init__(self, toasts: Toasts) -> None:
        super().__init__(toasts)
        self._toasts = toasts
        self._ended: dict[JobStatus, list[JobView]] = {}
        self._gathering = QTimer(self, singleShot=True, interval=GATHER_MILLISECONDS)
        self._gathering.timeout.connect(self.tell)

    def note(self, before: JobStatus, job: JobView) -> None:
        """Take in that a job has changed from the status that it had *before*."""
        is_back = before is _BACK and job.status is JobStatus.COMPLETED
        if not is_back and (job.status not in _ONE or before not in UNFINISHED):
            return
        self._ended.setdefault(_BACK if is_back else job.status, []).append(job)
        if not self._gathering.isActive():
            self._gathering.start()

    def forget(self) -> None:
        """Say nothing of what was gathered: whoever signs in next is another person."""
        self._gathering.stop()
        self._ended = {}

    def tell(self) -> None:
        """Say what was gathered."""
        ended, self._ended = self._ended, {}
        for status, jobs in ended.items():
            tone = Tone.BAD if status is JobStatus.FAILED else Tone.OK
            if len(jobs) > _FEW:
                self._toasts.say(_MANY[status](len(jobs)), tone=tone)
                continue
            for job in jobs:
                words = _ONE[status]().format(file=job.name)
                self._toasts.say(words, in_words(job.failure or ""), tone)
