"""Transfers that are taken out: not without a question once something of them has got through."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject

from desktop.errors import DesktopError
from desktop.transfer.items import Item, QueueMemory, State
from desktop.ui.actions.board import TransferBoard
from desktop.ui.aio import Tasks
from desktop.ui.language import tr
from desktop.ui.views.dialogs import Decision
from desktop.ui.views.main_window import MainWindow
from desktop.ui.wording import counted

MUCH = 1_000_000
"""So many bytes of a part that is on its way are worth a question, too."""

_MOVING = {"uploading", "downloading"}


class Removals(QObject):
    """Takes transfers out, after asking where that throws something away."""

    def __init__(
        self, window: MainWindow, board: TransferBoard, memory: QueueMemory, tasks: Tasks
    ) -> None:
        super().__init__(window)
        self._window, self._board, self._memory, self._tasks = window, board, memory, tasks

    def remove(self, item_ids: Sequence[str]) -> None:
        """Take these out of the queue."""
        items = [item for item in map(self._board.queue.get, item_ids) if item is not None]
        unfinished = [item for item in items if item.state is not State.DONE]
        self._board.drop([item.id for item in items if item.state is State.DONE])
        if unfinished:
            self._tasks.start(self._remove(unfinished), "taking transfers out")

    async def _remove(self, items: Sequence[Item]) -> None:
        if await self._got_through(items) and not await self._is_wanted(items):
            return
        # What has arrived while the question was open is not called off any more.
        found = filter(None, (self._board.queue.get(item.id) for item in items))
        self._board.drop([item.id for item in found if item.state is not State.DONE])

    async def _got_through(self, items: Sequence[Item]) -> bool:
        for item in items:
            progress = self._board.progress(item.id)
            if progress.step in _MOVING and progress.done >= MUCH:
                return True
        try:
            return await self._memory.got_through([item.id for item in items])
        except DesktopError:
            # Where nobody knows, asking harms nobody.
            return True

    async def _is_wanted(self, items: Sequence[Item]) -> bool:
        if len(items) == 1:
            title = tr("Cancel the transfer of {file}?").format(file=items[0].name)
            sentence = tr(
                "What has been transferred so far is thrown away. Pause the transfer to keep it."
            )
            go = tr("Cancel transfer")
        else:
            title = tr("Cancel {transfers}?").format(transfers=counted(len(items), "transfer"))
            sentence = tr(
                "What has been transferred so far is thrown away. Pause the transfers to keep it."
            )
            go = tr("Cancel transfers")
        question = Decision(
            self._window, title=title, sentence=sentence, go=go, back=tr("Keep"), danger=True
        )
        return await question.decided()
