"""Toasts for events: they say what happened, and leave."""

from __future__ import annotations

from collections import deque

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtWidgets import QLabel, QWidget
from typing_extensions import override

from desktop.ui.theme.icons import pixmap
from desktop.ui.theme.theme import Theme
from desktop.ui.theme.tokens import SPACE, Tone
from desktop.ui.views.controls import card, column, label, row

SHOWN_MILLISECONDS = 6000
_WIDTH = 340
_REMEMBERED = 20
_MARGIN = 6 * SPACE
_ICONS = {Tone.OK: "check", Tone.BAD: "warning", Tone.WARN: "warning"}


class Toasts(QWidget):
    """The latest events, in the lower right corner of *host*.

    Args:
        milliseconds: how long each is shown.

    Attributes:
        texts: the titles of the last ones, the latest at the end.
    """

    def __init__(
        self, theme: Theme, host: QWidget, *, milliseconds: int = SHOWN_MILLISECONDS
    ) -> None:
        super().__init__(host)
        self._theme, self._host, self._milliseconds = theme, host, milliseconds
        self.texts: deque[str] = deque(maxlen=_REMEMBERED)
        self.setFixedWidth(_WIDTH)
        self._column = column(self, spacing=2 * SPACE)
        host.installEventFilter(self)
        self.hide()

    def say(self, title: str, sentence: str = "", tone: Tone = Tone.OK) -> None:
        """Show an event for some seconds; it takes no focus and needs no answer."""
        toast = self._toast(title, sentence, tone)
        self.texts.append(title)
        self._column.addWidget(toast)
        # A layout gives no room to what is not shown yet.
        toast.show()
        QTimer.singleShot(self._milliseconds, toast, lambda: self._take(toast))
        self._settle()

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self._settle()
        return super().eventFilter(watched, event)

    def _toast(self, title: str, sentence: str, tone: Tone) -> QWidget:
        toast = card("toast")
        line = row(toast, margin=3 * SPACE, spacing=3 * SPACE)
        mark = QLabel()
        colour = self._theme.tokens.colour(tone)
        mark.setPixmap(pixmap(_ICONS.get(tone, "check"), colour, 18, self.devicePixelRatio()))
        line.addWidget(mark, alignment=Qt.AlignmentFlag.AlignTop)
        words = column(spacing=2)
        words.addWidget(label(title, "strong", wrap=True))
        if sentence:
            words.addWidget(label(sentence, "small", wrap=True))
        line.addLayout(words, 1)
        toast.setAccessibleName(f"{title}. {sentence}")
        return toast

    def _take(self, toast: QWidget) -> None:
        """Let a toast go, and its room with it."""
        self._column.removeWidget(toast)
        toast.hide()
        toast.deleteLater()
        self._settle()

    def _settle(self) -> None:
        """Lie in the corner, as high as what is shown; the words that wrap decide how high."""
        host, height = self._host.rect(), self._column.totalHeightForWidth(_WIDTH)
        self.setVisible(bool(self._column.count()))
        self.setGeometry(
            host.width() - _WIDTH - _MARGIN, host.height() - height - _MARGIN, _WIDTH, height
        )
        self.raise_()
