"""Toasts for events: they say what happened, and leave."""

from __future__ import annotations

from collections import deque

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtWidgets import QFrame, QLabel, QWidget
from typing_extensions import override

from desktop.ui.language import tr
from desktop.ui.theme.icons import pixmap
from desktop.ui.theme.theme import Theme
from desktop.ui.theme.tokens import SPACE, Tone
from desktop.ui.views.controls import breakable, column, label, row

SHOWN_MILLISECONDS = 6000
_WIDTH = 324
"""As wide as the details above which they lie."""

_MOST = 4
_REMEMBERED = 20
_MARGIN = 6 * SPACE
_ICONS = {Tone.OK: "check", Tone.BAD: "warning", Tone.WARN: "warning"}


class _Mark(QLabel):
    """Says by a shape how it went."""

    def __init__(self, theme: Theme, tone: Tone) -> None:
        super().__init__()
        self._theme, self._tone = theme, tone
        theme.changed.connect(self._tint)
        self._tint()

    def _tint(self) -> None:
        name, colour = _ICONS.get(self._tone, "check"), self._theme.tokens.colour(self._tone)
        self.setPixmap(pixmap(name, colour, 18, self.devicePixelRatio()))


class _Toast(QFrame):
    """One event."""

    def __init__(self, theme: Theme, title: str, sentence: str, tone: Tone) -> None:
        super().__init__()
        self.tone = tone
        self.setProperty("surface", "toast")
        self._title = label(role="strong", wrap=True)
        line = row(self, margin=3 * SPACE, spacing=3 * SPACE)
        line.addWidget(_Mark(theme, tone), alignment=Qt.AlignmentFlag.AlignTop)
        words = column(spacing=2)
        words.addWidget(self._title)
        if sentence:
            words.addWidget(label(breakable(sentence), "small", wrap=True))
        line.addLayout(words, 1)
        self._sentence = sentence
        self.rename(title)

    def rename(self, title: str) -> None:
        """Say *title* instead, which is as long."""
        self._title.setText(breakable(title))
        self.setAccessibleName(". ".join(filter(None, (title, self._sentence))))


class Toasts(QWidget):
    """The latest events, in the lower right corner of *host*.

    Of many at once a few are shown, and how many more there are.

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
        self._shown: list[_Toast] = []
        self._rest: _Toast | None = None
        self._gathered = 0
        self._leaving = QTimer(self, singleShot=True, interval=milliseconds)
        self._leaving.timeout.connect(self._take_rest)
        self.setFixedWidth(_WIDTH)
        self._column = column(self, spacing=2 * SPACE)
        host.installEventFilter(self)
        self.hide()

    def say(self, title: str, sentence: str = "", tone: Tone = Tone.OK) -> None:
        """Show an event for some seconds; it takes no focus and needs no answer."""
        self.texts.append(title)
        if self._is_full():
            self._gather()
            if not self._make_room(tone):
                return
        toast = _Toast(self._theme, title, sentence, tone)
        self._put(toast, len(self._shown))
        self._shown.append(toast)
        QTimer.singleShot(self._milliseconds, toast, lambda: self._take(toast))

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self._settle()
        return super().eventFilter(watched, event)

    def _is_full(self) -> bool:
        """Whether no more are shown: they may not cover what one works with."""
        high = self.height() > self._host.height() // 2
        return len(self._shown) >= _MOST or (bool(self._shown) and high)

    def _make_room(self, tone: Tone) -> bool:
        """Let one go for one of *tone*, if that tells of trouble; return whether.

        It is the oldest that tells of none, else the oldest of all.
        """
        if tone is Tone.OK:
            return False
        calm = [toast for toast in self._shown if toast.tone is Tone.OK]
        self._take((calm or self._shown)[0])
        return True

    def _gather(self) -> None:
        """Count one that is not shown, or that is shown in the place of another."""
        self._gathered += 1
        said = tr("and %Ln more", "", self._gathered)
        if self._rest is None:
            self._rest = _Toast(self._theme, said, "", Tone.NEUTRAL)
            self._put(self._rest, len(self._shown))
        else:
            self._rest.rename(said)
        self._leaving.start()

    def _put(self, toast: _Toast, place: int) -> None:
        self._column.insertWidget(place, toast)
        # A layout gives no room to what is not shown yet.
        toast.show()
        self._settle()

    def _take(self, toast: _Toast) -> None:
        """Let a toast go, and its room with it."""
        if toast in self._shown:
            self._shown.remove(toast)
            self._let_go(toast)

    def _take_rest(self) -> None:
        rest, self._rest, self._gathered = self._rest, None, 0
        if rest is not None:
            self._let_go(rest)

    def _let_go(self, toast: _Toast) -> None:
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
