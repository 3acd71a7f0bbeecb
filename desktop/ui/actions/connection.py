"""How the service is reached, said before anybody is signed in."""

from __future__ import annotations

from PySide6.QtCore import QObject

from desktop.settings import Settings
from desktop.ui.actions.settings import SettingsActions
from desktop.ui.aio import Tasks
from desktop.ui.views.connection import ConnectionDialog
from desktop.ui.views.dialogs import finished
from desktop.ui.views.main_window import MainWindow


class ConnectionActions(QObject):
    """Opens the connection's dialog from the sign-in, and keeps what is chosen in it.

    Attributes:
        dialog: the one that is open.
    """

    def __init__(self, window: MainWindow, settings: SettingsActions, tasks: Tasks) -> None:
        super().__init__(window)
        self._window, self._settings, self._tasks = window, settings, tasks
        self.dialog: ConnectionDialog | None = None
        window.sign_in.connection_clicked.connect(self.open)
        settings.changed.connect(self._follow)
        self._show(settings.settings)

    def open(self) -> None:
        """Ask how the service is reached."""
        if self.dialog is None:
            self.dialog = ConnectionDialog(self._window)
            self._tasks.start(self._ask(self.dialog), "asking how the service is reached")

    async def _ask(self, dialog: ConnectionDialog) -> None:
        dialog.show_settings(self._settings.settings)
        dialog.fields.chosen.connect(self._take)
        dialog.fields.file_wanted.connect(
            lambda name: self._tasks.start(self._take_file(name, dialog), "choosing")
        )
        try:
            ended = await finished(dialog)
        finally:
            self.dialog = None
        if ended == ConnectionDialog.BUNDLE:
            self._window.activity.bundle_wanted.emit()

    def _take(self, name: str, value: object) -> None:
        sentence = self._settings.take(name, value)
        if self.dialog is not None:
            self.dialog.refuse(name, sentence)

    async def _take_file(self, name: str, dialog: ConnectionDialog) -> None:
        sentence = await self._settings.take_file(name, dialog)
        if self.dialog is dialog:
            dialog.refuse(name, sentence)

    def _show(self, settings: Settings) -> None:
        self._window.sign_in.show_server(settings.server, settings.next_server)

    def _follow(self, settings: Settings) -> None:
        self._show(settings)
        if self.dialog is not None:
            self.dialog.fields.show_certificates(settings.choices.certificates)
            self.dialog.ask_restart()
