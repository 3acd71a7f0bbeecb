"""The cell of a job's result: a tag with the time left, and what can be done."""

from __future__ import annotations

from PySide6.QtCore import (
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QRectF,
    Qt,
)
from PySide6.QtGui import QFont, QFontMetrics
from PySide6.QtWidgets import QStyleOptionViewItem
from typing_extensions import override

from desktop.store.row import JobRow
from desktop.ui.delegates.cell import PADDING, Cell, CellDelegate
from desktop.ui.language import tr
from desktop.ui.models.jobs import JOB_ROLE, JobsModel
from desktop.ui.theme.theme import Theme
from desktop.ui.wording import Action, ResultWords, result_words

_TAG_PIXELS = 12
_TAG_HEIGHT = 20
_TAG_PADDING = 8
_TAG_RADIUS = 5
_GAP = 7


class ResultDelegate(CellDelegate):
    """Paints tag, note and action, and knows where the action is."""

    def __init__(self, theme: Theme, model: JobsModel, parent: QObject | None = None) -> None:
        super().__init__(theme, parent)
        self._model = model

    @override
    def draw(self, cell: Cell, job: JobRow, index: QModelIndex | QPersistentModelIndex) -> None:
        words = self._words(job)
        rest = cell.rect
        if words.tag:
            rest = self._tag(cell, words)
        if words.note:
            cell.text(rest, words.note, cell.tokens.muted)
        elif words.action is Action.LOG:
            cell.text(rest, words.action_text, cell.tokens.accent)
        elif words.action:
            cell.text(rest, words.action_text, cell.tokens.accent, _strong(cell.font))

    def action_at(
        self,
        point: QPoint,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> Action | None:
        """Return the action under *point*, if there is one."""
        words = self._words(index.data(JOB_ROLE))
        if words.action is None:
            return None
        font = QFont(option.font)
        rect = QRect(option.rect).adjusted(PADDING, 0, -PADDING, 0)
        if words.tag:
            rect.setLeft(rect.left() + _tag_width(font, words.tag) + _GAP)
        rect.setWidth(QFontMetrics(_strong(font)).horizontalAdvance(words.action_text))
        return words.action if rect.contains(point) else None

    def needed_width(self, font: QFont, *, roomy: bool, tight: bool = False) -> int:
        """Return how wide the longest of what it says is.

        A *roomy* one has days and hours; a *tight* one says in full only what can be downloaded.
        """
        widths = QFontMetrics(_strong(font))
        left = tr("{time} left").format(time="00:00:00" if roomy else "00:00")
        shown = (
            *((tag, tr(Action.UPGRADE)) for tag in (tr("Archived"), tr("Archiving"))),
            (tr("Restoring"), tr("about {time}").format(time="23 h")),
            (left, tr(Action.DOWNLOAD)),
        )
        shown = shown[-1:] if tight else shown
        return max(
            _tag_width(font, tag) + _GAP + widths.horizontalAdvance(rest) for tag, rest in shown
        )

    def _words(self, job: JobRow) -> ResultWords:
        return result_words(job, self._model.clock(), can_upgrade=self._model.can_upgrade)

    def _tag(self, cell: Cell, words: ResultWords) -> QRect:
        """Draw the tag and return what is left of the cell."""
        width = _tag_width(cell.font, words.tag)
        top = cell.rect.center().y() - _TAG_HEIGHT / 2 + 1
        tag = QRectF(cell.rect.left(), top, width, _TAG_HEIGHT)
        cell.pill(tag, cell.tokens.soft(words.tone), _TAG_RADIUS)
        font = _tag_font(cell.font)
        colour = cell.tokens.colour(words.tone)
        cell.text(tag.toRect(), words.tag, colour, font, Qt.AlignmentFlag.AlignHCenter)
        return cell.rect.adjusted(width + _GAP, 0, 0, 0)


def _tag_width(font: QFont, tag: str) -> int:
    return QFontMetrics(_tag_font(font)).horizontalAdvance(tag) + 2 * _TAG_PADDING


def _tag_font(font: QFont) -> QFont:
    smaller = _strong(font)
    smaller.setPixelSize(_TAG_PIXELS)
    return smaller


def _strong(font: QFont) -> QFont:
    strong = QFont(font)
    strong.setWeight(QFont.Weight.DemiBold)
    return strong
