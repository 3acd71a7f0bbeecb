"""One upload from the file to the submitted job, taken up again where an earlier try ended."""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import TypeVar
from uuid import uuid4

import httpx2

from backend.wire import JobStatus, JobView, NewJobCreated, SentPart, Submission, UploadPart
from desktop.errors import ConflictError, FileChangedError, ForbiddenError, ServerFaultError
from desktop.ports import Api, Progress
from desktop.sentences import said
from desktop.transfer.addresses import Addresses
from desktop.transfer.bandwidth import Bandwidth
from desktop.transfer.lanes import Lanes
from desktop.transfer.ledger import BegunUpload, Ledger
from desktop.transfer.names import short_id, shown_name
from desktop.transfer.source import Source, part_size, read_source
from desktop.transfer.told import Told
from desktop.transfer.uploader import ExpiredError, GoneError, Uploader
from desktop.transfer.workers import Worker, all_at_once, in_thread, stopping

PATIENCE = timedelta(hours=24)
"""So long the service awaits a file."""

_log = logging.getLogger(__name__)
_Result = TypeVar("_Result")


class _RefusedError(Exception):
    """The service refused a request; a fault of this machine is none of its refusals."""

    def __init__(self, error: ForbiddenError) -> None:
        super().__init__(error.sentence)
        self.error = error


