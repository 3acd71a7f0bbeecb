"""Sends a file as the app does, in a process that a test kills.

Arguments: the service's address, the journal, the file, and bytes a second or 0 for no limit.
"""

from __future__ import annotations

import asyncio
import sys
from contextlib import closing
from pathlib import Path

import httpx2

from desktop.client.api import ApiClient
from desktop.client.connection import Connection
from desktop.ports import Progress
from desktop.store.journal import Journal
from desktop.transfer.bandwidth import TransferLimits
from desktop.transfer.transfers import FileTransfers
from tests.desktop.authorization import FakeAuthorization

KEY = "upload-of-the-child"


async def send(server: str, journal: Path, path: Path, rate: int) -> None:
    with closing(Journal(journal)) as ledger:
        async with httpx2.AsyncClient(base_url=server) as http:
            api = ApiClient(Connection(http, FakeAuthorization(["token-of-ada"])))
            transfers = FileTransfers(api, httpx2.Client(), ledger)
            transfers.set_limits(TransferLimits(parts_at_once=2, rate=rate or None))
            job = await transfers.upload(path, Progress(), None, key=KEY)
            sys.stdout.write(f"{job.id} {job.status}\n")
            transfers.close()


if __name__ == "__main__":
    address, place, sent, limit = sys.argv[1:]
    asyncio.run(send(address, Path(place), Path(sent), int(limit)))
