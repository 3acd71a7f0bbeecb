"""The variants of results, as the service pages through them."""

from __future__ import annotations

import asyncio
import os
import re
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import IO

import httpx2

from backend.wire import (
    ResultSummary,
    VariantColumns,
    VariantDetails,
    VariantExport,
    VariantPage,
    VariantsWanted,
)
from desktop.client.connection import Connection, Query, read
from desktop.errors import (
    ForbiddenError,
    QueryError,
    SignedOutError,
    SignedOutEverywhereError,
)
from desktop.ports import Progress
from desktop.sentences import reason_of, said

CHUNK = 1024**2
"""Bytes that are written at once."""

# Between one piece of a file and the next, a whole result may have to be looked through.
_PATIENCE = httpx2.Timeout(300.0, connect=10.0)
_AS_IT_IS = {"Accept-Encoding": "identity"}
_POSITION = re.compile(r"^At character (\d+) of the query ")


class VariantsClient:
    """The variants of one person's results; is `desktop.variant_ports.Variants`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def columns(self, job_id: str) -> VariantColumns:
        """Return what a result has to show and to filter by."""
        path = f"/v1/jobs/{job_id}/variants/columns"
        return read(await self._connection.send("GET", path), VariantColumns)

    async def summary(self, job_id: str) -> ResultSummary:
        """Return the counts of a result."""
        return read(await self._connection.send("GET", f"/v1/jobs/{job_id}/summary"), ResultSummary)

    async def page(self, job_id: str, wanted: VariantsWanted) -> VariantPage:
        """Return a page of variants."""
        path = f"/v1/jobs/{job_id}/variants"
        query: Query = wanted.model_dump(exclude_defaults=True)
        try:
            return read(await self._connection.send("GET", path, query=query), VariantPage)
        except ForbiddenError as error:
            raise _located(error) from error

    async def details(self, job_id: str, record: int, allele: int) -> VariantDetails:
        """Return all that a result says of one variant."""
        path = f"/v1/jobs/{job_id}/variants/{record}/{allele}"
        return read(await self._connection.send("GET", path), VariantDetails)

    async def export(
        self, job_id: str, wanted: VariantExport, path: Path, progress: Progress
    ) -> None:
        """Save a selection at *path*, in place of what is there; cancelling leaves no trace."""
        progress.begin("exporting", 0)
        try:
            async with _written(path) as file:
                await self._receive(job_id, wanted, file, progress)
        except OSError as error:
            words = said(
                "{name} cannot be saved: {reason}.", name=path.name, reason=reason_of(error)
            )
            raise ForbiddenError(words) from error

    async def _receive(
        self, job_id: str, wanted: VariantExport, file: IO[bytes], progress: Progress
    ) -> None:
        try:
            await self._copy(job_id, wanted, file, progress)
        except SignedOutEverywhereError:
            raise
        except SignedOutError:
            await self._connection.renew()
            await self._copy(job_id, wanted, file, progress)

    async def _copy(
        self, job_id: str, wanted: VariantExport, file: IO[bytes], progress: Progress
    ) -> None:
        path = f"/v1/jobs/{job_id}/variants/export"
        async with self._connection.stream(path, _AS_IT_IS, _PATIENCE, wanted) as answer:
            async for data in answer.aiter_raw(CHUNK):
                await asyncio.to_thread(file.write, data)
                progress.add(len(data))


@asynccontextmanager
async def _written(path: Path) -> AsyncIterator[IO[bytes]]:
    """Give a file that takes the place of *path* when all went well, and is gone if not."""
    # Only its owner may read it: a genome is nobody else's business.
    making = asyncio.ensure_future(
        asyncio.to_thread(tempfile.mkstemp, dir=path.parent, prefix=".", suffix=".part")
    )
    try:
        handle, name = await asyncio.shield(making)
    except asyncio.CancelledError:
        # The thread makes the file all the same.
        handle, name = await making
        os.close(handle)
        await asyncio.to_thread(Path(name).unlink, missing_ok=True)
        raise
    part = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
            await asyncio.to_thread(_flush, file)
        await asyncio.to_thread(part.replace, path)
    finally:
        await asyncio.to_thread(part.unlink, missing_ok=True)


def _flush(file: IO[bytes]) -> None:
    file.flush()
    os.fsync(file.fileno())


def _located(error: ForbiddenError) -> ForbiddenError:
    """Return the error with the position that its sentence names, if it names one."""
    found = _POSITION.match(error.sentence)
    if found is None:
        return error
    return QueryError(error.words, position=int(found[1]))
