"""One upload from the file to the submitted job, taken up again where an earlier try ended."""

from __future__ import annotations

import asyncio
import threading
from collections import deque
from collections.abc import Callable, Coroutine, Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

import httpx2

from backend.wire import JobView, NewJobCreated, SentPart, Submission, UploadPart
from desktop.errors import FileChangedError, ForbiddenError, ServerFaultError
from desktop.ports import Api, Progress
from desktop.transfer.addresses import Addresses
from desktop.transfer.bandwidth import Bandwidth
from desktop.transfer.ledger import BegunUpload, Ledger
from desktop.transfer.source import Source, part_size, read_source
from desktop.transfer.uploader import ExpiredError, GoneError, Uploader
from desktop.transfer.workers import in_thread

_Result = TypeVar("_Result")


@dataclass(frozen=True, slots=True)
class Upload:
    """Sends one file; several parts at once, each noted in the ledger as soon as it is taken.

    Attributes:
        key: of the upload in the ledger.
        parts_at_once: how many parts are on their way at the same time.
        stop: set when the upload is called off.
    """

    api: Api
    http: httpx2.Client
    ledger: Ledger
    bandwidth: Bandwidth
    path: Path
    key: str
    progress: Progress
    parts_at_once: int
    stop: threading.Event

    async def run(self) -> JobView:
        """Send what is not sent yet, submit, and return the job."""
        known: tuple[UploadPart, ...] = ()
        begun = await self._resume()
        resumed = begun is not None
        if begun is None:
            source = await self._in_thread(read_source, self.path, self.progress, self.stop)
            begun, known = await self._begin(source)
        try:
            job = await self._finish(begun, known, resumed=resumed)
        except GoneError:
            # The service gave up waiting, as after a day without the app. The file is still the
            # same, so it is sent again, as another job.
            self.progress.anew = True
            await self._in_thread(self.ledger.forget, self.key)
            begun, known = await self._begin(begun.source)
            job = await self._finish(begun, known, resumed=False)
        await self._in_thread(self.ledger.forget, self.key)
        return job

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
                f"{self.path.name} changed since a part of it was sent. Send it again from the "
                "start, or remove it."
            )
        begun = replace(begun, source=source)
        await self._in_thread(self.ledger.begin_upload, self.key, begun)
        return begun

    async def _begin(self, source: Source) -> tuple[BegunUpload, tuple[UploadPart, ...]]:
        created: NewJobCreated = await self.api.create_job(source.new_job())
        if created.part_size != part_size(source.fingerprint.size):
            raise ServerFaultError(
                "The service cuts files differently than this app. Is the app up to date?"
            )
        begun = BegunUpload(source, created.job.id)
        await self._in_thread(self.ledger.begin_upload, self.key, begun)
        return begun, tuple(created.parts)

    async def _finish(
        self, begun: BegunUpload, known: tuple[UploadPart, ...], *, resumed: bool
    ) -> JobView:
        """Send the parts that are missing, and submit.

        Raises:
            GoneError: the service does not await the file any more.
        """
        self.progress.job_id = begun.job_id
        try:
            sent = await self._send_missing(begun, known)
            await self._in_thread(begun.source.check_unchanged)
            return await self.api.submit(begun.job_id, Submission(parts=sent))
        except FileChangedError:
            raise
        except ForbiddenError as error:
            if resumed:
                raise GoneError from error
            raise

    async def _send_missing(
        self, begun: BegunUpload, known: tuple[UploadPart, ...]
    ) -> list[SentPart]:
        source = begun.source
        taken = {part.number: part for part in await self._in_thread(self.ledger.parts, self.key)}
        done = sum(source.part_length(number) for number in taken)
        self.progress.begin("uploading", source.fingerprint.size, done)
        numbers = range(1, len(source.part_sha256) + 1)
        missing = deque(number for number in numbers if number not in taken)
        addresses = Addresses(self.api, begun.job_id, source, known)
        uploader = Uploader(self.http, source, self.progress, self.bandwidth, self.stop)

        async def send_some() -> None:
            while missing:
                number = missing.popleft()
                taken[number] = await self._send(uploader, addresses, number)

        await _all(send_some() for _ in range(min(self.parts_at_once, len(missing))))
        return [taken[number] for number in sorted(taken)]

    async def _send(self, uploader: Uploader, addresses: Addresses, number: int) -> SentPart:
        while True:
            part, generation = await addresses.get(number), addresses.generation
            try:
                sent: SentPart = await self._in_thread(self._send_and_note, uploader, part)
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


async def _all(works: Iterable[Coroutine[Any, Any, None]]) -> None:
    """Do all *works* at once; where one fails, end the others before its error is told."""
    tasks = [asyncio.ensure_future(work) for work in works]
    try:
        await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)
