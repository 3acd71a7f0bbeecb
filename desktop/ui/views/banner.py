"""Banners for states that last: offline, a locked keyring, a sign-in that is not kept."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QWidget
from typing_extensions import override

from desktop.ui.language import tr
from desktop.ui.theme.icons import pixmap
from desktop.ui.theme.theme import Theme
from desktop.ui.theme.tokens import SPACE, Tone
from desktop.ui.views.controls import button, column, icon_button, label, row

_HEIGHT = 40


@dataclass(frozen=True, slots=True)
class Notice:
    """A state that people should know of.

    Attributes:
        key: what kind of state; a new notice of a kind replaces the old one.
        action: what a button offers; empty for no button.
    """

    key: str
    sentence: str
    icon: str = "warning"
    tone: Tone = Tone.WARN
    action: str = ""
    closable: bool = False


class Banner(QWidget):
    """One notice across the top of the page.

    Signals:
        acted: its button was clicked.
    """

    acted = Signal()

    def __init__(self, theme: Theme, notice: Notice) -> None:
        super().__init__()
        self._theme, self._tone, self._icon_name = theme, notice.tone, notice.icon
        self.setMinimumHeight(_HEIGHT)
        self.sentence = label(role="strong", wrap=True)
        self.action = button("", "link")
        self._icon = QLabel()
        self.close_button = icon_button(theme.icon("close"), tr("Dismiss"))
        line = row(self, spacing=3 * SPACE)
        line.setContentsMargins(6 * SPACE, SPACE, 4 * SPACE, SPACE)
        line.addWidget(self._icon)
        line.addWidget(self.sentence, 1)
        line.addWidget(self.action)
        line.addWidget(self.close_button)
        self.action.clicked.connect(self.acted)
        self.close_button.clicked.connect(self.hide)
        theme.changed.connect(self._tint)
        self.show_notice(notice)

    def show_notice(self, notice: Notice) -> None:
        """Show another notice of the same kind."""
        self._tone, self._icon_name = notice.tone, notice.icon
        self.sentence.setText(notice.sentence)
        self.setAccessibleName(notice.sentence)
        self.action.setText(notice.action)
        self.action.setAccessibleName(notice.action)
        self.action.setVisible(bool(notice.action))
        self.close_button.setVisible(notice.closable)
        self._tint()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(self._theme.tokens.soft(self._tone)))
        painter.end()

    def _tint(self) -> None:
        tokens = self._theme.tokens
        colour = tokens.colour(self._tone)
        self._icon.setPixmap(pixmap(self._icon_name, colour, 18, self.devicePixelRatio()))
        self.sentence.setStyleSheet(f"color: {colour};")
        self.close_button.setIcon(self._theme.icon("close", colour))
        self.update()


class Banners(QWidget):
    """The notices that hold now, below each other.

    Signals:
        acted: a notice's button was clicked; arg: the notice's key.
    """

    acted = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.shown: dict[str, Banner] = {}
        self._column = column(self, spacing=1)

    def put(self, notice: Notice) -> None:
        """Show *notice* until it is taken away."""
        banner = self.shown.get(notice.key)
        if banner is not None:
            banner.show_notice(notice)
            return
        banner = Banner(self._theme, notice)
        banner.acted.connect(lambda: self.acted.emit(notice.key))
        self.shown[notice.key] = banner
        self._column.addWidget(banner)

    def take(self, key: str) -> None:
        """The state of *key* is over."""
        banner = self.shown.pop(key, None)
        if banner is not None:
            banner.hide()
            banner.setParent(None)
            banner.deleteLater()
