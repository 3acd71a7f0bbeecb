"""From a file on somebody's desk to a job in the queue."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from backend.domain.errors import ConflictError, NotFoundError, RejectedError
from backend.domain.events import Cancelled, Submitted
from backend.domain.files import file_keys, part_sizes
from backend.domain.job import Input, Job, Options, Status
from backend.domain.plans import Limits
from backend.services.lifecycle import transition
from backend.services.ports import Clock, Files, Jobs, NewId, Part, PartRequest

# Addresses of parts are cheap to renew, so they need not live long.
PART_VALID = timedelta(minutes=30)
# As many addresses as come with a new job; a larger file asks for more as it goes.
FIRST_PARTS = 100


@dataclass(frozen=True, slots=True)
class Upload:
    """A job and how to send the (first) parts of its file."""

    job: Job
    requests: tuple[PartRequest, ...]
    valid_until: datetime


@dataclass(frozen=True, slots=True)
class Submissions:
    """Takes files in: the plan's limit before a byte is sent, the parts, and the final check."""

    jobs: Jobs
    inputs: Files
    clock: Clock
    new_id: NewId

    def create(
        self,
        owner: str,
        source: Input,
        options: Options,
        limits: Limits,
        part_sha256: Sequence[str],
    ) -> Upload:
        """Make a job that awaits its file.

        Raises:
            TooLargeError: the plan does not allow the file.
            RejectedError: the checksums are not one a part.
        """
        limits.check_size(source.size)
        parts = _parts(source.size, part_sha256)
        job_id = self.new_id()
        key = file_keys(owner, job_id).input
        job = Job(
            id=job_id,
            owner=owner,
            input=source,
            options=options,
            created_at=self.clock(),
            upload_id=self.inputs.start_upload(key),
        )
        self.jobs.add(job)
        return self._upload(job, parts[:FIRST_PARTS])

    def renew_parts(self, job: Job, wanted: Mapping[int, str]) -> Upload:
        """Return addresses for the *wanted* parts: their numbers, and their base64 SHA-256.

        Raises:
            ConflictError: the file is not awaited any more.
            RejectedError: the file has no such part.
        """
        sizes = part_sizes(job.input.size)
        strange = [number for number in wanted if not 1 <= number <= len(sizes)]
        if strange:
            raise RejectedError(f"The file has parts 1 to {len(sizes)}, so no part {strange[0]}.")
        parts = [Part(number, sizes[number - 1], wanted[number]) for number in sorted(wanted)]
        return self._upload(job, parts)

    def submit(self, job: Job, etags: Sequence[tuple[int, str, str]]) -> Job:
        """Join the parts, check the whole, and put the job in the queue.

        Submitting twice is submitting once.

        Raises:
            RejectedError: a part is missing, or the whole has another size than announced.
            ConflictError: the job was cancelled.
        """
        if job.status is Status.AWAITING_UPLOAD and job.upload_id is not None:
            key = file_keys(job.owner, job.id).input
            size = self.inputs.finish_upload(key, job.upload_id, etags)
            if size != job.input.size:
                transition(self.jobs, job, Cancelled(), self.clock)
                self.inputs.delete([key])
                raise RejectedError(
                    f"{size:,} bytes arrived where {job.input.size:,} were announced. "
                    "The file seems to have changed; send it again."
                )
        return transition(self.jobs, job, Submitted(), self.clock)

    def cancel(self, job: Job) -> Job:
        """Call the job off; its worker stops at its next heartbeat."""
        after = transition(self.jobs, job, Cancelled(), self.clock)
        if job.upload_id is not None:
            self.inputs.abort_upload(file_keys(job.owner, job.id).input, job.upload_id)
        return after

    def _upload(self, job: Job, parts: Sequence[Part]) -> Upload:
        if job.upload_id is None or job.status is not Status.AWAITING_UPLOAD:
            raise ConflictError(f"Job {job.id} is {job.status.value}: its file is not awaited.")
        key = file_keys(job.owner, job.id).input
        until = self.clock() + PART_VALID
        requests = self.inputs.part_requests(key, job.upload_id, parts, valid=PART_VALID)
        return Upload(job, requests, until)


def _parts(size: int, sha256: Sequence[str]) -> list[Part]:
    sizes = part_sizes(size)
    if len(sizes) != len(sha256):
        raise RejectedError(
            f"A file of {size:,} bytes is sent in {len(sizes)} parts of {sizes[0]:,} bytes each, "
            f"the last of the rest; {len(sha256)} checksums came."
        )
    return [Part(n, s, c) for n, (s, c) in enumerate(zip(sizes, sha256, strict=True), 1)]


def owned(jobs: Jobs, job_id: str, owner: str) -> Job:
    """Return *owner*'s job.

    Raises:
        NotFoundError: there is none, or it is somebody else's: the two look the same.
    """
    job = jobs.get(job_id)
    if job.owner != owner or job.status is Status.DELETING:
        raise NotFoundError(f"There is no job {job_id}.")
    return job
