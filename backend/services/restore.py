"""Bring back what the archive has at hand."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

from backend.domain.errors import DamagedError, NotFoundError
from backend.domain.events import Restored, RestoreStarted
from backend.domain.files import FileKeys, file_keys
from backend.domain.job import Job, Status
from backend.domain.messages import ThawMessage
from backend.services.account_mails import AccountMails
from backend.services.archival import Archivals, delete_result
from backend.services.archive_ports import Archive
from backend.services.lifecycle import transition
from backend.services.ports import Clock, Files, Jobs
from backend.services.tarball import INDEX, RESULT, TABLE, unpack


@dataclass(frozen=True, slots=True)
class Restores:
    """Streams results from the archive to the bucket; the archive's copy goes last.

    Attributes:
        files: the bucket of results.
        archivals: what follows when the owner is not premium any more by then.
        mails: tells the owner when the last one is back.
        lease: how long it may take; longer than the function that does it may run.
    """

    jobs: Jobs
    files: Files
    archive: Archive
    archivals: Archivals
    mails: AccountMails
    clock: Clock
    lease: timedelta

    def restore(self, message: ThawMessage) -> None:
        """Bring back what *message* says is at hand; again, late or of no use, it is harmless.

        Raises:
            BusyError: somebody else is at it.
            DamagedError: what came back is not what was recorded; the archive keeps it.
            UnavailableError: the archive does not hand it out (yet, or any more).
        """
        try:
            job = self.jobs.get(message.job_id)
        except NotFoundError:
            return
        if job.status is Status.THAWING and job.archive_id == message.archive_id:
            job = self._bring_back(job, message)
        if job.status is Status.COMPLETED and job.archive_id == message.archive_id:
            self.archivals.limit(job)
            self.mails.restored(job.owner)
            self.archivals.clear(self.jobs.get(job.id))

    def _bring_back(self, job: Job, message: ThawMessage) -> Job:
        started = RestoreStarted(message.archive_id, self.lease)
        job = transition(self.jobs, job, started, self.clock)
        if job.status is not Status.THAWING:
            return job
        if job.result is None:
            raise DamagedError(f"Job {job.id} has no result that could be restored.")
        keys = file_keys(job.owner, job.id, job.generation + 1)
        try:
            content = self.archive.read(message.archive_id, message.thaw_id)
            places = {RESULT: keys.result, INDEX: keys.index, TABLE: keys.table}
            unpack(content, self.files, places, {RESULT: job.result.sha256})
        except NotFoundError:
            # What was at hand is not any more; the sweep asks for it again.
            return job
        if job.result_stored:
            delete_result(self.files, job)
        return self._finish(job, keys)

    def _finish(self, job: Job, keys: FileKeys) -> Job:
        try:
            after = transition(self.jobs, job, Restored(job.generation), self.clock)
        except NotFoundError:
            after = replace(job, status=Status.DELETING)
        if after.status is Status.DELETING:
            self.files.delete([keys.result, keys.index, keys.table])
        return after
