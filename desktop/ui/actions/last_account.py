"""Whose queue is open while the service has not said who is signed in: that of the last time."""

from __future__ import annotations

import logging

from PySide6.QtCore import QObject

from desktop.auth.ports import Accounts
from desktop.errors import DesktopError, gist
from desktop.ui.actions.board import TransferBoard
from desktop.ui.actions.session import SessionActions
from desktop.ui.aio import Tasks

_log = logging.getLogger(__name__)


class LastAccount(QObject):
    """Remembers who is signed in at *server*, and expects them at the next start."""

    def __init__(
        self,
        board: TransferBoard,
        session: SessionActions,
        accounts: Accounts,
        *,
        server: str,
        tasks: Tasks,
    ) -> None:
        super().__init__(session)
        self._board, self._session, self._tasks = board, session, tasks
        self._accounts, self._server = accounts, server
        self._noted: str | None = None
        session.signed_in.connect(self._forget)
        session.signed_out.connect(self._leave)
        session.interrupted.connect(board.close)

    async def expect(self, number: int) -> None:
        """Take up the queue of whoever was signed in last until the service says who it is now.

        Files that are dropped without a network are kept with it, and sent to nobody else.

        Args:
            number: of the sign-in for which it is done.
        """
        if self._session.me is not None or not self._session.restored:
            return
        owner = await self._accounts.account(self._server)
        if owner and number == self._session.number and self._session.me is None:
            try:
                await self._board.open(owner, confirmed=False)
            except DesktopError as error:
                _log.warning("the queue could not be read: %s", gist(error))

    def note(self, account_id: str) -> None:
        """Remember an account, or "" for none."""
        if account_id != self._noted:
            self._noted = account_id
            noting = self._accounts.note_account(self._server, account_id)
            self._tasks.start(noting, "remembering the account")

    def _forget(self) -> None:
        """Expect nobody until the service has said who has signed in anew."""
        if not self._session.restored:
            self.note("")

    def _leave(self) -> None:
        self._board.close()
        self.note("")
