"""The upgrade, offered to whoever drops files that the plan does not take."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from PySide6.QtCore import QObject

from desktop.errors import QuotaReachedError
from desktop.platform.opening import Opener
from desktop.transfer.items import Hold, Item, State
from desktop.ui.actions.board import TransferBoard
from desktop.ui.actions.session import SessionActions
from desktop.ui.aio import Tasks
from desktop.ui.language import tr
from desktop.ui.theme.tokens import Tone
from desktop.ui.views.dialogs import Decision
from desktop.ui.views.main_window import MainWindow
from desktop.ui.wording import counted, limit_text


class UpgradeOffers(QObject):
    """Asks about files that are held for the plan; of several files at once only once."""

    def __init__(
        self,
        window: MainWindow,
        board: TransferBoard,
        session: SessionActions,
        *,
        opener: Opener,
        tasks: Tasks,
    ) -> None:
        super().__init__(window)
        self._window, self._board, self._session = window, board, session
        self._opener, self._tasks = opener, tasks
        self._large: dict[str, QuotaReachedError] = {}
        self._asking = False
        board.too_large.connect(self._note)

    def _note(self, item_id: str, error: QuotaReachedError) -> None:
        self._large[item_id] = error
        if not self._asking:
            self._asking = True
            self._tasks.start(self._offer(), "offering the upgrade")

    async def _offer(self) -> None:
        """Say the limit, and where it can be lifted."""
        try:
            while self._large:
                large, self._large = self._large, {}
                address = self._address(large)
                if not await self._wants_upgrade(large, offered=address is not None):
                    self._give_up(large)
                elif address is not None:
                    # The files wait in the queue, and go on as soon as the plan allows them.
                    self._opener.open(address)
        finally:
            self._asking = False

    async def _wants_upgrade(self, large: dict[str, QuotaReachedError], *, offered: bool) -> bool:
        error = next(iter(large.values()))
        names = [item.name for item in self._held(large)]
        if not names:
            return False
        question = Decision(
            self._window,
            title=tr(error.title),
            sentence=limit_sentence(names, error.limit),
            go=tr("Upgrade to Premium"),
            back=tr("Not now"),
        )
        question.go.setVisible(offered)

        def close_if_settled() -> None:
            if not self._held(large):
                question.reject()

        watching = self._board.changed.connect(close_if_settled)
        try:
            return await question.decided()
        finally:
            self._board.changed.disconnect(watching)

    def _give_up(self, large: Iterable[str]) -> None:
        """Take out what waits for the plan still; what goes on meanwhile does."""
        held = self._held(large)
        if not held:
            return
        self._board.drop([item.id for item in held])
        if len(held) == 1:
            title = tr("{file} was not sent").format(file=held[0].name)
            sentence = tr("Add it again once your plan takes it.")
        else:
            title = tr("{files} were not sent").format(files=counted(len(held), "file"))
            sentence = tr("Add them again once your plan takes them.")
        self._window.toasts.say(title, sentence, Tone.WARN)

    def _held(self, item_ids: Iterable[str]) -> list[Item]:
        """Return those that still wait for the plan."""
        found = filter(None, map(self._board.queue.get, item_ids))
        return [item for item in found if item.state is State.HELD and item.hold is Hold.PLAN]

    def _address(self, large: dict[str, QuotaReachedError]) -> str | None:
        me = self._session.me
        named = next((error.upgrade_url for error in large.values() if error.upgrade_url), None)
        return named or (me.upgrade_url if me else None)


def limit_sentence(names: Sequence[str], limit: int | None) -> str:
    """Return what the plan takes instead of the files called *names*, and what helps."""
    takes = tr("smaller files")
    if limit is not None:
        takes = tr("files of up to {size}").format(size=limit_text(limit))
    helps = tr("Premium takes files of any size and keeps results for good.")
    if len(names) == 1:
        said = tr("{file} is too large: your plan takes {takes}.")
        return f"{said.format(file=names[0], takes=takes)} {helps}"
    said = tr("{files} are too large: your plan takes {takes}.")
    return f"{said.format(files=counted(len(names), 'file'), takes=takes)} {helps}"
