"""Steps that the tests of uploads share."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import httpx2

from backend.wire import MIN_PART_BYTES, JobList, JobView
from desktop.client.api import ApiClient
from desktop.client.connection import Connection
from desktop.ports import Progress
from desktop.store.journal import Journal
from desktop.transfer.bandwidth import TransferLimits
from desktop.transfer.transfers import FileTransfers
from desktop.transfer.uploader import growing_wait
from tests.desktop.authorization import FakeAuthorization
from tests.desktop.http_service import HttpService
from tests.unit.desktop.upload_child import KEY

PARTS = 4
DATA = os.urandom(MIN_PART_BYTES) * (PARTS - 1) + b"the last part"


@asynccontextmanager
async def transferring(
    service: HttpService,
    journal: Journal,
    parts_at_once: int = 1,
    wait: Callable[[int], float] = growing_wait,
) -> AsyncIterator[FileTransfers]:
    async with httpx2.AsyncClient(base_url=service.url) as http:
        api = ApiClient(Connection(http, FakeAuthorization(["token-of-ada"])))
        transfers = FileTransfers(api, httpx2.Client(), journal, wait)
        transfers.set_limits(TransferLimits(parts_at_once=parts_at_once))
        try:
            yield transfers
        finally:
            transfers.close()


def upload(
    service: HttpService,
    journal: Journal,
    path: Path,
    progress: Progress | None = None,
    *,
    parts_at_once: int = 1,
    wait: Callable[[int], float] = growing_wait,
) -> JobView:
    async def send() -> JobView:
        async with transferring(service, journal, parts_at_once, wait) as transfers:
            return await transfers.upload(path, progress or Progress(), None, key=KEY)

    return asyncio.run(send())


def cut_off(service: HttpService, journal: Journal, path: Path, after: int = 2) -> list[int]:
    """Send some parts, as far as *after*, with the file store then down; return their numbers."""

    async def send() -> None:
        async with transferring(service, journal) as transfers:
            task = asyncio.create_task(transfers.upload(path, Progress(), None, key=KEY))
            while len(journal.parts(KEY)) < after:  # noqa: ASYNC110 - looked at from outside
                await asyncio.sleep(0.002)
            task.cancel()
            await asyncio.wait([task])

    asyncio.run(send())
    return [part.number for part in journal.parts(KEY)]


def begun_job(journal: Journal) -> str:
    begun = journal.upload(KEY)
    assert begun is not None
    return begun.job_id


def cancel(service: HttpService, job_id: str) -> None:
    service.fakes.submissions.cancel(service.fakes.jobs.get(job_id))


def delete(service: HttpService, job_id: str) -> None:
    headers = {"Authorization": "Bearer token-of-ada"}
    httpx2.delete(f"{service.url}/v1/jobs/{job_id}", headers=headers).raise_for_status()


def sent_numbers(service: HttpService) -> list[int]:
    return sorted(number for _, number in service.parts)


def job_ids(service: HttpService) -> list[str]:
    answer = httpx2.get(f"{service.url}/v1/jobs", headers={"Authorization": "Bearer token-of-ada"})
    return [job.id for job in JobList.model_validate_json(answer.content).jobs]
