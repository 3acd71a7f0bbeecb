"""What all cells of the job table share: ground, selection, the line below, and the type."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import (
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPointF,
    QRect,
    QRectF,
    QSize,
    Qt,
)
from PySide6.QtGui import QColor, QCursor, QFont, QFontMetrics, QMouseEvent, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QTableView, QWidget
from typing_extensions import override

from desktop.store.row import JobRow
from desktop.ui.models.jobs import JOB_ROLE
from desktop.ui.theme.theme import Theme
from desktop.ui.theme.tokens import Tokens, hair

ROW_HEIGHT = 52
PADDING = 11
DOT = 7
_FOCUS_BAR = 3
_LINE = 19
_SMALL_PIXELS = 12


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

    def name(self, rect: QRect, name: str) -> None:
        """Draw a file's *name*; of one that is too long both ends are left, for both matter."""
        metrics = QFontMetrics(self.font)
        shown = metrics.elidedText(name, Qt.TextElideMode.ElideMiddle, rect.width())
        self.text(rect, shown, self.tokens.text)

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


def two_lines(rect: QRect) -> tuple[QRect, QRect]:
    """Return the upper and the lower of two lines in the middle of *rect*."""
    upper = QRect(rect.left(), rect.center().y() - _LINE, rect.width(), _LINE)
    return upper, upper.translated(0, _LINE)


def small(font: QFont) -> QFont:
    """Return the type of what is said below a cell's first line."""
    smaller = QFont(font)
    smaller.setPixelSize(_SMALL_PIXELS)
    return smaller


class RowHover(QObject):
    """Knows over which row of *table* the mouse is, and has rows painted when that changes.

    Attributes:
        row: the row, -1 for none.
    """

    def __init__(self, table: QTableView) -> None:
        super().__init__(table)
        self._table, self.row = table, -1
        table.setMouseTracking(True)
        table.viewport().installEventFilter(self)
        table.verticalScrollBar().valueChanged.connect(self._follow)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QMouseEvent):
            self._move(self._table.rowAt(event.position().toPoint().y()))
        elif event.type() == QEvent.Type.Leave:
            self._move(-1)
        return False

    def _follow(self) -> None:
        """Rows move under a mouse that does not."""
        if self.row >= 0:
            port = self._table.viewport()
            self._move(self._table.rowAt(port.mapFromGlobal(QCursor.pos()).y()))

    def _move(self, row: int) -> None:
        before, self.row = self.row, row
        for each in {before, row} - {-1} if before != row else ():
            port = self._table.viewport()
            top, height = self._table.rowViewportPosition(each), self._table.rowHeight(each)
            port.update(0, top, port.width(), height)


def paint_ground(
    painter: QPainter,
    option: QStyleOptionViewItem,
    index: QModelIndex | QPersistentModelIndex,
    tokens: Tokens,
    hover: RowHover | None,
) -> None:
    """Paint what lies under a cell: its row is plain, under the mouse, or selected.

    A bar at the row's beginning says that the keyboard is there.
    """
    rect = QRect(option.rect)
    colour = tokens.panel
    selected = bool(option.state & QStyle.StateFlag.State_Selected)
    if selected:
        colour = tokens.accent_soft
    elif hover is not None and hover.row == index.row():
        colour = tokens.bg
    # Cells meet without a seam where a pixel is one and a half of the screen's.
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
    painter.fillRect(rect, QColor(colour))
    thickness = hair(painter.device().devicePixelRatioF())
    line = QRectF(rect.left(), rect.bottom() + 1 - thickness, rect.width(), thickness)
    painter.fillRect(line, QColor(tokens.line))
    table = option.widget
    if selected and index.column() == 0 and isinstance(table, QWidget) and table.hasFocus():
        bar = QRect(rect.left(), rect.top(), _FOCUS_BAR, rect.height() - 1)
        painter.fillRect(bar, QColor(tokens.accent))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)


class CellDelegate(QStyledItemDelegate):
    """Paints the ground of a cell; subclasses draw what is upon it.

    Attributes:
        hover: knows over which row the mouse is; None where that shows nothing.
    """

    def __init__(self, theme: Theme, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.theme = theme
        self.hover: RowHover | None = None

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
        paint_ground(painter, option, index, self.theme.tokens, self.hover)
        inner = rect.adjusted(PADDING, 0, -PADDING, -1)
        cell = Cell(painter, inner, QFont(option.font), self.theme.tokens)
        self.draw(cell, job, index)
        painter.restore()

    def draw(self, cell: Cell, job: JobRow, index: QModelIndex | QPersistentModelIndex) -> None:
        """Draw the cell's own content."""
        raise NotImplementedError


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
