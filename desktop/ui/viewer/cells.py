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
from PySide6.QtGui import QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem
from typing_extensions import override

from desktop.ui.delegates.cell import DOT, PADDING, Cell, RowHover, paint_ground
from desktop.ui.theme.theme import Theme, mono_font
from desktop.ui.theme.tokens import Tone
from desktop.ui.viewer.cell_words import STYLE_ROLE, WORDS_ROLE, Style, Words
from desktop.ui.viewer.wording import NOTHING

ROW_HEIGHT = 36
_GAP = 7
_SLACK = 2 * PADDING + 2
_BAR_HEIGHT = 8
_BAR_SHARES = (0.62, 0.44, 0.7, 0.52)


class VariantDelegate(QStyledItemDelegate):
    """Paints every column by its style."""

    def __init__(self, theme: Theme, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.hover: RowHover | None = None
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
        paint_ground(painter, option, index, self._theme.tokens, self.hover)
        inner = rect.adjusted(PADDING, 0, -PADDING, -1)
        cell = Cell(painter, inner, QFont(option.font), self._theme.tokens)
        words = index.data(WORDS_ROLE)
        if words is None:
            self._bar(cell, index)
        else:
            # Qt gives the text back, not the member.
            self._draw(cell, words, Style(index.data(STYLE_ROLE)))
        painter.restore()

    def _draw(self, cell: Cell, words: Words, style: Style) -> None:
        tokens = cell.tokens
        font, colour = self._font(style, cell.font), tokens.text
        align, line = Qt.AlignmentFlag.AlignLeft, cell.rect
        if words.text == NOTHING:
            font, colour = cell.font, tokens.muted
        elif style is Style.TONE:
            # Second-rank text says nothing of good or bad, first-rank text does not either.
            toned = words.tone is not Tone.NEUTRAL
            colour = tokens.colour(words.tone) if toned else colour
        elif style is Style.DOT:
            cell.dot(line.left(), line.center().y(), tokens.colour(words.tone))
            line = line.adjusted(DOT + _GAP, 0, 0, 0)
        if style is Style.NUMBER:
            align = Qt.AlignmentFlag.AlignRight
        cell.text(line, words.text, colour, font, align)

    def width(self, text: str, style: Style, font: QFont) -> int:
        """Return how wide a cell must be for *text*, in a table whose font is *font*."""
        before = DOT + _GAP if style is Style.DOT else 0
        # What is drawn may be a hair wider than its advance.
        return QFontMetrics(self._font(style, font)).horizontalAdvance(text) + before + _SLACK

    def _font(self, style: Style, font: QFont) -> QFont:
        if style is Style.MONO:
            return self._mono
        if style in {Style.STRONG, Style.TONE}:
            strong = QFont(font)
            strong.setWeight(QFont.Weight.DemiBold)
            return strong
        return font

    def _bar(self, cell: Cell, index: QModelIndex | QPersistentModelIndex) -> None:
        """Draw a bar where words will be."""
        share = _BAR_SHARES[(index.row() + index.column()) % len(_BAR_SHARES)]
        top = cell.rect.center().y() - _BAR_HEIGHT / 2
        bar = QRectF(cell.rect.left(), top, share * cell.rect.width(), _BAR_HEIGHT)
        if index.data(STYLE_ROLE) == Style.NUMBER:
            bar.moveRight(cell.rect.right())
        cell.pill(bar, cell.tokens.line, _BAR_HEIGHT / 2)


def fitting_width(title: str, font: QFont) -> int:
    """Return how wide a column must be for its title."""
    return QFontMetrics(font).horizontalAdvance(title) + 2 * PADDING
