"""What the window asks of the rest of the app; of sign-ins it does so in `desktop.auth.ports`.

The real ones are in `desktop.client`, `desktop.transfer` and `desktop.store`; nothing here knows
Qt, the network or the disk.
"""

from __future__ import annotations

import threading
from collections.abc import AsyncGenerator, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from backend.wire import (
    Download,
    JobList,
    JobView,
    Me,
    NewJob,
    NewJobCreated,
    Parts,
    PartsWanted,
    PaymentPage,
    Submission,
)
from desktop.errors import DesktopError
from desktop.transfer.bandwidth import TransferLimits
from desktop.transfer.check import FileCheck

Clock = Callable[[], datetime]
"""The time now, in UTC."""

FIRST_JOBS = 2000
"""How many jobs are remembered between starts, the newest; the rest comes with the list."""


class FileKind(StrEnum):
    """The files of a job that can be downloaded."""

    INPUT = "input"
    RESULT = "result"
    TABLE = "table"
    REPORT = "report"
    LOG = "log"


class Api(Protocol):
    """The service, as the signed-in person may use it; every call raises DesktopError."""

    async def me(self) -> Me:
        """Return who is signed in."""

    async def sign_out_everywhere(self) -> None:
        """End all sign-ins of the person, in every app and browser, this one's included."""

    async def checkout(self) -> PaymentPage:
        """Return where the premium plan is paid.

        Raises:
            ConflictError: there is a subscription already.
        """

    async def portal(self) -> PaymentPage:
        """Return where the subscription is managed.

        Raises:
            ConflictError: there was never one.
        """

    async def jobs(self, after: str | None = None) -> JobList:
        """Return a page of jobs, newest first."""

    async def create_job(self, new: NewJob) -> NewJobCreated:
        """Make a job that awaits its file.

        Raises:
            QuotaReachedError: the plan does not allow the file.
        """

    async def parts(self, job_id: str, wanted: PartsWanted) -> Parts:
        """Return addresses for parts of a file that is awaited."""

    async def submit(self, job_id: str, submission: Submission) -> JobView:
        """Say that all parts were sent, and return the job as it then is."""

    async def cancel(self, job_id: str) -> JobView:
        """Stop a job that is not finished, and return it."""

    async def delete(self, job_id: str) -> None:
        """Throw a job and its files away."""

    async def link(self, job_id: str, kind: FileKind) -> Download:
        """Return a short-lived address of one of the job's files."""


@dataclass(frozen=True, slots=True)
class Changed:
    """A job as it is now; *seq* is to be given back after a break."""

    seq: int
    job: JobView


@dataclass(frozen=True, slots=True)
class Reset:
    """Events were lost, or the plan changed: account and list must be read anew."""


@dataclass(frozen=True, slots=True)
class Connected:
    """The service answers."""


@dataclass(frozen=True, slots=True)
class Lost:
    """The service gave no answer that helps, as *error* says; the next try is in *retry_in* s."""

    retry_in: float
    error: DesktopError = field(compare=False)


Update = Changed | Reset | Connected | Lost


class Updates(Protocol):
    """The live changes of the person's jobs."""

    def follow(self, cursor: int) -> AsyncGenerator[Update, None]:
        """Yield what happens after *cursor*, for ever; connection losses are told, not raised.

        Whoever stops listening must close the generator.

        Raises:
            SignedOutError: the sign-in has ended.
            KeyringLockedError: the tokens cannot be read.
        """
        ...


class Transfers(Protocol):
    """Moves files; the bytes go through threads, so the caller's loop stays free.

    With a *key*, a transfer goes on where an earlier one with that key ended.
    """

    def set_limits(self, limits: TransferLimits) -> None:
        """Keep to *limits* from now on; the number of parts holds from the next file."""
        ...

    async def find(self, dropped: Sequence[Path]) -> list[Path]:
        """Return the files to send among what was dropped; folders are searched."""
        ...

    async def check(self, path: Path) -> FileCheck:
        """Return what is seen of a file before it is sent."""
        ...

    async def upload(
        self, path: Path, progress: Progress, limit: int | None, *, key: str | None = None
    ) -> JobView:
        """Send *path* and submit it; cancelling the task stops it within one write.

        Raises:
            QuotaReachedError: the file is larger than *limit* bytes or than the service allows.
            FileChangedError: the file changed meanwhile.
        """
        ...

    async def download(
        self,
        link: Download,
        folder: Path,
        progress: Progress,
        *,
        name: str | None = None,
        key: str | None = None,
    ) -> Path:
        """Save what *link* points to in *folder*, verified, and return where.

        Args:
            link: a fresh address.
            folder: made where it is missing.
            progress: counted up as bytes come.
            name: takes the place of a file of that name; without it nothing is replaced.
            key: of what is kept of a download that is cut short.

        Raises:
            DamagedError: the content is not what was promised; nothing is left behind.
        """
        ...

    async def abandon(self, key: str) -> JobView | None:
        """Forget a transfer and what it left, here and at the service.

        Return the job that was called off, if there was one and the service could be reached.
        """
        ...

    async def read_text(self, link: Download) -> str:
        """Return the beginning of a text file, 1 MiB at most."""
        ...


@dataclass(slots=True)
class Progress:
    """How far a transfer is; counted by threads, read by a timer.

    Attributes:
        step: what is being done, "preparing" or "uploading" or "downloading".
        done: bytes, of `total` (0 while unknown).
        job_id: the job that the file belongs to, once there is one.
        anew: whether the service had forgotten the transfer, so that it began from the start.
    """

    step: str = "waiting"
    done: int = 0
    total: int = 0
    job_id: str | None = None
    anew: bool = False
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False, compare=False)

    def begin(self, step: str, total: int, done: int = 0) -> None:
        """Count from *done* bytes on, of *total*."""
        with self._lock:
            self.step, self.total, self.done = step, total, done

    def add(self, count: int) -> None:
        """Count bytes that were moved; fewer than none for what has to be moved again."""
        with self._lock:
            self.done += count


class Memory(Protocol):
    """What the app remembers between starts; a cache, so losing it loses nothing."""

    async def load(self) -> tuple[str, Sequence[JobView]] | None:
        """Return whose jobs were shown last, and those jobs, newest first."""
        ...

    async def save(self, owner: str, jobs: Sequence[JobView]) -> None:
        """Remember jobs of *owner*; those of anybody else are forgotten."""
        ...

    async def keep_only(self, ids: Sequence[str]) -> None:
        """Forget all jobs that the service does not list any more."""
        ...

    async def forget(self, job_id: str) -> None:
        """Forget one job."""
        ...

    async def clear(self) -> None:
        """Forget everything, as at a sign-out."""
        ...
