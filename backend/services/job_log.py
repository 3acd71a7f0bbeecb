"""The log of a job's annotation, as people read it in a page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from backend.domain.errors import ConflictError
from backend.domain.files import file_keys
from backend.domain.job import Job
from backend.services.ports import Files

LONGEST_SHOWN = 1024**2


@dataclass(frozen=True, slots=True)
class LogText:
    """The beginning of a log in whole lines; *whole* if there is no more of it."""

    text: str
    whole: bool


def log_text(job: Job, results: Files) -> LogText:
    """Return up to 1 MiB of the job's log; no more than a piece beyond that is ever read.

    Raises:
        ConflictError: the job has no log (yet).
        NotFoundError: it is gone from the file store.
    """
    if not job.log_stored:
        raise ConflictError("There is no log yet: it is written when the job ends.")
    content = _beginning(results.read(file_keys(job.owner, job.id).log))
    shown, whole = content[:LONGEST_SHOWN], len(content) <= LONGEST_SHOWN
    if not whole:
        shown = shown[: shown.rfind(b"\n") + 1] or shown
    return LogText(shown.decode(errors="replace"), whole)


def _beginning(pieces: Iterator[bytes]) -> bytes:
    """Return at least `LONGEST_SHOWN` bytes and one more, or all that there are."""
    content = bytearray()
    for piece in pieces:
        content += piece
        if len(content) > LONGEST_SHOWN:
            break
    return bytes(content)
