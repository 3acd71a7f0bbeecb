"""The worker: takes jobs from the queue one at a time and brings each to an end.

A job is held by a lease that a heartbeat extends, together with the message's invisibility.  A
worker that dies leaves both to run out, and another takes over.  The message is deleted only when
the job has ended.
"""

from __future__ import annotations

import json
import logging
import os
import shutil
import tempfile
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from annotator.heartbeat import Heartbeat, StoppedError
from annotator.pipeline import Outcome, Progress, Request
from annotator.reference.bundle import Bundle, sha256_of
from backend import logs
from backend.domain.errors import (
    BusyError,
    ConflictError,
    NotFoundError,
    RejectedError,
    UnavailableError,
)
from backend.domain.job import Counts, Job, Result
from backend.domain.messages import JobMessage
from backend.services.annotation import Annotations, Produced
from backend.services.ports import Delivery, Queue

LOGGER = logging.getLogger(__name__)
LONG_POLL = timedelta(seconds=20)
# After a fault that may pass; with the queue's five tries that is some minutes.
RETRY_AFTER = timedelta(seconds=20)

Annotate = Callable[[Request, Progress], Outcome]


class CorruptInputError(RejectedError):
    """What arrived is not the file that was announced."""


@dataclass(frozen=True, slots=True)
class Worker:
    """One worker.

    Attributes:
        annotate: the annotation itself, `pipeline.annotate`.
        processes: how many may work on one file at once.
        max_tries: deliveries after which the queue gives a message up.
        stop: set it to have the worker hand back its job and return.
        busy: set while a job is in hand.
    """

    annotations: Annotations
    annotate: Annotate
    queue: Queue
    bundles: tuple[Bundle, ...]
    work_folder: Path
    processes: int
    max_tries: int
    stop: threading.Event
    busy: threading.Event

    def run(self) -> None:
        """Work until told to stop."""
        clear_leftovers(self.work_folder)
        while not self.stop.is_set():
            try:
                self._work_once()
            except UnavailableError as error:
                logs.event(LOGGER, "queue unavailable", reason=str(error))
                self.stop.wait(RETRY_AFTER.total_seconds())

    def _work_once(self) -> None:
        for delivery in self.queue.receive(limit=1, wait=LONG_POLL):
            self.busy.set()
            try:
                self.handle(delivery)
            finally:
                self.busy.clear()

    def handle(self, delivery: Delivery) -> None:
        """Deal with one message: afterwards it is deleted, or will come again."""
        try:
            message = JobMessage.from_json(delivery.body)
        except RejectedError as error:
            logs.event(LOGGER, "message refused", reason=str(error), tries=delivery.tries)
            return
        try:
            job = self.annotations.take(message.job_id)
        except BusyError:
            self.queue.hide(delivery, self.annotations.lease)
            return
        if job is None:
            self.queue.delete(delivery)
            return
        logs.event(LOGGER, "job taken", job_id=job.id, attempt=job.attempt, tries=delivery.tries)
        self._work(job, delivery)

    def _work(self, job: Job, delivery: Delivery) -> None:
        """Bring the job that we hold to an end, or leave it to another try."""
        try:
            self._annotate(job, delivery)
        except StoppedError:
            self._give_back(job, delivery, timedelta(0))
            return
        except (ConflictError, NotFoundError):
            logs.event(LOGGER, "job lost", job_id=job.id, attempt=job.attempt)
            if not self.annotations.is_over(job.id):
                # Another worker has it, and the message with it: both are that worker's to end.
                return
        except Exception as error:  # noqa: BLE001 - a fault in one job must not end the worker
            logs.failure(LOGGER, "try failed", error, job_id=job.id, tries=delivery.tries)
            self._try_later(job, delivery)
            return
        self.queue.delete(delivery)

    def _annotate(self, job: Job, delivery: Delivery) -> None:
        with (
            tempfile.TemporaryDirectory(prefix=_prefix(), dir=self.work_folder) as folder,
            Heartbeat(self.annotations, self.queue, job, delivery, self.stop) as heartbeat,
        ):
            try:
                outcome = self._produce(job, Path(folder), heartbeat)
            except (ConflictError, NotFoundError):
                raise
            except RejectedError as error:
                heartbeat.check()
                log = Path(folder) / "annotation.log"
                self.annotations.fail(job, str(error), log if log.exists() else None)
                logs.event(LOGGER, "job failed", job_id=job.id, attempt=job.attempt)
                return
            heartbeat.check()
            self.annotations.complete(job, _produced(outcome, Path(folder)), _result(outcome))
            logs.event(LOGGER, "job completed", job_id=job.id, attempt=job.attempt)

    def _produce(self, job: Job, folder: Path, heartbeat: Heartbeat) -> Outcome:
        source = folder / "input"
        try:
            self.annotations.fetch(job, source)
        except NotFoundError as error:
            raise CorruptInputError("The uploaded file is gone. Send it again.") from error
        if sha256_of(source) != job.input.sha256:
            raise CorruptInputError(
                "The file that arrived is not the one that was announced: "
                "it changed while it was being sent. Send it again."
            )
        request = Request(
            source=source,
            folder=folder,
            bundles=self.bundles,
            file_name=job.input.name,
            assembly=job.options.assembly,
            engine=job.options.engine,
            table=True,
            report=True,
            processes=self.processes,
        )
        return self.annotate(request, heartbeat.progress)

    def _try_later(self, job: Job, delivery: Delivery) -> None:
        """Leave the message for another try; after the last one, tell the owner.

        The message itself is left alone then, so that the queue moves it to the dead letters.
        """
        if delivery.tries < self.max_tries:
            self._give_back(job, delivery, RETRY_AFTER)
            return
        self.annotations.fail(
            job,
            f"The annotation was tried {delivery.tries} times and did not come to an end, through "
            "no fault of the file that we know of. We have been told; please try again later.",
        )

    def _give_back(self, job: Job, delivery: Delivery, wait: timedelta) -> None:
        try:
            self.annotations.release(job)
        except ConflictError:
            logs.event(LOGGER, "job lost", job_id=job.id, attempt=job.attempt)
        self.queue.hide(delivery, wait)


def _produced(outcome: Outcome, folder: Path) -> Produced:
    summary = folder / "summary.json"
    summary.write_text(json.dumps(outcome.summary.to_json(), indent=2), "utf-8")
    return Produced(
        result=outcome.result,
        index=outcome.index,
        table=outcome.table,
        report=outcome.report,
        log=outcome.log,
        summary=summary,
    )


def _result(outcome: Outcome) -> Result:
    summary = outcome.summary
    counts = Counts(
        assembly=summary.assembly,
        bundle=summary.bundle,
        variants_in=summary.variants_in,
        variants_out=summary.variants_out,
        annotated=summary.annotated,
        passed_through=summary.passed_through,
    )
    return Result(outcome.result.stat().st_size, sha256_of(outcome.result), counts)


def _prefix() -> str:
    return f"job-{os.getpid()}-"


def clear_leftovers(work_folder: Path) -> None:
    """Remove what workers that were killed on this machine left in *work_folder*."""
    work_folder.mkdir(parents=True, exist_ok=True)
    for folder in work_folder.glob("job-*-*"):
        pid = folder.name.split("-")[1]
        if pid.isdigit() and not Path(f"/proc/{pid}").exists():
            shutil.rmtree(folder, ignore_errors=True)
