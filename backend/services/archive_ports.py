"""What the services need for results whose time is over.

The same as with all ports: a fake in tests/fakes, and one contract test for fake and adapters.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from backend.domain.archive import ArchivedCopy, ThawState, Tier
from backend.domain.messages import ThawMessage


class Retention(Protocol):
    """What waits until a result falls due and has it archived then."""

    def start(self, job_id: str, due: datetime) -> None:
        """Have the job looked after at *due*; once for the same job and time."""


class Archive(Protocol):
    """Where results are kept that nobody may download.

    Each copy has an id of its own, also of the same bytes.
    """

    def put(self, job_id: str, content: Iterable[bytes], *, size: int) -> str:
        """Stream *content*, *size* bytes in all, into a new archive of the job; return its id.

        When it returns, the archive has confirmed the checksum of every byte.
        """

    def request(self, archive_id: str, job_id: str, tier: Tier) -> str:
        """Ask for the archive by *tier*; return what the request is called.

        Raises:
            NoCapacityError: not by this tier at the moment, or not for one so large.
            NotFoundError: there is no such archive.
        """

    def expected(self, tier: Tier) -> timedelta:
        """Return how long requests by *tier* take at most, as a rule."""

    def state(self, archive_id: str, thaw_id: str) -> ThawState:
        """Return how far a request is."""

    def read(self, archive_id: str, thaw_id: str) -> Iterator[bytes]:
        """Yield the bytes of an archive that is at hand, some MiB at a time.

        Raises:
            NotFoundError: the request is lost.
            UnavailableError: it is not ready yet, or came to an end midway.
        """

    def delete(self, archive_id: str) -> None:
        """Delete the archive; nothing happens if there is none."""

    def completions(self, body: str) -> Sequence[ThawMessage]:
        """Return what the archive says in a message of its own; raise RejectedError for others."""

    def inventory(self) -> Iterable[ArchivedCopy]:
        """Yield all archives, as far as the archive knows at the moment.

        A vault takes hours to make a list of what is in it: this yields the latest that it made,
        and asks for the next.
        """
