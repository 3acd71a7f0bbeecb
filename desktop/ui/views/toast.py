"""Toasts for events: they say what happened, and leave."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QEnterEvent
from PySide6.QtWidgets import QFrame, QLabel, QWidget
from typing_extensions import override

from desktop.ui.language import tr
from desktop.ui.theme.icons import pixmap
from desktop.ui.theme.theme import Theme
from desktop.ui.theme.tokens import SPACE, Tone
from desktop.ui.views.controls import breakable, column, label, row

SHOWN_MILLISECONDS = 6000
LETTER_MILLISECONDS = 60
"""How much longer trouble is shown for each letter: slow readers take as long."""

_WIDTH = 324
"""As wide as the details above which they lie."""

_MOST = 4
_REMEMBERED = 20
_MARGIN = 6 * SPACE
_TROUBLE = frozenset({Tone.WARN, Tone.BAD})
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


class Toast(QFrame):
    """One event.

    Attributes:
        leaving: runs while it is shown.
    """

    def __init__(self, theme: Theme, title: str, sentence: str, tone: Tone) -> None:
        super().__init__()
        self.tone = tone
        self.leaving = QTimer(self, singleShot=True)
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


def announce(toast: Toast) -> None:
    """Have a screen reader say *toast*, which takes no focus; trouble at once."""
    event = QAccessibleAnnouncementEvent(toast, toast.accessibleName())
    if toast.tone is Tone.BAD:
        event.setPoliteness(QAccessible.AnnouncementPoliteness.Assertive)
    QAccessible.updateAccessibility(event)


class Toasts(QWidget):
    """The latest events, in the lower right corner of *host*.

    Of many at once a few are shown, and how many more there are.

    Args:
        milliseconds: how long each is shown; trouble longer, and all while the mouse is over one.
        announce: has each that is shown heard.

    Attributes:
        texts: the titles of the last ones, the latest at the end.
    """

    def __init__(
        self,
        theme: Theme,
        host: QWidget,
        *,
        milliseconds: int = SHOWN_MILLISECONDS,
        announce: Callable[[Toast], None] = announce,
    ) -> None:
        super().__init__(host)
        self._theme, self._host, self._milliseconds = theme, host, milliseconds
        self._announce = announce
        self.texts: deque[str] = deque(maxlen=_REMEMBERED)
        self._shown: list[Toast] = []
        self._rest: Toast | None = None
        self._gathered = 0
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
        toast = Toast(self._theme, title, sentence, tone)
        toast.leaving.setInterval(self._how_long(toast))
        toast.leaving.timeout.connect(lambda: self._take(toast))
        self._put(toast, len(self._shown))
        self._shown.append(toast)
        self._announce(toast)

    @override
    def enterEvent(self, event: QEnterEvent) -> None:
        super().enterEvent(event)
        for toast in self._all():
            toast.leaving.stop()

    @override
    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        for toast in self._all():
            toast.leaving.start()

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self._settle()
        return super().eventFilter(watched, event)

    def _how_long(self, toast: Toast) -> int:
        """Return for how many milliseconds *toast* is shown; trouble is often told nowhere else."""
        if toast.tone not in _TROUBLE:
            return self._milliseconds
        return self._milliseconds + LETTER_MILLISECONDS * len(toast.accessibleName())

    def _all(self) -> list[Toast]:
        return [*self._shown, self._rest] if self._rest else self._shown

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
            self._rest = Toast(self._theme, said, "", Tone.NEUTRAL)
            self._rest.leaving.setInterval(self._milliseconds)
            self._rest.leaving.timeout.connect(self._take_rest)
            self._put(self._rest, len(self._shown))
        else:
            self._rest.rename(said)
            self._count_down(self._rest)

    def _put(self, toast: Toast, place: int) -> None:
        self._column.insertWidget(place, toast)
        # A layout gives no room to what is not shown yet.
        toast.show()
        self._settle()
        self._count_down(toast)

    def _count_down(self, toast: Toast) -> None:
        """Have *toast* leave after its time, which begins when the mouse has gone."""
        if not self.underMouse():
            toast.leaving.start()

    def _take(self, toast: Toast) -> None:
        """Let a toast go, and its room with it."""
        if toast in self._shown:
            self._shown.remove(toast)
            self._let_go(toast)

    def _take_rest(self) -> None:
        rest, self._rest, self._gathered = self._rest, None, 0
        if rest is not None:
            self._let_go(rest)

    def _let_go(self, toast: Toast) -> None:
        self._column.removeWidget(toast)
        toast.hide()
        toast.deleteLater()
        self._settle()

    def _settle(self) -> None:
        """Lie in the corner, as high as what is shown; the words that wrap decide how high."""
        host, height = self._host.rect(), self._column.totalHeightForWidth(_WIDTH)
        # Shown after it lies there: a mouse where it lay before would hold up its toasts.
        self.setGeometry(
            host.width() - _WIDTH - _MARGIN, host.height() - height - _MARGIN, _WIDTH, height
        )
        self.setVisible(bool(self._column.count()))
        self.raise_()
