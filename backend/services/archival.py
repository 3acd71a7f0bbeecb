"""What becomes of a result when its time is over: it stays, or it moves to the archive."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from backend.domain.errors import DamagedError, NotFoundError
from backend.domain.events import (
    Archived,
    ArchiveRemoved,
    ArchiveStarted,
    Cleared,
    Kept,
    RetentionStarted,
)
from backend.domain.files import FileKeys, file_keys
from backend.domain.job import Job, Status
from backend.domain.plans import Plan
from backend.services.archive_ports import Archive
from backend.services.lifecycle import transition
from backend.services.ports import Clock, Contacts, Files, Jobs
from backend.services.tarball import INDEX, RESULT, TABLE, Member, pack, packed_size
from backend.services.thaw import Thaws


@dataclass(frozen=True, slots=True)
class Archivals:
    """Settles results that are due.

    The plan is read when a result is due, and once more after it has moved: whoever upgrades in
    between has it asked back here, whoever upgrades later finds it in the index of the archived.

    Attributes:
        files: the bucket of results.
        lease: how long a result may take to move; longer than the function that moves it may run.
        grace: how long results of a former premium owner can still be downloaded.
    """

    jobs: Jobs
    contacts: Contacts
    files: Files
    archive: Archive
    thaws: Thaws
    clock: Clock
    lease: timedelta
    grace: timedelta

    def settle(self, job_id: str) -> datetime | None:
        """Do what is due for the job's result; return when to look at it again, None for never.

        Doing it again is harmless, at any time.

        Raises:
            BusyError: somebody else is at it.
            DamagedError: the stored result is not what was recorded; it stays where it is.
            UnavailableError: something is down, or the owner's plan is not known yet.
        """
        try:
            job = self.clear(self.jobs.get(job_id))
        except NotFoundError:
            return None
        if job.status is Status.ARCHIVING:
            self._move(job)
            return None
        if job.status is not Status.COMPLETED or job.archive_due is None:
            return self.limit(job)
        if self.clock() < job.archive_due:
            return job.archive_due
        if self._is_premium(job):
            return self._keep(job)
        self._move(job)
        return None

    def _is_premium(self, job: Job) -> bool:
        return self.contacts.get(job.owner).plan is Plan.PREMIUM

    def _keep(self, job: Job) -> datetime | None:
        kept = transition(self.jobs, job, Kept(), self.clock)
        return self.limit(kept)

    def limit(self, job: Job, *, extends: bool = False) -> datetime | None:
        """Give a result that has no end one if its owner is on the free plan (again).

        *extends*: whether one that was completed just before the premium plan ended gets the grace
        as well, and not the short time of free results.

        Returns:
            the end, None if there is none.
        """
        if job.status is not Status.COMPLETED:
            return None
        if (job.archive_due is None or extends) and not self._is_premium(job):
            started = RetentionStarted(self.grace, extends)
            job = transition(self.jobs, job, started, self.clock)
        return job.archive_due

    def _move(self, job: Job) -> None:
        job = transition(self.jobs, job, ArchiveStarted(self.lease), self.clock)
        if job.status is not Status.ARCHIVING:
            return
        archive_id = self._copy(job)
        archived = Archived(archive_id, job.generation)
        try:
            job = transition(self.jobs, job, archived, self.clock)
        except NotFoundError:
            self.archive.delete(archive_id)
            return
        if job.archive_id != archive_id:
            # Somebody else was faster, so nobody will ever know of this copy.
            self.archive.delete(archive_id)
        self.clear(job)

    def _copy(self, job: Job) -> str:
        if job.result is None:
            raise DamagedError(f"Job {job.id} has no result that could be archived.")
        keys = file_keys(job.owner, job.id, job.generation)
        members = list(self._members(keys))
        if not any(member.name == RESULT for member in members):
            raise DamagedError(f"The result of job {job.id} is not where it should be.")
        content = pack(self.files, members, {RESULT: job.result.sha256})
        return self.archive.put(job.id, content, size=packed_size(members))

    def _members(self, keys: FileKeys) -> Iterator[Member]:
        for name, key in ((RESULT, keys.result), (INDEX, keys.index), (TABLE, keys.table)):
            size = self.files.size(key)
            if size is not None:
                yield Member(name, key, size)

    def clear(self, job: Job) -> Job:
        """Delete what is left over: the download area's copy, or the archive's of a restored one.

        What is deleted here has a name that is over: nobody puts anything there again.  The plan
        is looked at once more before the job counts as cleared.

        Returns:
            the job as it is afterwards.
        """
        if job.status in {Status.ARCHIVED, Status.THAWING} and job.result_stored:
            delete_result(self.files, job)
            self.thaws.start(job)
            return transition(self.jobs, job, Cleared(job.generation), self.clock)
        if job.status is Status.COMPLETED and job.archive_id is not None:
            self.archive.delete(job.archive_id)
            return transition(self.jobs, job, ArchiveRemoved(job.archive_id), self.clock)
        return job


def delete_result(files: Files, job: Job) -> None:
    """Delete the files of the job's present generation, which must be over."""
    keys = file_keys(job.owner, job.id, job.generation)
    files.delete([keys.result, keys.index, keys.table])
