"""The plan: where it can be changed, and learning that it was."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QGuiApplication

from desktop.errors import DesktopError
from desktop.platform.opening import Opener
from desktop.ui.actions.session import SessionActions
from desktop.ui.theme.tokens import Tone
from desktop.ui.views.main_window import MainWindow


class AccountActions(QObject):
    """Opens the page where the plan is changed, and looks again when somebody comes back."""

    def __init__(self, window: MainWindow, session: SessionActions, opener: Opener) -> None:
        super().__init__(window)
        self._window, self._session, self._opener = window, session, opener
        for source in (window.sidebar.upgrade_clicked, window.account.upgrade_clicked):
            source.connect(self.upgrade)
        window.annotations.upgrade_wanted.connect(self.upgrade)
        app = QGuiApplication.instance()
        if isinstance(app, QGuiApplication):
            app.applicationStateChanged.connect(self._look_again)

    def upgrade(self) -> None:
        """Open the page where the plan is changed."""
        me = self._session.me
        if me is None or me.upgrade_url is None:
            return
        try:
            self._opener.open(me.upgrade_url)
        except DesktopError as error:
            self._window.toasts.say(error.title, error.sentence, Tone.BAD)

    def _look_again(self, state: Qt.ApplicationState) -> None:
        if state == Qt.ApplicationState.ApplicationActive:
            self._session.refresh_me()
