"""From a file on somebody's desk to a job in the queue."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from backend.domain.errors import ConflictError, NotFoundError, RejectedError, StaleJobError
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
        *,
        request: str | None = None,
    ) -> Upload:
        """Make a job that awaits its file.

        A *request* has a name: asked again for the same, as its answer may have been lost, the job
        of before is returned as long as it awaits its file.

        Raises:
            TooLargeError: the plan does not allow the file.
            RejectedError: the checksums are not one a part.
        """
        limits.check_size(source.size)
        first = _parts(source.size, part_sha256)[:FIRST_PARTS]
        job_id = self.new_id() if request is None else _id_of(owner, request)
        made = None if request is None else self._made(job_id)
        if made is not None:
            if _awaits(made, source, options):
                return self._upload(made, first)
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
        try:
            self.jobs.add(job)
        except StaleJobError as error:
            # Both were asked at the same time.
            self.inputs.abort_upload(key, str(job.upload_id))
            return self._upload(error.current, first)
        return self._upload(job, first)

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

    def _made(self, job_id: str) -> Job | None:
        try:
            return self.jobs.get(job_id)
        except NotFoundError:
            return None

    def _upload(self, job: Job, parts: Sequence[Part]) -> Upload:
        if job.upload_id is None or job.status is not Status.AWAITING_UPLOAD:
            raise ConflictError(f"Job {job.id} is {job.status.value}: its file is not awaited.")
        key = file_keys(job.owner, job.id).input
        until = self.clock() + PART_VALID
        requests = self.inputs.part_requests(key, job.upload_id, parts, valid=PART_VALID)
        return Upload(job, requests, until)


def _id_of(owner: str, request: str) -> str:
    """Return the id of the job that *owner*'s *request* makes; nobody else's makes the same."""
    return hashlib.sha256(f"{owner} {request}".encode()).hexdigest()[:32]


def _awaits(job: Job, source: Input, options: Options) -> bool:
    """Whether *job* is still to get this file, to do this with it."""
    awaited = job.status is Status.AWAITING_UPLOAD and job.upload_id is not None
    return awaited and (job.input, job.options) == (source, options)


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