@dataclass(frozen=True, slots=True)
class Upload:
    """Sends one file; several parts at once, each noted in the ledger as soon as it is taken.

    What the ledger has of it stays after its end, until the queue is saved without it: whoever ends
    in between submits a second time, which changes nothing, and does not send a second time.

    Attributes:
        key: of the upload in the ledger.
        sources: files by key whose jobs could not be made yet; kept from try to try.
        requests: names of the requests for jobs, by key: its own, until a job was given up.
        parts_at_once: how many parts are on their way at the same time, at most.
        stop: set when the upload is called off.
        told: what the log has of it already, from try to try.
        wait: as `Uploader` wants it.
    """

    api: Api
    http: httpx2.Client
    ledger: Ledger
    bandwidth: Bandwidth
    path: Path
    key: str
    progress: Progress
    parts_at_once: int
    sources: MutableMapping[str, Source]
    requests: MutableMapping[str, str]
    stop: threading.Event
    told: Told
    wait: Callable[[int], float]

    async def run(self) -> JobView:
        """Send what is not sent yet, submit, and return the job.

        Raises:
            ConflictError: somebody cancelled or deleted the job; the next try begins anew.
        """
        known: tuple[UploadPart, ...] = ()
        begun = await self._resume()
        resumed = begun is not None
        if begun is None:
            begun, known = await self._begin(await self._read())
        try:
            return await self._finish_unchanged(begun, known, resumed=resumed)
        except GoneError:
            self.requests[self.key] = uuid4().hex
            called_off = await self._is_called_off(begun.job_id)
            await self._in_thread(self.ledger.forget, self.key)
        if called_off:
            raise ConflictError(
                said(
                    "The job of {name} was cancelled or deleted. Try again to send it as a new "
                    "job.",
                    name=shown_name(self.path),
                )
            )
        return await self._send_anew(begun.source)

    async def _send_anew(self, source: Source) -> JobView:
        """Send the same file as another job: the service gave up waiting, as after a day."""
        self.progress.anew = True
        _log.info("upload %s: begun anew, for the service gave up waiting", short_id(self.key))
        begun, known = await self._begin(source)
        try:
            return await self._finish(begun, known, resumed=False)
        except GoneError as error:
            raise ServerFaultError(
                said(
                    "The file store lost what was sent of {name} twice. Try again later.",
                    name=shown_name(self.path),
                )
            ) from error

    async def _is_called_off(self, job_id: str) -> bool:
        """Whether somebody cancelled the job, or deleted it: then it is not in the list."""
        after: str | None = None
        while True:
            page = await self.api.jobs(after)
            for job in page.jobs:
                if job.id == job_id:
                    return _was_called_off(job)
            after = page.after
            if after is None:
                return True

    async def _read(self) -> Source:
        """Return the file with its checksums: those of an earlier try, if it is unchanged."""
        source = self.sources.get(self.key)
        if source is not None and await self._in_thread(source.is_unchanged):
            return source
        return await self._in_thread(read_source, self.path, self.progress, self.stop)

    async def _resume(self) -> BegunUpload | None:
        """Return what an earlier try began, if the file is still the one that it began with.

        Raises:
            FileChangedError: it is not.
        """
        begun: BegunUpload | None = await self._in_thread(self.ledger.upload, self.key)
        if begun is None or await self._in_thread(begun.source.is_unchanged):
            return begun
        # A copy, or a file that was only touched, looks like another one; its content decides.
        source = await self._in_thread(read_source, self.path, self.progress, self.stop)
        if source.sha256 != begun.source.sha256:
            raise FileChangedError(
                said(
                    "{name} changed since a part of it was sent. Send it again from the start, or "
                    "put it back as it was and try again.",
                    name=shown_name(self.path),
                )
            )
        begun = replace(begun, source=source)
        await self._in_thread(self.ledger.begin_upload, self.key, begun)
        return begun

    async def _begin(self, source: Source) -> tuple[BegunUpload, tuple[UploadPart, ...]]:
        # Without a network no job can be made; the next try need not read the file for its sake.
        self.sources[self.key] = source
        # The answer may be lost, or not be noted before the app ends: asked again by the same name,
        # the service makes no second job.
        request = self.requests.get(self.key, self.key)
        created: NewJobCreated = await self.api.create_job(source.new_job(request))
        if created.part_size != part_size(source.fingerprint.size):
            raise ServerFaultError(
                said("The service cuts files differently than this app. Is the app up to date?")
            )
        begun = BegunUpload(source, created.job.id)
        await self._in_thread(self.ledger.begin_upload, self.key, begun)
        self.sources.pop(self.key, None)
        _log.info("upload %s: job %s made", short_id(self.key), short_id(begun.job_id))
        return begun, tuple(created.parts)

    async def _finish_unchanged(
        self, begun: BegunUpload, known: tuple[UploadPart, ...], *, resumed: bool
    ) -> JobView:
        """Do as `_finish` does; where the file looks like another one, its content decides."""
        try:
            return await self._finish(begun, known, resumed=resumed)
        except FileChangedError:
            same = await self._resume()
            if same is None or same.source.fingerprint == begun.source.fingerprint:
                raise
        return await self._finish(same, known, resumed=resumed)

    async def _finish(
        self, begun: BegunUpload, known: tuple[UploadPart, ...], *, resumed: bool
    ) -> JobView:
        """Send the parts that are missing, and submit.

        Raises:
            GoneError: the service does not await the file any more.
            FileChangedError: the file does not look as it did.
            ForbiddenError: the file cannot be read, or what was sent cannot be noted.
            FileAwayError: the file cannot be read now.
        """
        self.progress.job_id = begun.job_id
        try:
            sent = await self._send_missing(begun, known)
            await self._in_thread(begun.source.check_unchanged)
            return await _asked(self.api.submit(begun.job_id, Submission(parts=sent)))
        except _RefusedError as refused:
            if resumed:
                raise GoneError from refused
            raise refused.error from None

    async def _send_missing(
        self, begun: BegunUpload, known: tuple[UploadPart, ...]
    ) -> list[SentPart]:
        source = begun.source
        taken = {part.number: part for part in await self._in_thread(self.ledger.parts, self.key)}
        done = sum(source.part_length(number) for number in taken)
        self.progress.begin("uploading", source.fingerprint.size, done)
        there = f"{len(taken)} of {len(source.part_sha256)} parts are there already"
        if self.told.is_news(self.key, there, topic="parts"):
            _log.info("upload %s: %s", short_id(self.key), there)
        numbers = range(1, len(source.part_sha256) + 1)
        missing = deque(number for number in numbers if number not in taken)
        addresses = Addresses(self.api, begun.job_id, source, known)

        lanes = Lanes()

        async def send_some(uploader: Uploader, lane: int) -> None:
            await lanes.until_wanted(lane)
            with Worker() as worker:
                while missing:
                    number, begun_at = missing.popleft(), time.monotonic()
                    taken[number] = await self._send(uploader, worker, addresses, number)
                    lanes.took(source.part_length(number), time.monotonic() - begun_at)
            lanes.open()

        # One part that fails stops the others, but not the upload, which may begin anew.
        with stopping() as stop:
            uploader = Uploader(
                self.http,
                source,
                self.progress,
                self.bandwidth,
                stop,
                self.wait,
                partial(self.told.is_news, self.key),
            )
            most = min(self.parts_at_once, len(missing))
            await all_at_once(send_some(uploader, lane) for lane in range(most))
        return [taken[number] for number in sorted(taken)]

    async def _send(
        self, uploader: Uploader, worker: Worker, addresses: Addresses, number: int
    ) -> SentPart:
        while True:
            part, generation = await _asked(addresses.get(number)), addresses.generation
            try:
                sent = await worker.call(self._send_and_note, uploader, part, stop=uploader.stop)
            except ExpiredError:
                addresses.expire(generation)
            else:
                addresses.worked()
                return sent

    def _send_and_note(self, uploader: Uploader, part: UploadPart) -> SentPart:
        sent = uploader.send(part)
        self.ledger.note_part(self.key, sent)
        return sent

    async def _in_thread(self, do: Callable[..., _Result], *arguments: object) -> _Result:
        return await in_thread(do, *arguments, stop=self.stop)


def _was_called_off(job: JobView) -> bool:
    """Whether a person ended the job, and not the service, which awaits its file longer."""
    if job.status is JobStatus.DELETING:
        return True
    if job.status is not JobStatus.CANCELLED or job.finished_at is None:
        return False
    return job.finished_at - job.created_at < PATIENCE


async def _asked(answer: Awaitable[_Result]) -> _Result:
    """Return the service's answer.

    Raises:
        _RefusedError: it is a refusal.
    """
    try:
        return await answer
    except ForbiddenError as error:
        raise _RefusedError(error) from error
