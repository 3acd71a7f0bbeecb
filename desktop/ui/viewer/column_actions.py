"""The columns that somebody chose, kept for them."""

from __future__ import annotations

import logging
from collections.abc import Mapping

from PySide6.QtCore import QObject

from desktop.errors import DesktopError, gist
from desktop.ui.actions.session import SessionActions
from desktop.ui.aio import Tasks
from desktop.ui.views.main_window import MainWindow
from desktop.variant_ports import ChosenColumns

_log = logging.getLogger(__name__)


class ColumnActions(QObject):
    """Has whoever is signed in see the columns that they chose, also in an earlier start."""

    def __init__(
        self, window: MainWindow, session: SessionActions, *, columns: ChosenColumns, tasks: Tasks
    ) -> None:
        super().__init__(window)
        self._session, self._view = session, window.results.variants
        self._columns, self._tasks = columns, tasks
        self._view.columns_chosen.connect(self.keep)
        window.me_set.connect(lambda _me: self.load())
        for end in (session.signed_out, session.interrupted):
            end.connect(self._forget)

    def load(self) -> None:
        """Show what is kept."""
        self._tasks.start(self._load(), "reading the chosen columns")

    def keep(self, choices: Mapping[str, bool]) -> None:
        """Keep *choices*; without any, all columns are shown as usual again."""
        owner = self._owner
        if owner:
            keep, forget = self._columns.save_columns, self._columns.forget_columns
            work = keep(owner, choices) if choices else forget(owner)
            self._tasks.start(work, "keeping the chosen columns")

    @property
    def _owner(self) -> str:
        return self._session.me.id if self._session.me is not None else ""

    async def _load(self) -> None:
        owner = self._owner
        try:
            kept = await self._columns.load_columns(owner)
        except DesktopError as error:
            # The saved filters, which lie beside them, tell of it.
            _log.warning("the chosen columns could not be read: %s", gist(error))
            return
        if owner == self._owner:
            # Something may have been chosen meanwhile.
            self._view.show_choices({**kept, **self._view.choices})

    def _forget(self) -> None:
        self._view.choices = {}
