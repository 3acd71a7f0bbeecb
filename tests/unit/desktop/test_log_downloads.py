"""A log that is downloaded is the one that was stored, whether the job was done or failed."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable
from pathlib import Path

import httpx2
import pytest

from backend.domain.files import file_keys
from backend.domain.job import Job
from desktop.client.api import ApiClient
from desktop.client.connection import Connection
from desktop.errors import DamagedError
from desktop.ports import FileKind, Progress
from desktop.transfer.transfers import FileTransfers
from tests.desktop.authorization import FakeAuthorization
from tests.desktop.http_service import VCF, HttpService


def done(service: HttpService, job_id: str) -> Job:
    return service.complete(job_id)


def failed(service: HttpService, job_id: str) -> Job:
    return service.fail(job_id, "Line 12 has 7 columns; VCF needs at least 8.")


@pytest.mark.parametrize("end", [done, failed])
def test_a_log_that_was_damaged_on_its_way_is_neither_saved_nor_shown(
    service: HttpService, tmp_path: Path, end: Callable[[HttpService, str], Job]
) -> None:
    path, folder = tmp_path / "sample.vcf", tmp_path / "Downloads"
    path.write_bytes(VCF)
    stored = service.fakes.outputs.objects

    async def look(api: ApiClient, transfers: FileTransfers) -> None:
        job_id = (await transfers.upload(path, Progress(), None)).id
        service.start(job_id)
        job = end(service, job_id)
        key = file_keys(job.owner, job.id).log
        log = stored[key]
        link = await api.link(job_id, FileKind.LOG)
        assert (link.size, link.sha256) == (len(log), hashlib.sha256(log).hexdigest())
        saved = await transfers.download(link, folder, Progress())
        assert saved.read_bytes() == log
        assert await transfers.read_text(link) == log.decode()
        saved.unlink()
        stored[key] = log.swapcase()
        with pytest.raises(DamagedError):
            await transfers.download(link, folder, Progress())
        with pytest.raises(DamagedError):
            await transfers.read_text(link)

    async def visit() -> None:
        async with httpx2.AsyncClient(base_url=service.url) as http:
            api = ApiClient(Connection(http, FakeAuthorization(["token-of-ada"])))
            transfers = FileTransfers(api, httpx2.Client())
            try:
                await look(api, transfers)
            finally:
                await asyncio.to_thread(transfers.close)

    asyncio.run(visit())
    assert list(folder.iterdir()) == []
