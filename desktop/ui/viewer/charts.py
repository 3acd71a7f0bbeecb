"""Bars painted by ourselves: what all have in common, and lying ones with words beside.

What is painted is also said: each chart tells its numbers to screen readers, and the bar that the
mouse or the keyboard is at in words.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QFont,
    QFontMetrics,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
)
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from desktop.ui.theme.theme import Theme
from desktop.ui.viewer.counts import Bar, share_text
from desktop.ui.wording import number_text

LINE = 23
_WORDS_SHARES = (0.4, 0.55)
_BAR = 8
GAP = 8
_NUMBER_WIDTH = 64
LEAST_BAR = 2.0
_SMALL_PIXELS = 12
_STEPS = {
    Qt.Key.Key_Left: -1,
    Qt.Key.Key_Up: -1,
    Qt.Key.Key_Right: 1,
    Qt.Key.Key_Down: 1,
}
_CHOOSING = frozenset({Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space})


class Chart(QWidget):
    """Bars that can be pointed at and chosen, by mouse and keyboard.

    Attributes:
        at: the place of the bar that is pointed at, -1 for none.

    Signals:
        pointed: another bar is pointed at; arg: it in words, "" for none.
        chosen: a bar was clicked; arg: its key.
    """

    pointed = Signal(str)
    chosen = Signal(str)

    def __init__(self, theme: Theme, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme = theme
        self.bars: tuple[Bar, ...] = ()
        self.at = -1
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setMouseTracking(True)
        theme.changed.connect(self.update)

    def show_bars(self, bars: Sequence[Bar]) -> None:
        """Show *bars*."""
        self.bars = tuple(bars)
        self.setAccessibleDescription(
            "; ".join(f"{bar.label}: {number_text(bar.count)}" for bar in bars)
        )
        self.point(-1)
        self.updateGeometry()
        self.update()

    def point(self, at: int) -> None:
        """Point at a bar, -1 for none."""
        self.at = at
        self.pointed.emit(self.words(at))
        self.update()

    def words(self, at: int) -> str:
        """Return what is said of a bar."""
        if not 0 <= at < len(self.bars):
            return ""
        share = share_text(self.bars[at].count, sum(bar.count for bar in self.bars))
        return f"{self.bars[at].label}: {number_text(self.bars[at].count)}{share}"

    def areas(self) -> list[QRectF]:
        """Return where each bar is, with the room around it that belongs to it."""
        raise NotImplementedError

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = _STEPS.get(Qt.Key(event.key()))
        if step is not None and self.bars:
            self.point(min(len(self.bars) - 1, max(0, self.at + step)))
        elif event.key() in _CHOOSING:
            self._choose()
        else:
            super().keyPressEvent(event)

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        at = self._under(event.position())
        if at != self.at:
            self.point(at)
        chooses = at >= 0 and bool(self.bars[at].key)
        shape = Qt.CursorShape.PointingHandCursor if chooses else Qt.CursorShape.ArrowCursor
        self.setCursor(shape)

    @override
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.point(self._under(event.position()))
            self._choose()

    @override
    def leaveEvent(self, event: QEvent) -> None:
        self.point(-1)

    @override
    def focusInEvent(self, event: QFocusEvent) -> None:
        # What is pointed at shows where the keyboard is.
        self.point(max(0, self.at))

    @override
    def focusOutEvent(self, event: QFocusEvent) -> None:
        self.point(-1)

    def _under(self, point: QPointF) -> int:
        found = (at for at, area in enumerate(self.areas()) if area.contains(point))
        return next(found, -1)

    def _choose(self) -> None:
        if 0 <= self.at < len(self.bars) and self.bars[self.at].key:
            self.chosen.emit(self.bars[self.at].key)

    def _small(self) -> QFont:
        font = QFont(self.font())
        font.setPixelSize(_SMALL_PIXELS)
        return font


class LyingBars(Chart):
    """Words, a bar, a number; one line each."""

    @override
    def sizeHint(self) -> QSize:
        return QSize(220, LINE * max(1, len(self.bars)))

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(160, LINE * max(1, len(self.bars)))

    @override
    def areas(self) -> list[QRectF]:
        return [QRectF(0, LINE * at, self.width(), LINE) for at in range(len(self.bars))]

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(self._small())
        most = max((bar.count for bar in self.bars), default=0)
        words = self._words_width(painter.fontMetrics())
        for at, (bar, area) in enumerate(zip(self.bars, self.areas(), strict=True)):
            self._line(painter, bar, area.toRect(), most, words, marked=at == self.at)
        painter.end()

    def _words_width(self, metrics: QFontMetrics) -> int:
        """Return how wide the words are: as in other charts, and more where they need it."""
        longest = max((metrics.horizontalAdvance(bar.label) for bar in self.bars), default=0)
        usual, most = (int(self.width() * share) for share in _WORDS_SHARES)
        return min(most, max(usual, longest + 2))

    def _line(
        self, painter: QPainter, bar: Bar, area: QRect, most: int, wide: int, *, marked: bool
    ) -> None:
        tokens = self.theme.tokens
        words = QRect(area.left(), area.top(), wide, area.height())
        room = area.width() - words.width() - GAP - _NUMBER_WIDTH
        length = max(LEAST_BAR, room * bar.count / most) if bar.count else 0.0
        left = words.right() + GAP
        middle = area.center().y() - _BAR / 2 + 0.5
        shown = painter.fontMetrics().elidedText(
            bar.label, Qt.TextElideMode.ElideRight, words.width()
        )
        align = Qt.AlignmentFlag.AlignVCenter
        if marked:
            painter.fillRect(area, QColor(tokens.accent_soft))
        painter.setPen(QColor(tokens.text if marked else tokens.muted))
        painter.drawText(words, align, shown)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(tokens.colour(bar.tone)))
        painter.drawRoundedRect(QRectF(left, middle, length, _BAR), 2, 2)
        painter.setPen(QColor(tokens.text))
        number = QRect(int(left + length + GAP), area.top(), _NUMBER_WIDTH, area.height())
        painter.drawText(number, align, number_text(bar.count))
