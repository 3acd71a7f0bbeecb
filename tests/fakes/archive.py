"""An archive in memory, as slow as it is told to be."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from backend.domain.archive import EXPEDITED_MAX_BYTES, ArchivedCopy, ThawState, Tier
from backend.domain.errors import NoCapacityError, NotFoundError, UnavailableError
from backend.domain.messages import ThawMessage
from backend.services.ports import Clock

DELAYS = {Tier.EXPEDITED: timedelta(minutes=5), Tier.STANDARD: timedelta(hours=5)}
KEPT_AT_HAND = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class _Request:
    archive_id: str
    ready_at: datetime


class FakeArchive:
    """The port `Archive`: what is asked for is at hand when its tier's delay is over, for a day.

    Attributes:
        archives: what is kept, by id: the job, the bytes, since when.
        delays: how long a request takes, by tier.
        capacity: whether the expedited tier is to be had.
        announcements: what the archive is going to say of its requests, in the order of asking.
    """

    def __init__(self, clock: Clock) -> None:
        self.archives: dict[str, tuple[str, bytes, datetime]] = {}
        self.delays = dict(DELAYS)
        self.capacity = True
        self.announcements: list[ThawMessage] = []
        self._clock = clock
        self._requests: dict[str, _Request] = {}
        self._made = 0

    def _name(self, kind: str) -> str:
        self._made += 1
        return f"{kind}-{self._made}"

    def put(self, job_id: str, content: Iterable[bytes], *, size: int) -> str:
        data = b"".join(content)
        if len(data) != size:
            raise UnavailableError(f"{len(data)} bytes came where {size} were expected.")
        archive_id = self._name("archive")
        self.archives[archive_id] = (job_id, data, self._clock())
        return archive_id

    def request(self, archive_id: str, job_id: str, tier: Tier) -> str:
        if archive_id not in self.archives:
            raise NotFoundError(f"There is no archive {archive_id}.")
        large = len(self.archives[archive_id][1]) > EXPEDITED_MAX_BYTES
        if tier is Tier.EXPEDITED and (large or not self.capacity):
            raise NoCapacityError("The expedited tier is not to be had.")
        thaw_id = self._name("thaw")
        self._requests[thaw_id] = _Request(archive_id, self._clock() + self.delays[tier])
        self.announcements.append(ThawMessage(job_id, archive_id, thaw_id))
        return thaw_id

    def expected(self, tier: Tier) -> timedelta:
        return self.delays[tier]

    def state(self, archive_id: str, thaw_id: str) -> ThawState:
        request = self._requests.get(thaw_id)
        if request is None or archive_id != request.archive_id or archive_id not in self.archives:
            return ThawState.LOST
        if self._clock() < request.ready_at:
            return ThawState.RUNNING
        gone = self._clock() >= request.ready_at + KEPT_AT_HAND
        return ThawState.LOST if gone else ThawState.READY

    def read(self, archive_id: str, thaw_id: str) -> Iterator[bytes]:
        state = self.state(archive_id, thaw_id)
        if state is ThawState.LOST:
            raise NotFoundError(f"The request {thaw_id} is lost.")
        if state is ThawState.RUNNING:
            raise UnavailableError(f"The request {thaw_id} is not ready yet.")
        _, data, _ = self.archives[archive_id]
        half = len(data) // 2
        yield data[:half]
        yield data[half:]

    def delete(self, archive_id: str) -> None:
        self.archives.pop(archive_id, None)

    def completions(self, body: str) -> Sequence[ThawMessage]:
        return [ThawMessage.from_json(body)]

    def inventory(self) -> Iterable[ArchivedCopy]:
        for archive_id, (job_id, _, created_at) in list(self.archives.items()):
            yield ArchivedCopy(archive_id, job_id, created_at)

    def announced(self) -> list[ThawMessage]:
        """Take the announcements that are due: each request's once it is at hand."""
        due = [
            said
            for said in self.announcements
            if self._requests[said.thaw_id].ready_at <= self._clock()
        ]
        for said in due:
            self.announcements.remove(said)
        return due
