"""Why a result cannot be looked at, in words, and what would help."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from backend.wire import JobStatus, JobView
from desktop.errors import ConflictError, DesktopError, OfflineError
from desktop.ui.error_words import error_words
from desktop.ui.language import later, tr
from desktop.ui.wording import duration_text, is_soon, seconds_left

UPGRADE, BACK, AGAIN = "upgrade", "annotations", "again"
_AWAY = {JobStatus.ARCHIVING, JobStatus.ARCHIVED}


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why there is nothing to see.

    Attributes:
        key: what the action is: `UPGRADE`, `BACK` to the annotations or trying `AGAIN`.
        icon: drawn above.
        action: what the button says.
    """

    key: str
    icon: str
    title: str
    sentence: str
    action: str


NOTHING = Trouble(
    BACK,
    "results",
    later("No result is open"),
    later("Choose View on a finished annotation to look at its variants here."),
    later("Go to the annotations"),
)


def of_job(job: JobView, now: datetime, *, can_upgrade: bool) -> Trouble | None:
    """Return why the variants of *job* cannot be looked at, None where they can."""
    if job.status is JobStatus.THAWING:
        back = tr("It opens here by itself as soon as it is back.")
        if job.thaw_expected is not None and not is_soon(job.thaw_expected, now):
            left = duration_text((job.thaw_expected - now).total_seconds())
            back = tr("It is expected in about {time} and opens here by itself.").format(time=left)
        return Trouble(BACK, "restore", tr("The result is being restored"), back, _TO_LIST)
    if job.status in _AWAY or seconds_left(job, now) == 0:
        return _expired(can_upgrade=can_upgrade)
    if job.status is not JobStatus.COMPLETED:
        sentence = tr("There is no result to look at: the annotation is not completed.")
        return Trouble(BACK, "results", tr("No result"), sentence, _TO_LIST)
    return None


def of_error(error: DesktopError, *, can_upgrade: bool) -> Trouble:
    """Return what *error* means for somebody who wants to see a result."""
    if isinstance(error, OfflineError):
        sentence = tr(
            "The result appears here as soon as the service answers. The app keeps trying."
        )
        return Trouble(
            AGAIN, "offline", tr("The service cannot be reached"), sentence, tr("Try now")
        )
    title, sentence = error_words(error)
    if isinstance(error, ConflictError):
        key, action = (UPGRADE, _UPGRADE) if can_upgrade else (BACK, _TO_LIST)
        return Trouble(key, "lock", title, sentence, action)
    return Trouble(AGAIN, "warning", title, sentence, tr("Try again"))


def titled(trouble: Trouble | None) -> str:
    """Return the title of *trouble*, "" for none."""
    return "" if trouble is None else trouble.title


def _expired(*, can_upgrade: bool) -> Trouble:
    title = tr("The free plan's time is over")
    if can_upgrade:
        sentence = tr(
            "The variants of this result are archived. With Premium they are restored, and stay."
        )
        return Trouble(UPGRADE, "lock", title, sentence, _UPGRADE)
    sentence = tr("The variants of this result are archived, and can be looked at after a restore.")
    return Trouble(BACK, "lock", title, sentence, _TO_LIST)


_TO_LIST, _UPGRADE = later("Go to the annotations"), later("Upgrade to Premium")
