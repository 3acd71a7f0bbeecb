"""The queue of transfers on its way to the disk: soon, and many changes at once.

What the disk does not give back is told, of the queue and of the filters that people keep.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

from desktop.errors import DesktopError
from desktop.ui.aio import Tasks
from desktop.ui.language import tr
from desktop.ui.theme.tokens import Tone
from desktop.ui.views.toast import Toasts

SAVE_SECONDS = 1.0
"""How long changes of the queue are gathered before they are saved again."""

_log = logging.getLogger(__name__)

Save = Callable[[], Coroutine[Any, Any, None]]


def tell_lost_queue(toasts: Toasts, save: Save, tasks: Tasks) -> Callable[[Path], None]:
    """Return what tells that the queue could not be read, and saves what the app has of it."""

    def tell(kept: Path) -> None:
        sentence = tr(
            "A new one was begun. Send files again that are neither in it nor among your "
            "annotations, and save again the results that are missing. The old list is kept as "
            "{file}."
        )
        toasts.say(
            tr("The list of transfers could not be read"),
            sentence.format(file=kept),
            Tone.BAD,
        )
        if not tasks.stopping:
            tasks.start(save(), "remembering the transfers")

    return tell


def tell_lost_filters(toasts: Toasts) -> Callable[[Path], None]:
    """Return what tells that the saved filters could not be read."""

    def tell(kept: Path) -> None:
        sentence = tr(
            "Save again those that you need, and choose the columns of the variants again. The old "
            "file is kept as {file}."
        )
        toasts.say(tr("Your saved filters could not be read"), sentence.format(file=kept), Tone.BAD)

    return tell


class QueueSaver:
    """Calls *save* now, and for what changes meanwhile a second later."""

    def __init__(self, save: Save, tasks: Tasks) -> None:
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
