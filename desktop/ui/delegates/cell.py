"""What all cells of the job table share: ground, selection, the line below, and the type."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import (
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPointF,
    QRect,
    QRectF,
    QSize,
    Qt,
)
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem
from typing_extensions import override

from desktop.store.row import JobRow
from desktop.ui.models.jobs import JOB_ROLE
from desktop.ui.theme.theme import Theme
from desktop.ui.theme.tokens import Tokens

ROW_HEIGHT = 52
PADDING = 11
DOT = 7


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell while it is painted: where, in which type and colours."""

    painter: QPainter
    rect: QRect
    font: QFont
    tokens: Tokens

    def text(
        self,
        rect: QRect,
        text: str,
        colour: str,
        font: QFont | None = None,
        align: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft,
    ) -> int:
        """Draw *text*, cut with an ellipsis where it is too long, and return its width."""
        used = font or self.font
        metrics = QFontMetrics(used)
        shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, rect.width())
        self.painter.setFont(used)
        self.painter.setPen(QColor(colour))
        self.painter.drawText(rect, align | Qt.AlignmentFlag.AlignVCenter, shown)
        return metrics.horizontalAdvance(shown)

    def dot(self, left: int, middle: int, colour: str) -> None:
        """Draw a dot whose left edge and middle line are given."""
        self.painter.setPen(Qt.PenStyle.NoPen)
        self.painter.setBrush(QColor(colour))
        radius = DOT / 2
        self.painter.drawEllipse(QPointF(left + radius, middle + 0.5), radius, radius)

    def pill(self, rect: QRectF, colour: str, radius: float) -> None:
        """Draw a filled rectangle with round corners."""
        self.painter.setPen(Qt.PenStyle.NoPen)
        self.painter.setBrush(QColor(colour))
        self.painter.drawRoundedRect(rect, radius, radius)


class CellDelegate(QStyledItemDelegate):
    """Paints the ground of a cell; subclasses draw what is upon it."""

    def __init__(self, theme: Theme, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.theme = theme

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
        job = index.data(JOB_ROLE)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        rect = QRect(option.rect)
        self._ground(painter, option, rect)
        inner = rect.adjusted(PADDING, 0, -PADDING, -1)
        cell = Cell(painter, inner, QFont(option.font), self.theme.tokens)
        self.draw(cell, job, index)
        painter.restore()

    def draw(self, cell: Cell, job: JobRow, index: QModelIndex | QPersistentModelIndex) -> None:
        """Draw the cell's own content."""
        raise NotImplementedError

    def _ground(self, painter: QPainter, option: QStyleOptionViewItem, rect: QRect) -> None:
        tokens = self.theme.tokens
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.fillRect(rect, QColor(tokens.accent_soft if selected else tokens.panel))
        painter.fillRect(QRect(rect.left(), rect.bottom(), rect.width(), 1), QColor(tokens.line))


class TextDelegate(CellDelegate):
    """Paints what the model says of a cell, in second-rank text."""

    @override
    def draw(self, cell: Cell, job: JobRow, index: QModelIndex | QPersistentModelIndex) -> None:
        align = Qt.AlignmentFlag(index.data(Qt.ItemDataRole.TextAlignmentRole))
        text = str(index.data(Qt.ItemDataRole.DisplayRole))
        cell.text(cell.rect, text, self.colour(), align=align)

    def colour(self) -> str:
        """Return the colour of the cell's text."""
        return self.theme.tokens.muted


class NumberDelegate(TextDelegate):
    """Paints a number in first-rank text."""

    @override
    def colour(self) -> str:
        return self.theme.tokens.text
