"""A worker's side of a job's life: take it, hold it, and say how it ended."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from backend.domain.errors import BusyError, RejectedError
from backend.domain.events import Abandoned, Completed, Failed, Progressed, Released, Started
from backend.domain.files import file_keys
from backend.domain.job import Job, Result, Status, Stored
from backend.services.lifecycle import is_over, transition
from backend.services.ports import Clock, Files, Jobs

VCF_TYPE = "application/gzip"
TEXT_TYPE = "text/plain; charset=utf-8"
JSON_TYPE = "application/json"
HTML_TYPE = "text/html; charset=utf-8"
PARQUET_TYPE = "application/vnd.apache.parquet"


@dataclass(frozen=True, slots=True)
class Produced:
    """The files that the annotation made.

    Attributes:
        index: None for a result whose records are in no order.
        table: the result as Parquet, if it was asked for.
        report: the result in pictures, as HTML, if it was asked for.
    """

    result: Path
    index: Path | None
    table: Path | None
    report: Path | None
    log: Path
    summary: Path


@dataclass(frozen=True, slots=True)
class Annotations:
    """What a worker does to jobs and buckets.

    Attributes:
        lease: how long a job is held without a sign of life.
        retention: what `Completed` carries: the free plan's.
    """

    jobs: Jobs
    inputs: Files
    results: Files
    clock: Clock
    lease: timedelta
    retention: timedelta

    def take(self, job_id: str) -> Job | None:
        """Take the job; None when there is nothing (more) to do for it.

        Raises:
            BusyError: another worker holds it.
        """
        try:
            job = transition(self.jobs, self.jobs.get(job_id), Started(self.lease), self.clock)
        except RejectedError:
            return None
        return job if job.status is Status.RUNNING else None

    def is_over(self, job_id: str) -> bool:
        """Whether there is nothing more to do for the job, by whomever."""
        return is_over(self.jobs, job_id)

    def look(self, job: Job) -> None:
        """See that the job is ours still, without changing it.

        Raises:
            ConflictError: the job was cancelled, or another worker has it: stop.
            NotFoundError: the job is gone: stop.
        """
        stored = self.jobs.get(job.id)
        if stored.status is not Status.RUNNING or stored.attempt != job.attempt:
            raise BusyError(stored.status, "going on with the work")

    def hold(self, job: Job, done: int, total: int) -> Job:
        """Show a sign of life.

        Raises:
            ConflictError: the job was cancelled, or another worker has it: stop.
            NotFoundError: the job is gone: stop.
        """
        event = Progressed(job.attempt, self.lease, done, total)
        return transition(self.jobs, job, event, self.clock)

    def release(self, job: Job) -> None:
        """Let another worker have the job at once."""
        transition(self.jobs, job, Released(job.attempt), self.clock)

    def fetch(self, job: Job, to: Path) -> None:
        """Stream the input into *to*."""
        self.inputs.fetch(file_keys(job.owner, job.id).input, to)

    def complete(self, job: Job, produced: Produced, result: Result) -> Job:
        """Store the files, the result last, then say so."""
        keys = file_keys(job.owner, job.id)
        log = self._store_log(job, produced.log)
        self.results.store(keys.summary, produced.summary, content_type=JSON_TYPE)
        for key, file, kind in (
            (keys.report, produced.report, HTML_TYPE),
            (keys.table, produced.table, PARQUET_TYPE),
            (keys.index, produced.index, VCF_TYPE),
        ):
            if file is not None:
                self.results.store(key, file, content_type=kind)
        self.results.store(keys.result, produced.result, content_type=VCF_TYPE)
        event = Completed(job.attempt, result, self.retention, log)
        return transition(self.jobs, job, event, self.clock)

    def fail(self, job: Job, reason: str, log: Path | None = None) -> Job:
        """Say that the job cannot be done, and why; the log is kept where there is one."""
        stored = None if log is None else self._store_log(job, log)
        return transition(self.jobs, job, Failed(job.attempt, reason, stored), self.clock)

    def abandon(self, job_id: str, reason: str) -> None:
        """Say that every try was used up.

        Raises:
            BusyError: a worker holds it and may yet finish.
        """
        transition(self.jobs, self.jobs.get(job_id), Abandoned(reason), self.clock)

    def _store_log(self, job: Job, log: Path) -> Stored:
        """Store the log; return what whoever downloads it has to find."""
        self.results.store(file_keys(job.owner, job.id).log, log, content_type=TEXT_TYPE)
        with log.open("rb") as content:
            sha256 = hashlib.file_digest(content, "sha256").hexdigest()
        return Stored(log.stat().st_size, sha256)
