"""The worker: takes jobs from the queue one at a time and brings each to an end.

A job is held by a lease that a heartbeat extends, together with the message's invisibility.  A
worker that dies leaves both to run out, and another takes over.  The message is deleted only when
the job has ended.  In turns with jobs it works on shards of other workers' large files.
"""

from __future__ import annotations

import json
import logging
import threading
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Protocol

from annotator.batches import MOST_RECORDS
from annotator.fleet import WholeFleet
from annotator.hands import Hands
from annotator.heartbeat import Heartbeat, JobHold, StoppedError
from annotator.pipeline import Fleet, Outcome, Progress, Request
from annotator.reference.bundle import sha256_of
from annotator.scratch import clear_leftovers, scratch
from annotator.shards import Workshop
from backend import logs
from backend.domain.errors import (
    BusyError,
    ConflictError,
    NotFoundError,
    RejectedError,
    UnavailableError,
)
from backend.domain.job import Counts, Job, Result, Stored
from backend.domain.messages import JobMessage
from backend.services.annotation import Annotations, Produced
from backend.services.ports import Delivery, Queue

LOGGER = logging.getLogger(__name__)
# Short, since there may be shards to work on meanwhile.
POLL = timedelta(seconds=1)
NO_WAIT = timedelta(0)
# For which shards are taken before somebody's job has its turn, in seconds.
TURN = 60.0
_MOST_MESSAGES = 10
# After a fault that may pass; with the queue's five tries that is some minutes.
RETRY_AFTER = timedelta(seconds=20)
POLL_AGAIN_AFTER = timedelta(seconds=5)


class Annotate(Protocol):
    """The annotation itself, `pipeline.annotate`."""

    def __call__(self, request: Request, progress: Progress, fleet: Fleet) -> Outcome:
        """Annotate one file, with the *fleet* if that wants it."""


class CorruptInputError(RejectedError):
    """What arrived is not the file that was announced."""


@dataclass(frozen=True, slots=True)
class Worker:
    """One worker.

    Attributes:
        workshop: what there is to work with, on whole files as on shards.
        most_alone: records of a file that this worker does alone.
        max_tries: deliveries after which the queue gives a message up.
        stop: set it to have the worker hand back its job and return.
        busy: set while a job is in hand.
    """

    annotations: Annotations
    annotate: Annotate
    queue: Queue
    workshop: Workshop
    most_alone: int
    max_tries: int
    stop: threading.Event
    busy: threading.Event

    def run(self) -> None:
        """Work until told to stop."""
        clear_leftovers(self.workshop.folder)
        self.workshop.sequences.clear(self.workshop.bundles)
        while not self.stop.is_set():
            try:
                self._work_once()
            except UnavailableError as error:
                logs.event(LOGGER, "queue unavailable", reason=str(error))
                self.stop.wait(POLL_AGAIN_AFTER.total_seconds())

    def _work_once(self) -> None:
        wait = NO_WAIT if self.help() else POLL
        for delivery in self.queue.receive(limit=1, wait=wait):
            self.busy.set()
            try:
                self.handle(delivery)
            finally:
                self.busy.clear()

    def help(self) -> bool:
        """Work on shards while there are any, for a turn at most; return False if there is none."""
        shards, most = self.workshop.shards, min(self.workshop.hands, _MOST_MESSAGES)
        deliveries = shards.receive(limit=most, wait=NO_WAIT)
        if not deliveries:
            return False
        self.busy.set()
        try:
            with Hands(self.workshop, is_patient=False) as hands:
                hands.start(deliveries)
                hands.finish(self._require_going_on, within=TURN)
        except StoppedError:
            logs.event(LOGGER, "shards given back")
        finally:
            self.busy.clear()
        return True

    def _require_going_on(self) -> None:
        if self.stop.is_set():
            raise StoppedError

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
            self.workshop.shards.clear(message.owner, message.job_id)
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
        self.workshop.shards.clear(job.owner, job.id)
        self.queue.delete(delivery)

    def _annotate(self, job: Job, delivery: Delivery) -> None:
        with (
            scratch(self.workshop.folder) as folder,
            Heartbeat(
                JobHold(self.annotations, self.queue, job, delivery),
                lease=self.annotations.lease,
                stop=self.stop,
            ) as heartbeat,
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
            bundles=self.workshop.bundles,
            file_name=job.input.name,
            assembly=job.options.assembly,
            engine=job.options.engine,
            table=True,
            report=True,
            processes=self.workshop.hands,
            most_records=min(MOST_RECORDS, self.most_alone),
        )
        fleet = WholeFleet(job, self.workshop, self.most_alone, request.most_records)
        return self.annotate(request, heartbeat.progress, fleet)

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
        self.workshop.shards.clear(job.owner, job.id)

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
    return Result(
        size=outcome.result.stat().st_size,
        sha256=sha256_of(outcome.result),
        counts=counts,
        table=_stored(outcome.table),
        report=_stored(outcome.report),
    )


def _stored(file: Path | None) -> Stored | None:
    return None if file is None else Stored(file.stat().st_size, sha256_of(file))
