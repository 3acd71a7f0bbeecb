"""Saved filters: read, kept, thrown away."""

from __future__ import annotations

from collections.abc import Awaitable

from PySide6.QtCore import QObject

from desktop.ui.actions.session import SessionActions
from desktop.ui.aio import Tasks
from desktop.ui.language import tr
from desktop.ui.views.main_window import MainWindow
from desktop.variant_ports import SavedFilters


class SavedFilterActions(QObject):
    """Keeps the menu in step with what is saved for whoever is signed in."""

    def __init__(
        self, window: MainWindow, session: SessionActions, *, filters: SavedFilters, tasks: Tasks
    ) -> None:
        super().__init__(window)
        self._window, self._session = window, session
        self._bar = window.results.variants.filters
        self._filters, self._tasks = filters, tasks
        self._bar.saved.save_wanted.connect(self.save)
        self._bar.saved.remove_wanted.connect(self.remove)
        window.me_set.connect(lambda _me: self.load())
        for end in (session.signed_out, session.interrupted):
            end.connect(self._forget)

    def load(self) -> None:
        """Offer what is saved."""
        self._tasks.start(self._load(), "reading the saved filters")

    def save(self, name: str) -> None:
        """Keep the filter in use under *name*, in place of the one of that name."""
        wanted = self._bar.wanted
        self._begin(
            self._filters.save(self._owner, name, wanted),
            tr("Filter “{name}” saved").format(name=name),
        )

    def remove(self, name: str) -> None:
        """Throw the filter of that name away."""
        self._begin(
            self._filters.remove(self._owner, name), tr("Filter “{name}” removed").format(name=name)
        )

    @property
    def _owner(self) -> str:
        return self._session.me.id if self._session.me is not None else ""

    def _begin(self, work: Awaitable[None], said: str) -> None:
        self._tasks.start(self._do(work, said), "changing the saved filters")

    async def _do(self, work: Awaitable[None], said: str) -> None:
        await work
        await self._load()
        self._window.toasts.say(said)

    async def _load(self) -> None:
        owner = self._owner
        filters = await self._filters.load(owner) if owner else {}
        if owner == self._owner:
            self._bar.saved.filters = filters

    def _forget(self) -> None:
        self._bar.saved.filters = {}
