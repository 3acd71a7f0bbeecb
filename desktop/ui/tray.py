"""The app in the system's tray, where there is one: its state, and its few notifications."""

from __future__ import annotations

import html
import sys
from collections.abc import Callable

from PySide6.QtCore import QObject, QPointF, Qt
from PySide6.QtGui import QColor, QIcon, QPainter
from PySide6.QtWidgets import QApplication, QMenu, QSystemTrayIcon, QWidget

from desktop.ui.language import tr
from desktop.ui.theme.icons import pixmap
from desktop.ui.theme.theme import Theme
from desktop.ui.theme.tokens import Tone

_SIDES = (22, 44)


class Tray(QObject):
    """An icon with a dot: work under way in the accent's colour, trouble in the warning's.

    It is `desktop.platform.notifications.Notifications`: without a tray, or where somebody does
    not want to be told, the window is marked in the task bar only.

    Args:
        wanted: whether somebody wants to be told.
        system: in the words of `sys.platform`.

    Attributes:
        told: what was told last; None at first.
        icon: in the tray; None where there is none.
    """

    def __init__(
        self,
        window: QWidget,
        theme: Theme,
        wanted: Callable[[], bool],
        system: str = sys.platform,
    ) -> None:
        super().__init__(window)
        self._window, self._theme, self._wanted = window, theme, wanted
        self._renders = system not in {"win32", "darwin"}
        self._state = ("", Tone.NEUTRAL)
        self.told: tuple[str, str] | None = None
        self.icon: QSystemTrayIcon | None = None
        self._menu = QMenu(window)
        if QSystemTrayIcon.isSystemTrayAvailable():
            self._settle()
        theme.changed.connect(self._draw)

    def show_state(self, sentence: str, tone: Tone) -> None:
        """Say how it is with the app."""
        changed, self._state = (sentence, tone) != self._state, (sentence, tone)
        if changed and self.icon is not None:
            self.icon.setToolTip(f"{self._window.windowTitle()}\n{sentence}")
            self._draw()

    def tell(self, title: str, sentence: str) -> None:
        """Say that something happened, unless the window is looked at."""
        if self._window.isActiveWindow():
            return
        self.told = (title, sentence)
        QApplication.alert(self._window)
        if self.icon is not None and self._wanted():
            self.icon.showMessage(title, self._body(sentence), self.icon.icon())

    def close(self) -> None:
        """Leave the tray."""
        if self.icon is not None:
            self.icon.hide()

    def _body(self, sentence: str) -> str:
        """Return *sentence* as it is to be sent.

        On Linux it has `&amp;`, `&lt;` and `&gt;` in place of `&`, `<` and `>`: by freedesktop's
        specification a notification's body, unlike its title, may be markup.
        """
        return html.escape(sentence, quote=False) if self._renders else sentence

    def _settle(self) -> None:
        self.icon = QSystemTrayIcon(self)
        self._menu.addAction(tr("Show the window"), self._raise)
        self._menu.addAction(tr("Quit"), self._window.close)
        self.icon.setContextMenu(self._menu)
        self.icon.activated.connect(self._activate)
        self.icon.messageClicked.connect(self._raise)
        self._draw()
        self.icon.show()

    def _activate(self, reason: QSystemTrayIcon.ActivationReason) -> None:
        if reason == QSystemTrayIcon.ActivationReason.Trigger:
            self._raise()

    def _raise(self) -> None:
        bring_to_front(self._window)

    def _draw(self) -> None:
        if self.icon is not None:
            tone = self._state[1]
            dot = None if tone is Tone.NEUTRAL else self._theme.tokens.colour(tone)
            self.icon.setIcon(tray_icon(dot))


def tray_icon(dot: str | None) -> QIcon:
    """Return the app's icon, with a dot of the colour *dot*."""
    result = QIcon()
    for side in _SIDES:
        drawn = pixmap("app", "", side)
        if dot is not None:
            painter = QPainter(drawn)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(dot))
            radius = side / 5
            painter.drawEllipse(QPointF(side - radius, side - radius), radius, radius)
            painter.end()
        result.addPixmap(drawn)
    return result


def bring_to_front(window: QWidget) -> None:
    """Show *window* before all others, as far as the system allows."""
    # One that was maximised is so again.
    window.setWindowState(window.windowState() & ~Qt.WindowState.WindowMinimized)
    window.show()
    window.raise_()
    window.activateWindow()
