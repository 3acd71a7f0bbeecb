"""How a cell of the variant table is painted: words, a dot, a tone, or a bar while it loads."""

from __future__ import annotations

from PySide6.QtCore import (
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSize,
    Qt,
)
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem
from typing_extensions import override

from desktop.ui.delegates.cell import DOT, PADDING, Cell
from desktop.ui.theme.theme import Theme, mono_font
from desktop.ui.theme.tokens import Tone
from desktop.ui.viewer.cell_words import STYLE_ROLE, WORDS_ROLE, Style, Words
from desktop.ui.viewer.wording import NOTHING

ROW_HEIGHT = 36
_GAP = 7
_BAR_HEIGHT = 8
_BAR_SHARES = (0.62, 0.44, 0.7, 0.52)


class VariantDelegate(QStyledItemDelegate):
    """Paints every column by its style."""

    def __init__(self, theme: Theme, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._mono = mono_font()

    @override
    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        return QSize(0, ROW_HEIGHT)

    @override
    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        rect = QRect(option.rect)
        self._ground(painter, rect, option)
        inner = rect.adjusted(PADDING, 0, -PADDING, -1)
        cell = Cell(painter, inner, QFont(option.font), self._theme.tokens)
        words = index.data(WORDS_ROLE)
        if words is None:
            self._bar(cell, index)
        else:
            # Qt gives the text back, not the member.
            self._draw(cell, words, Style(index.data(STYLE_ROLE)))
        painter.restore()

    def _ground(self, painter: QPainter, rect: QRect, option: QStyleOptionViewItem) -> None:
        tokens = self._theme.tokens
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.fillRect(rect, QColor(tokens.accent_soft if selected else tokens.panel))
        painter.fillRect(QRect(rect.left(), rect.bottom(), rect.width(), 1), QColor(tokens.line))

    def _draw(self, cell: Cell, words: Words, style: Style) -> None:
        tokens = cell.tokens
        font, colour = self._type(cell, style)
        align, line = Qt.AlignmentFlag.AlignLeft, cell.rect
        if words.text == NOTHING:
            colour = tokens.muted
        elif style is Style.TONE:
            # Second-rank text says nothing of good or bad, first-rank text does not either.
            toned = words.tone is not Tone.NEUTRAL
            colour = tokens.colour(words.tone) if toned else tokens.text
        elif style is Style.DOT:
            cell.dot(line.left(), line.center().y(), tokens.colour(words.tone))
            line = line.adjusted(DOT + _GAP, 0, 0, 0)
        if style is Style.NUMBER:
            align = Qt.AlignmentFlag.AlignRight
        cell.text(line, words.text, colour, font, align)

    def _type(self, cell: Cell, style: Style) -> tuple[QFont, str]:
        """Return the type and the colour of a style."""
        if style is Style.MONO:
            return self._mono, cell.tokens.text
        if style in {Style.STRONG, Style.TONE}:
            strong = QFont(cell.font)
            strong.setWeight(QFont.Weight.DemiBold)
            return strong, cell.tokens.text
        return cell.font, cell.tokens.text

    def _bar(self, cell: Cell, index: QModelIndex | QPersistentModelIndex) -> None:
        """Draw a bar where words will be."""
        share = _BAR_SHARES[(index.row() + index.column()) % len(_BAR_SHARES)]
        top = cell.rect.center().y() - _BAR_HEIGHT / 2
        bar = QRectF(cell.rect.left(), top, share * cell.rect.width(), _BAR_HEIGHT)
        cell.pill(bar, cell.tokens.line, _BAR_HEIGHT / 2)


def fitting_width(title: str, font: QFont) -> int:
    """Return how wide a column must be for its title and an arrow."""
    return QFontMetrics(font).horizontalAdvance(f"{title} ↓") + 2 * PADDING
