"""Looking for a newer version: asked once a day, remembered between starts, never in the way."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Protocol

import httpx2

from desktop.update.fetching import UnreachedError, fetch_manifest
from desktop.update.manifest import ManifestError, read_manifest
from desktop.update.release import Release
from desktop.update.source import ReleaseSource
from desktop.update.version import is_newer

DAY = timedelta(days=1)
"""How long an answer counts, and how long a version that is postponed is not told of."""

# The names of what is remembered. The document is kept as it came: it is verified at each use, so
# it counts for nothing once there is another key.
_ASKED, _SEEN = "release asked", "release seen"
_LATER, _SKIPPED = "release later", "release skipped"

_log = logging.getLogger(__name__)


class Notes(Protocol):
    """What the app remembers between starts; is part of `desktop.store.memory.StoredMemory`."""

    async def note(self, name: str) -> str | None:
        """Return a note, or None if there is none of that name."""
        ...

    async def write_note(self, name: str, value: str) -> None:
        """Write a note in place of the one of that name."""
        ...


class ReleaseCheck:
    """Newer versions of the app; is `desktop.update.release.Releases`.

    What is remembered may get lost, as when the disk is wiped; then it is asked once more, and a
    manifest that is older than the lost one would be taken if it is newer than the running app.

    Args:
        http: with the app's proxy and certificates; nothing in it is signed for a person.
        running: the version of this app.
    """

    def __init__(self, http: httpx2.AsyncClient, notes: Notes, running: str) -> None:
        self._http, self._notes, self._running = http, notes, running

    async def look(self, source: ReleaseSource, now: datetime) -> Release | None:
        """Return the version to tell of, asking *source* once a day at most."""
        if not source.is_complete:
            if source.address:
                _log.info("newer versions are not asked for: the address has no key beside it")
            return None
        with _forgetting():
            newest = await self._seen(source)
            if await self._is_due(source, now):
                newest = await self._ask(source, newest, now)
            if newest is not None and await self._is_news(newest, now):
                return newest
        return None

    async def postpone(self, release: Release, now: datetime) -> None:
        """Do not tell of *release* for a day."""
        with _forgetting():
            await self._notes.write_note(_LATER, _stamp(now, release.version))

    async def skip(self, release: Release) -> None:
        """Do not tell of *release* again."""
        with _forgetting():
            await self._notes.write_note(_SKIPPED, release.version)

    async def _ask(
        self, source: ReleaseSource, seen: Release | None, now: datetime
    ) -> Release | None:
        """Return the newest release that is known after asking."""
        await self._notes.write_note(_ASKED, _stamp(now, source.address))
        try:
            document = await fetch_manifest(self._http, source.address)
            found = read_manifest(document, source)
            _refuse_wrong_order(found, seen, now)
        except UnreachedError:
            _log.info("newer versions could not be asked for: the server cannot be reached")
            await self._notes.write_note(_ASKED, "")
            return seen
        except ManifestError as error:
            _log.warning("the answer about newer versions is not used: %s", error)
            return seen
        await self._notes.write_note(_SEEN, document.decode("utf-8"))
        _log.info("the newest version is %s, this one %s", found.version, self._running)
        return found

    async def _seen(self, source: ReleaseSource) -> Release | None:
        """Return the newest release that was seen under the source's key."""
        document = await self._notes.note(_SEEN)
        if not document:
            return None
        try:
            return read_manifest(document.encode("utf-8"), source)
        except ManifestError:
            return None

    async def _is_due(self, source: ReleaseSource, now: datetime) -> bool:
        return not _is_of_today(await self._notes.note(_ASKED), source.address, now)

    async def _is_news(self, release: Release, now: datetime) -> bool:
        return (
            is_newer(release.version, self._running)
            and await self._notes.note(_SKIPPED) != release.version
            and not _is_of_today(await self._notes.note(_LATER), release.version, now)
        )


def _refuse_wrong_order(found: Release, seen: Release | None, now: datetime) -> None:
    """Refuse a manifest from before the one that was seen, or from a day that is still to come.

    A date in the far future, as after a slip of the pen, would make all later ones look old.

    Raises:
        ManifestError: it is one of these.
    """
    if found.released > (now + DAY).date():
        raise ManifestError(f"The manifest is of {found.released}, which is still to come.")
    if seen is not None and found.place < seen.place:
        raise ManifestError(
            f"The manifest is of {found.released} ({found.version}), older than one that was seen "
            f"before, of {seen.released} ({seen.version})."
        )


@contextmanager
def _forgetting() -> Iterator[None]:
    """Go on without what cannot be remembered; nobody is to be bothered by it."""
    try:
        yield
    except (sqlite3.Error, OSError) as error:
        _log.warning("what is known of newer versions is lost: %s", error)


def _stamp(now: datetime, what: str) -> str:
    return f"{now.isoformat()} {what}"


def _is_of_today(stamp: str | None, what: str, now: datetime) -> bool:
    """Whether *stamp* is about *what*, and a day old at most; a clock may have been put back."""
    at, _, about = (stamp or "").partition(" ")
    try:
        return about == what and abs(now - datetime.fromisoformat(at)) < DAY
    except (ValueError, TypeError):
        return False
