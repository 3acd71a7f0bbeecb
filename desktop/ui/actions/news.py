"""What is worth telling somebody who looks elsewhere: a batch is done, one failed, one runs out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from PySide6.QtCore import QObject, QTimer

from backend.wire import JobStatus, JobView
from desktop.platform.notifications import Notifications
from desktop.store.row import JobRow, microseconds
from desktop.transfer.items import UNDER_WAY, State
from desktop.transfer.queue import TransferQueue
from desktop.ui.actions.gathering import Gathering, ended_words
from desktop.ui.error_words import in_words
from desktop.ui.language import tr
from desktop.ui.models.jobs import JobsModel
from desktop.ui.theme.tokens import Tone
from desktop.ui.tray import Tray
from desktop.ui.views.main_window import MainWindow
from desktop.ui.wording import Group, counted, plain_duration

WARNING_SECONDS = 60
"""How long before its end a download is told of."""

LOOK_MILLISECONDS = 5000
GATHER_MILLISECONDS = 2000
_UNDER_WAY = frozenset({JobStatus.RUNNING, JobStatus.PENDING})
_ENDS = frozenset({JobStatus.COMPLETED, JobStatus.FAILED})


class News(QObject):
    """Gathers what happens to jobs, so that many at once are one notification."""

    def __init__(
        self, model: JobsModel, notifications: Notifications, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._model, self._notifications = model, notifications
        self._ended = Gathering(self, GATHER_MILLISECONDS, self.tell, anew=True)
        self._warned: set[str] = set()
        self._looking = QTimer(self, interval=LOOK_MILLISECONDS)
        self._looking.timeout.connect(self.look)
        self._looking.start()

    def note(self, before: JobStatus, job: JobView) -> None:
        """Take in that a job has changed from the status that it had *before*."""
        if before in _UNDER_WAY and job.status in _ENDS:
            self._ended.add(job.status, job)

    def forget(self) -> None:
        """Forget what was gathered, and what was told: whoever signs in next is another person."""
        self._ended.forget()
        self._warned.clear()

    def tell(self) -> None:
        """Tell of what was gathered; of what is done only when nothing is under way any more."""
        if failed := self._ended.take(JobStatus.FAILED):
            reason = in_words(failed[0].failure or "") if len(failed) == 1 else ""
            said = ended_words(JobStatus.FAILED, len(failed))
            self._notifications.tell(_about(failed, said), reason)
        self._tell_done()

    def look(self) -> None:
        """Tell once of each download that is about to expire; and of a batch that has ended."""
        self._tell_done()
        now = microseconds(self._model.clock())
        expiring = [
            row
            for row in self._model.book.rows()
            if row.status is JobStatus.COMPLETED
            and now < row.until <= now + WARNING_SECONDS * 1_000_000
            and row.id not in self._warned
        ]
        if not expiring:
            return
        self._warned.update(row.id for row in expiring)
        sentence = tr("After that the result is archived. Download it now, or upgrade to keep it.")
        said = tr("%Ln download(s) about to expire", "", len(expiring))
        self._notifications.tell(_about(expiring, said), sentence)

    def _tell_done(self) -> None:
        if not self._is_busy() and (done := self._ended.take(JobStatus.COMPLETED)):
            said = ended_words(JobStatus.COMPLETED, len(done))
            sentence = _for_how_long(done, self._model.clock())
            self._notifications.tell(_about(done, said), sentence)

    def _is_busy(self) -> bool:
        return bool(self._model.count(Group.RUNNING) or self._model.count(Group.PENDING))


def follow_state(window: MainWindow, queue: TransferQueue, tray: Tray) -> None:
    """Have the icon in the tray say what is wrong, else what is under way, at each change."""
    model = window.model

    def show() -> None:
        states = Counter(item.state for item in queue.items)
        troubles = _troubles(states, window.trouble if window.is_offline else "")
        jobs = model.count(Group.RUNNING) + model.count(Group.PENDING)
        moving = sum(states[state] for state in UNDER_WAY)
        work = [tr("%Ln job(s) under way", "", jobs)] if jobs else []
        work += [tr("%Ln transfer(s) to go", "", moving)] if moving else []
        said = "\n".join([*troubles, *work]) or tr("Nothing is under way")
        busy = Tone.ACCENT if work else Tone.NEUTRAL
        tray.show_state(said, Tone.WARN if troubles else busy)

    model.flushed.connect(show)
    window.transfers.counted.connect(show)
    window.offline_changed.connect(show)
    show()


def _troubles(states: Counter[State], service: str) -> list[str]:
    """Return what does not go on by itself, a line each."""
    troubles = [service] if service else []
    stuck = states[State.HELD] + states[State.FAILED]
    if stuck:
        troubles.append(tr("{files} to look at").format(files=counted(stuck, "file")))
    return troubles


def _about(jobs: Sequence[JobView | JobRow], said: str) -> str:
    """Return *said*, with the name of the job if there is but one."""
    return f"{jobs[0].name}: {said}" if len(jobs) == 1 else said


def _for_how_long(done: list[JobView], now: datetime) -> str:
    """Return for how long from *now* all of *done* can be downloaded; "" if one cannot be."""
    ends = [job.result_until for job in done if job.result_until is not None]
    if not ends or (seconds := round((min(ends) - now).total_seconds())) <= 0:
        return ""
    time = plain_duration(_roughly(seconds))
    return tr("The result can be downloaded for {time}.").format(time=time)


def _roughly(seconds: int) -> int:
    """Return whole days or hours, from two of them on, or minutes; in seconds."""
    for length, least in ((86400, 2 * 86400), (3600, 2 * 3600), (60, 60)):
        if seconds >= least:
            return round(seconds / length) * length
    return seconds
