"""The cells of the list of transfers: file, state with a bar, numbers, what can be done."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QRect, QRectF, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import QStyleOptionViewItem
from typing_extensions import override

from desktop.ui.delegates.cell import (
    DOT,
    PADDING,
    Cell,
    CellDelegate,
    paint_ground,
    small,
    two_lines,
)
from desktop.ui.language import tr
from desktop.ui.models.transfer_row import FIRST, TransferRow
from desktop.ui.models.transfers import ROW_ROLE, TransferColumn

_GAP = 7
_BAR_HEIGHT = 4


class TransferDelegate(CellDelegate):
    """Paints any cell of a transfer, and knows where its action is."""

    @override
    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        row: TransferRow = index.data(ROW_ROLE)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        rect = QRect(option.rect)
        paint_ground(painter, option, index, self.theme.tokens, self.hover)
        inner = rect.adjusted(PADDING, 0, -PADDING, -1)
        cell = Cell(painter, inner, QFont(option.font), self.theme.tokens)
        match index.column():
            case TransferColumn.FILE:
                _draw_file(cell, row)
            case TransferColumn.STATUS:
                _draw_state(cell, row)
            case TransferColumn.ACTION:
                cell.text(inner, tr(row.deeds[0]), cell.tokens.accent, _strong(cell.font))
            case _:
                align = Qt.AlignmentFlag.AlignRight
                text = str(index.data(Qt.ItemDataRole.DisplayRole))
                cell.text(inner, text, cell.tokens.muted, align=align)
        painter.restore()

    def action_width(self, font: QFont) -> int:
        """Return how wide the longest of the actions is."""
        return max(QFontMetrics(_strong(font)).horizontalAdvance(tr(deed)) for deed in FIRST)

    def action_rect(self, option: QStyleOptionViewItem, row: TransferRow) -> QRect:
        """Return where the action's letters are in its cell."""
        rect = QRect(option.rect).adjusted(PADDING, 0, -PADDING, 0)
        width = QFontMetrics(_strong(QFont(option.font))).horizontalAdvance(tr(row.deeds[0]))
        rect.setWidth(min(rect.width(), width))
        return rect

    def is_on_action(self, point: QPoint, option: QStyleOptionViewItem, row: TransferRow) -> bool:
        """Whether *point* is on the action."""
        return self.action_rect(option, row).contains(point)


def _draw_file(cell: Cell, row: TransferRow) -> None:
    upper, lower = two_lines(cell.rect)
    cell.name(upper, row.item.name)
    cell.text(lower, row.note, cell.tokens.muted, small(cell.font))


def _draw_state(cell: Cell, row: TransferRow) -> None:
    tokens = cell.tokens
    upper, lower = two_lines(cell.rect)
    alone = not (row.reason or row.shows_bar)
    line = cell.rect if alone else upper
    cell.dot(line.left(), line.center().y(), tokens.colour(row.tone))
    rest = line.adjusted(DOT + _GAP, 0, 0, 0)
    width = cell.text(rest, row.word, tokens.text)
    if row.shows_bar:
        _bar(cell, QRectF(lower), row.fraction)
        if row.reason:
            cell.text(rest.adjusted(width, 0, 0, 0), f" · {row.reason}", tokens.muted)
    elif row.reason:
        cell.text(lower, row.reason, tokens.muted, small(cell.font))


def _bar(cell: Cell, line: QRectF, fraction: float) -> None:
    track = QRectF(line.left(), line.center().y() - 1, line.width(), _BAR_HEIGHT)
    cell.pill(track, cell.tokens.line, _BAR_HEIGHT / 2)
    track.setWidth(track.width() * fraction)
    cell.pill(track, cell.tokens.accent, _BAR_HEIGHT / 2)


def _strong(font: QFont) -> QFont:
    strong = QFont(font)
    strong.setWeight(QFont.Weight.DemiBold)
    return strong
