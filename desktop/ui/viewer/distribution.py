"""Standing bars, painted by ourselves: distributions on an axis."""

from __future__ import annotations

import itertools
import math

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from desktop.ui.theme.theme import Theme, mono_font
from desktop.ui.viewer.charts import GAP, LEAST_BAR, Chart
from desktop.ui.viewer.counts import Bar
from desktop.ui.wording import number_text

_COLUMN_GAP = 3.0
_WIDEST = 44.0
_AXIS, _TOP = 20, 16
_COLUMNS_HEIGHT = 140
_AXIS_PIXELS = 11


class StandingBars(Chart):
    """A distribution: bars side by side on an axis.

    A line at the top says how much the highest bar is.  With *logarithmic*, heights are
    logarithms, so that rare ones are seen beside frequent ones.
    """

    def __init__(
        self,
        theme: Theme,
        name: str,
        parent: QWidget | None = None,
        *,
        logarithmic: bool = False,
    ) -> None:
        super().__init__(theme, name, parent)
        self._logarithmic = logarithmic
        self.setMinimumHeight(_COLUMNS_HEIGHT)

    @override
    def sizeHint(self) -> QSize:
        return QSize(220, _COLUMNS_HEIGHT)

    @override
    def areas(self) -> list[QRectF]:
        width = self.width() / max(1, len(self.bars))
        height = self.height()
        return [QRectF(width * at, 0, width, height) for at in range(len(self.bars))]

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ground = self.height() - _AXIS
        most = max((self._value(bar) for bar in self.bars), default=0.0) or 1.0
        self._scale(painter)
        for at, (bar, area) in enumerate(zip(self.bars, self.areas(), strict=True)):
            height = max(LEAST_BAR, (ground - _TOP) * self._value(bar) / most) if bar.count else 0
            self._column(painter, bar, area, ground, height, marked=at == self.at)
        self._axis(painter, ground)
        painter.end()

    def _value(self, bar: Bar) -> float:
        return math.log1p(bar.count) if self._logarithmic else float(bar.count)

    def _column(
        self,
        painter: QPainter,
        bar: Bar,
        area: QRectF,
        ground: float,
        height: float,
        *,
        marked: bool,
    ) -> None:
        colour = QColor(self.theme.tokens.colour(bar.tone))
        if self.at >= 0 and not marked:
            colour.setAlphaF(0.55)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        gap = min(_COLUMN_GAP, area.width() / 4)
        width = min(_WIDEST, area.width() - gap)
        shape = QRectF(area.center().x() - width / 2, ground - height, width, height)
        painter.drawRoundedRect(shape, min(2.0, shape.width() / 3), min(2.0, shape.width() / 3))

    def _scale(self, painter: QPainter) -> None:
        """Draw a line as high as the highest bar, and its number above."""
        highest = max((bar.count for bar in self.bars), default=0)
        self._write_small(painter)
        above = QRect(0, 0, self.width(), _TOP - 2)
        top = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(above, top, number_text(highest) if highest else "")
        painter.fillRect(QRect(0, _TOP - 1, self.width(), 1), QColor(self.theme.tokens.line))

    def _write_small(self, painter: QPainter) -> QFontMetrics:
        """Have *painter* write as on an axis, and return how wide its letters are."""
        font = mono_font()
        font.setPixelSize(_AXIS_PIXELS)
        painter.setFont(font)
        painter.setPen(QColor(self.theme.tokens.muted))
        return QFontMetrics(font)

    def _axis(self, painter: QPainter, ground: int) -> None:
        painter.fillRect(QRect(0, ground, self.width(), 1), QColor(self.theme.tokens.line))
        for left, width, text in self._ticks(self._write_small(painter)):
            line = QRectF(left, ground + 2, width + 2, _AXIS - 2)
            painter.drawText(line, Qt.AlignmentFlag.AlignVCenter, text)

    def _ticks(self, metrics: QFontMetrics) -> list[tuple[float, float, str]]:
        """Return place, width and text of what stands below: all, or every second, or third."""
        named = [each for each in zip(self.bars, self.areas(), strict=True) if each[0].axis]
        for step in range(1, len(named) + 1):
            ticks = [self._tick(metrics, bar.axis, area) for bar, area in named[::step]]
            pairs = itertools.pairwise(ticks)
            if all(one[0] + one[1] + GAP / 2 <= other[0] for one, other in pairs):
                return ticks
        return []

    def _tick(self, metrics: QFontMetrics, text: str, area: QRectF) -> tuple[float, float, str]:
        width = metrics.horizontalAdvance(text)
        left = min(self.width() - width, max(0.0, area.center().x() - width / 2))
        return left, width, text
