"""The queue of transfers on its way to the disk: soon, and many changes at once."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any

from desktop.errors import DesktopError
from desktop.ui.aio import Tasks

SAVE_SECONDS = 1.0
"""How long changes of the queue are gathered before they are saved again."""

_log = logging.getLogger(__name__)


class QueueSaver:
    """Calls *save* now, and for what changes meanwhile a second later."""

    def __init__(self, save: Callable[[], Awaitable[None]], tasks: Tasks) -> None:
        self._save, self._tasks = save, tasks
        self._saving: asyncio.Task[Any] | None = None
        self._unsaved = False

    def note(self) -> None:
        """Have a change saved soon."""
        self._unsaved = True
        if self._saving is None or self._saving.done():
            self._saving = self._tasks.start(self._save_changes(), "remembering the transfers")

    async def _save_changes(self) -> None:
        while self._unsaved:
            self._unsaved = False
            try:
                await self._save()
            except DesktopError as error:
                # The transfers go on; only their order would not outlive the app.
                _log.warning("the queue could not be saved: %s", error.sentence)
            await asyncio.sleep(SAVE_SECONDS)
