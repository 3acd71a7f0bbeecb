"""Retrievals: begun at once, ended after their delay, told of at least once, kept for a day."""

from __future__ import annotations

import json
import logging
import secrets
import threading
import uuid
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial

from botocore.exceptions import BotoCoreError, ClientError

from backend.local.aws.agenda import Agenda
from backend.local.aws.delays import Delays
from backend.local.aws.faults import Faults
from backend.local.aws.glacier import documents
from backend.local.aws.glacier.errors import GlacierError, invalid, not_found
from backend.local.aws.glacier.orders import Order
from backend.local.aws.glacier.records import Job, JobStatus, Part, Vault
from backend.local.aws.glacier.store import Store, kept
from backend.local.aws.glacier.tree_hash import MIB, leaf

log = logging.getLogger(__name__)
ID_BYTES = 69
OUTPUT_SECONDS = 24 * 3600.0
PAUSE = timedelta(seconds=1)

Publish = Callable[[str, str], None]
"""Publishes to the topic of an ARN a message; raises what a boto3 client raises."""


class Jobs:
    """The jobs of all vaults; *lock* is held while something is read and then written."""

    def __init__(
        self,
        store: Store,
        agenda: Agenda,
        *,
        delays: Delays,
        faults: Faults,
        publish: Publish,
        lock: threading.RLock,
        now: Callable[[], float],
    ) -> None:
        self._store = store
        self._agenda = agenda
        self._delays = delays
        self._faults = faults
        self._lock = lock
        self._now = now
        self._publish = publish

    def resume(self) -> None:
        """End what fell due while nobody was there, and tell of what was not told of."""
        for job in self._store.jobs_untold():
            self._enter(job)

    def begin(self, vault: Vault, order: Order) -> Job:
        """Begin what is ordered."""
        job = self._retrieval(vault, order) if order.archive else self._inventory(vault, order)
        self._enter(job)
        return job

    def find(self, vault: str, job_id: str) -> Job:
        """Return a job of a vault."""
        job = self._store.job(job_id)
        if job is None or job.vault != vault:
            raise not_found(f"The job ID was not found: {job_id}")
        return job

    def output(self, job: Job) -> Sequence[Part]:
        """Return the parts of what a job has brought back."""
        if job.status is not JobStatus.SUCCEEDED:
            raise invalid(f"The job is not currently available for download: {job.id}")
        return self._store.parts(job.source)

    def forget_old(self) -> None:
        """Forget the jobs that ended a day ago, and what nothing else holds of their output."""
        for job in self._store.jobs_before(self._now() - OUTPUT_SECONDS):
            held = self._store.archive(job.source) is not None
            self._store.forget(
                ("delete from vault_job where id = ?", (job.id,)),
                job.source,
                held=held or self._store.is_given_out(job.source, but=job.id),
            )

    def _retrieval(self, vault: Vault, order: Order) -> Job:
        archive = self._store.archive(order.archive)
        if archive is None or archive.vault != vault.name:
            raise not_found(f"The archive ID was not found: {order.archive}")
        if order.tier == "Expedited" and not self._faults.expedited_capacity:
            raise GlacierError(
                "InsufficientCapacityException",
                "There is insufficient capacity to process this expedited request",
            )
        job = self._new(vault, order, self._delays.of_tier(order.tier))
        job = replace(job, size=archive.size, tree_hash=archive.tree_hash)
        self._store.write(kept(job))
        return job

    def _inventory(self, vault: Vault, order: Order) -> Job:
        job = self._new(vault, order, self._delays.inventory)
        listed = documents.inventory(vault.name, self._store.archives(vault.name), job.created)
        text = json.dumps(listed).encode()
        leaves = b"".join(leaf(text[at : at + MIB]) for at in range(0, len(text), MIB))
        part = Part(job.id, 0, len(text), leaves, uuid.uuid4().hex)
        self._store.path(part).write_bytes(text)
        job = replace(job, size=len(text))
        vault = replace(vault, inventoried=job.created)
        self._store.write(kept(part), kept(vault), kept(job))
        return job

    def _new(self, vault: Vault, order: Order, delay: float) -> Job:
        now = self._now()
        return Job(
            id=secrets.token_urlsafe(ID_BYTES),
            vault=vault.name,
            archive=order.archive,
            size=0,
            tree_hash="",
            tier=order.tier,
            topic=order.topic,
            description=order.description,
            created=now,
            due=now + delay,
        )

    def _enter(self, job: Job) -> None:
        self._agenda.enter(datetime.fromtimestamp(job.due, UTC), partial(self._finish, job.id))

    def _finish(self, job_id: str) -> None:
        """End a job and tell its topics; in two steps, the second of which may come twice."""
        with self._lock:
            job = self._end(job_id)
        if job is None:
            return
        try:
            self._tell(job)
        except (BotoCoreError, ClientError):
            log.exception("the end of a job could not be told: job %s", job.id)
            later = datetime.fromtimestamp(self._now(), UTC) + PAUSE
            self._agenda.enter(later, partial(self._finish, job.id))
            return
        self._store.write(("update vault_job set told = 1 where id = ?", (job.id,)))

    def _end(self, job_id: str) -> Job | None:
        job = self._store.job(job_id)
        if job is None or job.status is not JobStatus.RUNNING:
            return job
        lost = job.archive and self._store.archive(job.archive) is None
        status = JobStatus.FAILED if lost else JobStatus.SUCCEEDED
        job = replace(job, status=status, completed=self._now())
        self._store.write(
            (
                "update vault_job set status = ?, completed = ? where id = ?",
                (job.status, job.completed, job.id),
            )
        )
        return job

    def _tell(self, job: Job) -> None:
        message = json.dumps(documents.of_job(job))
        for topic in self._topics(job):
            try:
                self._publish(topic, message)
            except ClientError as error:
                if error.response["Error"]["Code"] != "NotFound":
                    raise
                log.warning("a job's topic is gone: job %s, topic %s", job.id, topic)

    def _topics(self, job: Job) -> Sequence[str]:
        vault = self._store.vault(job.vault)
        kind = "ArchiveRetrieval" if job.archive else "InventoryRetrieval"
        wanted = vault is not None and f"{kind}Completed" in vault.events.split(",")
        topics = [job.topic, vault.topic if vault is not None and wanted else ""]
        return [topic for topic in dict.fromkeys(topics) if topic]
