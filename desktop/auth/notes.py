"""What is remembered of the sign-in between starts."""

from __future__ import annotations

import logging
import sqlite3
from datetime import datetime

from desktop.store.memory import StoredMemory

_BEGAN = "signed in "
_ONCE = "signed in for one session "
_OWED = "to be signed out "
_log = logging.getLogger(__name__)


class SignInNotes:
    """Notes of the sign-in at *server*.

    Attributes:
        is_owing: whether a sign-out of this session is still to be done.
    """

    def __init__(self, memory: StoredMemory, server: str) -> None:
        self._memory, self._server = memory, server
        self.is_owing = False

    async def is_owed(self) -> bool:
        """Return whether a sign-out is still to be done, also one of an earlier start."""
        if self.is_owing:
            return True
        try:
            return bool(await self._memory.note(_OWED + self._server))
        except (sqlite3.Error, OSError) as error:
            _log.warning("whether somebody signed out is not remembered: %s", error)
            return False

    async def owe(self) -> None:
        """Remember that a sign-out is to be done; where the disk fails, until the app is closed."""
        self.is_owing = True
        await self._write(_OWED, "yes")

    async def settle(self) -> None:
        """Remember that it is done."""
        self.is_owing = False
        await self._write(_OWED, "")

    async def began(self, *, once: bool) -> str | None:
        """Return when the sign-in began, the kept one or that of one session; "" as None."""
        return await self._memory.note((_ONCE if once else _BEGAN) + self._server) or None

    async def begin(self, now: datetime, *, once: bool) -> None:
        """Remember when the sign-in began."""
        await self._memory.write_note((_ONCE if once else _BEGAN) + self._server, now.isoformat())

    async def forget_once(self) -> None:
        """Forget that there was a sign-in of one session."""
        await self._write(_ONCE, "")

    async def account(self) -> str:
        """Return the account that a kept sign-in is for, "" if that is not known.

        After a sign-in of one session, jobs and account that are remembered may be another
        person's: they are forgotten.
        """
        try:
            if await self.began(once=True):
                await self._memory.clear()
                await self._memory.note_account(self._server, "")
                await self.forget_once()
        except (sqlite3.Error, OSError) as error:
            _log.warning("who signed in last is not remembered: %s", error)
        return await self._memory.account(self._server)

    async def _write(self, what: str, value: str) -> None:
        try:
            await self._memory.write_note(what + self._server, value)
        except (sqlite3.Error, OSError) as error:
            _log.warning("what became of the sign-in is not remembered: %s", error)
