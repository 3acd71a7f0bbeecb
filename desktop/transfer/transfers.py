"""Uploads and downloads as the app asks for them: calls on the loop, bytes in threads."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TypeVar

import httpx2

from backend.wire import (
    Download,
    JobView,
    NewJobCreated,
    PartsWanted,
    SentPart,
    Submission,
    UploadPart,
)
from desktop.errors import QuotaReachedError, ServerFaultError
from desktop.ports import Api, Progress
from desktop.transfer import downloader
from desktop.transfer.source import Source, part_size, read_source
from desktop.transfer.uploader import ExpiredError, Uploader

THREADS = 4
RENEWALS = 3
"""How often new addresses are asked for without a single part getting through."""

_BATCH = 100
_Result = TypeVar("_Result")


class FileTransfers:
    """Moves files to and from the file store; is `desktop.ports.Transfers`.

    Args:
        http: for signed addresses, so without any sign-in; it is safe to share between threads.
    """

    def __init__(self, api: Api, http: httpx2.Client) -> None:
        self._api = api
        self._http = http
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="transfer")

    async def upload(self, path: Path, progress: Progress, limit: int | None) -> JobView:
        """Send *path* and submit it; cancelling the task stops it within one write."""
        _check_limit(path, await asyncio.to_thread(_size, path), limit)
        async with _stopping() as stop:
            source = await self._in_thread(read_source, path, progress, stop)
            created = await self._api.create_job(source.new_job())
            progress.job_id = created.job.id
            progress.step, progress.done = "uploading", 0
            uploader = Uploader(self._http, source, progress, stop)
            sent = await self._send_all(source, created, uploader)
            source.check_unchanged()
            return await self._api.submit(created.job.id, Submission(parts=sent))

    async def download(self, link: Download, folder: Path, progress: Progress) -> Path:
        """Save what *link* points to in *folder*, verified, and return where."""
        async with _stopping() as stop:
            return await self._in_thread(downloader.save, self._http, link, folder, progress, stop)

    async def read_text(self, link: Download) -> str:
        """Return the beginning of a text file, 1 MiB at most."""
        return await self._in_thread(downloader.read_text, self._http, link)

    def close(self) -> None:
        """Let the threads end; transfers must have been cancelled before."""
        self._threads.shutdown(wait=True, cancel_futures=True)
        self._http.close()

    async def _send_all(
        self, source: Source, created: NewJobCreated, uploader: Uploader
    ) -> list[SentPart]:
        if created.part_size != part_size(source.fingerprint.size):
            raise ServerFaultError(
                "The service cuts files differently than this app. Is the app up to date?"
            )
        addresses = {part.number: part for part in created.parts}
        sent: list[SentPart] = []
        refusals = 0
        while (number := len(sent) + 1) <= len(source.part_sha256):
            if number not in addresses:
                addresses = await self._addresses(created.job.id, source, number)
            try:
                sent.append(await self._in_thread(uploader.send, addresses[number]))
                refusals = 0
            except ExpiredError:
                addresses, refusals = {}, refusals + 1
                if refusals > RENEWALS:
                    raise ServerFaultError("The file store refuses the file.") from None
        return sent

    async def _addresses(self, job_id: str, source: Source, first: int) -> dict[int, UploadPart]:
        """Ask for the addresses of the parts from number *first* on."""
        checksums = source.part_sha256[first - 1 : first - 1 + _BATCH]
        wanted = dict(enumerate(checksums, start=first))
        answer = await self._api.parts(job_id, PartsWanted(parts=wanted))
        return {part.number: part for part in answer.parts}

    async def _in_thread(self, do: Callable[..., _Result], *arguments: object) -> _Result:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, do, *arguments)


@asynccontextmanager
async def _stopping() -> AsyncIterator[threading.Event]:
    """Give a flag that is set when the block is left, however it is left."""
    stop = threading.Event()
    try:
        yield stop
    finally:
        stop.set()


def _size(path: Path) -> int:
    """Return the size of *path*, 0 where it cannot be read: reading it will say why."""
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _check_limit(path: Path, size: int, limit: int | None) -> None:
    """Refuse a file that is too large before a byte of it is read."""
    if limit is not None and size > limit:
        raise QuotaReachedError(
            f"{path.name} has {size:,} bytes; your plan takes files of up to {limit:,} bytes.",
            limit=limit,
            upgrade_url=None,
        )
