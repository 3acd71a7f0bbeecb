"""A newer version of the app, and what the window asks of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from desktop.update.source import ReleaseSource
from desktop.update.version import release_numbers


@dataclass(frozen=True, slots=True)
class Release:
    """A version that was released.

    Attributes:
        version: as "1.2.0".
        released: on which day.
        page: where it can be downloaded; https, on a host that may be opened.
        summary: what is new, in a sentence of plain text.
    """

    version: str
    released: date
    page: str
    summary: str

    @property
    def place(self) -> tuple[date, tuple[int, ...]]:
        """Return what puts releases in order: the day, and on one day the version."""
        return self.released, release_numbers(self.version)


class Releases(Protocol):
    """Newer versions of the app; nothing that can go wrong is raised, only logged."""

    async def look(self, source: ReleaseSource, now: datetime) -> Release | None:
        """Return the version to tell of, asking *source* once a day at most."""
        ...

    async def postpone(self, release: Release, now: datetime) -> None:
        """Do not tell of *release* for a day."""
        ...

    async def skip(self, release: Release) -> None:
        """Do not tell of *release* again."""
        ...
