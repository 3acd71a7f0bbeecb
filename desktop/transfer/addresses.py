"""Where the parts of one file go: signed addresses, asked for in batches and renewed."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

from backend.wire import PartsWanted, UploadPart
from desktop.errors import ServerFaultError
from desktop.ports import Api
from desktop.sentences import said
from desktop.transfer.source import Source

BATCH = 100
"""So many addresses are asked for at once, the most that the service gives."""

RENEWALS = 3
"""How often new addresses are asked for without a single part getting through."""


class Addresses:
    """The addresses of the parts that are still to be sent.

    Attributes:
        generation: tells addresses from those that were asked for later.
    """

    def __init__(
        self, api: Api, job_id: str, source: Source, known: Iterable[UploadPart] = ()
    ) -> None:
        self._api, self._job_id, self._source = api, job_id, source
        self._known = {part.number: part for part in known}
        self._asking = asyncio.Lock()
        self._refusals = 0
        self.generation = 0

    async def get(self, number: int) -> UploadPart:
        """Return where part *number* goes; errors are those of `Api.parts`."""
        async with self._asking:
            if number not in self._known:
                checksums = self._source.part_sha256[number - 1 : number - 1 + BATCH]
                wanted = dict(enumerate(checksums, start=number))
                answer = await self._api.parts(self._job_id, PartsWanted(parts=wanted))
                self._known |= {part.number: part for part in answer.parts}
        return self._known[number]

    def worked(self) -> None:
        """Note that a part was taken at its address."""
        self._refusals = 0

    def expire(self, generation: int) -> None:
        """Throw away addresses of *generation*, as one of them was refused.

        Raises:
            ServerFaultError: new ones did not help several times.
        """
        if generation != self.generation:
            return
        self._known.clear()
        self.generation += 1
        self._refusals += 1
        if self._refusals > RENEWALS:
            raise ServerFaultError(said("The file store refuses the file."))
