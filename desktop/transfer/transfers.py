"""Uploads and downloads as the app asks for them: calls on the loop, bytes in threads."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from uuid import uuid4

import httpx2

from backend.wire import Download, JobView
from desktop.errors import DesktopError
from desktop.ports import Api, Progress
from desktop.transfer import downloader, folders
from desktop.transfer.bandwidth import Bandwidth, TransferLimits
from desktop.transfer.check import FileCheck, check_file, too_large
from desktop.transfer.downloader import Downloader
from desktop.transfer.ledger import BegunDownload, BegunUpload, Ledger, NoLedger
from desktop.transfer.names import shown_name
from desktop.transfer.source import Source
from desktop.transfer.told import Told
from desktop.transfer.upload import Upload
from desktop.transfer.uploader import growing_wait
from desktop.transfer.workers import in_thread, stopping


class FileTransfers:
    """Moves files to and from the file store; is `desktop.ports.Transfers`.

    Args:
        http: for signed addresses, so without any sign-in; it is safe to share between threads.
        ledger: where transfers with a key are remembered.
        wait: gives the seconds before a part is tried again, after so many failures before.
    """

    def __init__(
        self,
        api: Api,
        http: httpx2.Client,
        ledger: Ledger | None = None,
        wait: Callable[[int], float] = growing_wait,
    ) -> None:
        self._api = api
        self._http = http
        self._ledger = ledger or NoLedger()
        self._wait, self._told = wait, Told()
        self._sources: dict[str, Source] = {}
        self._requests: dict[str, str] = {}
        self._limits = TransferLimits()
        self._up, self._down = Bandwidth(), Bandwidth()

    def set_limits(self, limits: TransferLimits) -> None:
        """Keep to *limits* from now on; the number of parts holds from the next file."""
        self._limits = limits
        self._up.set_rate(limits.rate)
        self._down.set_rate(limits.rate)

    async def find(self, dropped: Sequence[Path]) -> list[Path]:
        """Return the files to send among what was dropped; folders are searched.

        Raises:
            ForbiddenError: there are too many for one queue.
        """
        return await in_thread(folders.find_files, dropped, stop=threading.Event())

    async def check(self, path: Path) -> FileCheck:
        """Return what is seen of a file before it is sent."""
        return await in_thread(check_file, path, stop=threading.Event())

    async def upload(
        self, path: Path, progress: Progress, limit: int | None, *, key: str | None = None
    ) -> JobView:
        """Send *path* and submit it; cancelling the task stops it within one write."""
        with stopping() as stop:
            size = await in_thread(_size, path, stop=stop)
            if limit is not None and size > limit:
                raise too_large(shown_name(path), size, limit)
            upload = Upload(
                self._api,
                self._http,
                self._ledger if key else NoLedger(),
                self._up,
                path=path,
                key=key or uuid4().hex,
                progress=progress,
                parts_at_once=self._limits.parts_at_once,
                sources=self._sources if key else {},
                requests=self._requests if key else {},
                stop=stop,
                told=self._told,
                wait=self._wait,
            )
            job = await upload.run()
        self._told.forget(upload.key)
        return job

    async def download(
        self,
        link: Download,
        folder: Path,
        progress: Progress,
        *,
        name: str | None = None,
        key: str | None = None,
    ) -> Path:
        """Save what *link* points to in *folder*, verified, and return where."""
        with stopping() as stop:
            worker = Downloader(self._http, self._ledger, self._down, progress, stop, key)
            return await in_thread(worker.save, link, folder, name, stop=stop)

    async def abandon(self, key: str) -> JobView | None:
        """Forget a transfer and what it left; return the job that was called off, if any."""
        self._sources.pop(key, None)
        self._requests[key] = uuid4().hex
        self._told.forget(key)
        begun = await in_thread(self._forget, key, stop=threading.Event())
        if begun is None:
            return None
        # A job without a file does no harm and ends by itself, so this need not succeed.
        with suppress(DesktopError):
            return await self._api.cancel(begun.job_id)
        return None

    async def read_text(self, link: Download) -> str:
        """Return the beginning of a text file, 1 MiB at most."""
        return await in_thread(downloader.read_text, self._http, link, stop=threading.Event())

    def close(self) -> None:
        """Let go of the network; transfers must have been cancelled before."""
        self._http.close()

    def _forget(self, key: str) -> BegunUpload | None:
        begun: BegunDownload | None = self._ledger.download(key)
        if begun is not None:
            with suppress(OSError):
                begun.part.unlink(missing_ok=True)
        upload = self._ledger.upload(key)
        self._ledger.forget(key)
        return upload


def _size(path: Path) -> int:
    """Return the size of *path*, 0 where it cannot be read: reading it will say why."""
    try:
        return path.stat().st_size
    except OSError:
        return 0
