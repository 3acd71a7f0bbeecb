"""The small pieces that all pages are made of.

Every label is plain text: what comes from a file name or a server is never rendered.
"""

from __future__ import annotations

import re

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QIcon, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLayout,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from desktop.ui.language import tr
from desktop.ui.theme.icons import pixmap
from desktop.ui.theme.tokens import SPACE, hair

_MARK = 26
_CORNER = 6
_TITLE_HEIGHT = 32
# What a letter of a file's name or of bases is; other scripts are not cut between their letters.
_LONG_WORD = re.compile(r"[!-~]{33,}")
_PIECE = re.compile(r"[^_./-]{0,15}[_./-]|.{1,8}")
SCROLL_BAR = 12
"""How wide the style sheet makes a scroll bar, with the room around it."""


def label(text: str = "", role: str = "", *, wrap: bool = False) -> QLabel:
    """Return a plain-text label; *role* chooses its type from the style sheet."""
    result = QLabel(text)
    result.setTextFormat(Qt.TextFormat.PlainText)
    result.setProperty("role", role)
    result.setWordWrap(wrap)
    if wrap:
        result.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
    return result


def page_title(text: str) -> QLabel:
    """Return the title of a page, as high as the buttons that stand beside it on other pages."""
    result = label(text, "page")
    result.setMinimumHeight(_TITLE_HEIGHT)
    return result


class ElidedLabel(QLabel):
    """A plain-text label that is cut where there is no room for all of it, at its end as a rule."""

    def __init__(
        self, role: str = "", mode: Qt.TextElideMode = Qt.TextElideMode.ElideRight
    ) -> None:
        super().__init__()
        self._whole, self._mode = "", mode
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setProperty("role", role)

    @override
    def setText(self, text: str) -> None:
        self._whole = text
        self.setAccessibleName(text)
        self.updateGeometry()
        self._fit()

    @override
    def sizeHint(self) -> QSize:
        self.ensurePolished()
        return QSize(self.fontMetrics().horizontalAdvance(self._whole) + 1, self._height())

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(0, self._height())

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        shown = elided(self, self._whole, self.width(), self._mode)
        # Before it is laid out nobody knows what room there will be.
        super().setText(shown if self.testAttribute(Qt.WidgetAttribute.WA_Resized) else self._whole)

    def _height(self) -> int:
        self.ensurePolished()
        return self.fontMetrics().height()


def button(text: str, kind: str = "", *, name: str | None = None) -> QPushButton:
    """Return a button; *kind* chooses its look, *name* is what screen readers say instead."""
    result = QPushButton(text)
    result.setProperty("kind", kind)
    result.setCursor(Qt.CursorShape.PointingHandCursor)
    result.setAutoDefault(False)
    # The mouse needs no focus ring; the keyboard does.
    result.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    result.setAccessibleName(name or text)
    return result


def answer_to_enter(*answers: QPushButton) -> None:
    """Have Enter press each of a dialog's *answers* while it has the focus, and not the default."""
    for answer in answers:
        answer.setAutoDefault(True)


def show_opening(opening: QPushButton, text: str, *, busy: bool) -> None:
    """Have a button that opens a page say *text*, or while it is *busy* that it does so."""
    said = tr("Opening the page…") if busy else text
    opening.setEnabled(not busy)
    opening.setText(said)
    opening.setAccessibleName(said)


def icon_button(icon: QIcon, name: str) -> QPushButton:
    """Return a button without letters that is read as *name*."""
    result = button("", "quiet", name=name)
    result.setIcon(icon)
    result.setIconSize(QSize(16, 16))
    result.setToolTip(name)
    return result


def card(surface: str = "card") -> QFrame:
    """Return an empty card."""
    result = QFrame()
    result.setProperty("surface", surface)
    return result


def framed(inside: QWidget) -> QFrame:
    """Return a card around *inside*, which reaches its sides but not its round corners."""
    frame = card()
    layout = column(frame, spacing=0)
    layout.setContentsMargins(0, _CORNER, 0, _CORNER)
    layout.addWidget(inside)
    return frame


def scrolling(content: QWidget, layout: QBoxLayout) -> QScrollArea:
    """Return an area in which *content*, laid out by *layout*, is scrolled.

    Its right margin makes room for the bar, so nothing moves when the bar comes or goes.
    """
    scroll = QScrollArea()
    scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    scroll.setWidgetResizable(True)
    scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    scroll.setWidget(content)
    scroll.viewport().setAutoFillBackground(False)
    content.setAutoFillBackground(False)
    margins = layout.contentsMargins()

    def make_room(least: int, most: int) -> None:
        bar = SCROLL_BAR if most > least else 0
        right = margins.right() - bar
        layout.setContentsMargins(margins.left(), margins.top(), right, margins.bottom())

    scroll.verticalScrollBar().rangeChanged.connect(make_room)
    return scroll


def surface(kind: str) -> QWidget:
    """Return a plain widget that paints its ground."""
    result = QWidget()
    result.setProperty("surface", kind)
    result.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
    return result


class _Mark(QLabel):
    """The app's mark, sharp on the screen that it is on."""

    def __init__(self) -> None:
        super().__init__()
        self._draw()

    @override
    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.DevicePixelRatioChange:
            self._draw()
        return super().event(event)

    def _draw(self) -> None:
        self.setPixmap(pixmap("app", "", _MARK, self.devicePixelRatio()))


def brand(indent: int = 0) -> QHBoxLayout:
    """Return the app's mark and name, side by side."""
    line = row(spacing=10)
    mark = _Mark()
    mark.setAccessibleName("Genomics Annotation Service")
    name = label("GAS", "panel")
    line.addSpacing(indent)
    line.addWidget(mark)
    line.addWidget(name)
    line.addStretch()
    return line


def elided(
    widget: QWidget,
    text: str,
    width: int,
    mode: Qt.TextElideMode = Qt.TextElideMode.ElideMiddle,
) -> str:
    """Return *text*, cut in the middle if it is wider than *width* in *widget*'s type.

    Of a file's name both ends matter; with another *mode* it is cut elsewhere.
    """
    widget.ensurePolished()
    return widget.fontMetrics().elidedText(text, mode, width)


def breakable(text: str) -> str:
    """Return *text* with room for a break in its long words, as bases and the names of files.

    A label wraps at the ends of words only; one word that is too wide would push its card apart.
    """
    return _LONG_WORD.sub(lambda word: "\N{ZERO WIDTH SPACE}".join(_PIECE.findall(word[0])), text)


class Hairline(QWidget):
    """A horizontal line, of the same whole number of the screen's pixels wherever it is."""

    def __init__(self) -> None:
        super().__init__()
        self.setFixedHeight(1)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        thickness = hair(self.devicePixelRatioF())
        painter.fillRect(QRectF(0, 0, self.width(), thickness), self.palette().mid())
        painter.end()


def hairline() -> Hairline:
    """Return a horizontal line, 1 px thick."""
    return Hairline()


def column(
    parent: QWidget | None = None, *, margin: int = 0, spacing: int = 2 * SPACE
) -> QVBoxLayout:
    """Return a vertical layout with the same *margin* on all sides."""
    result = QVBoxLayout(parent) if parent else QVBoxLayout()
    _space(result, margin, spacing)
    return result


def row(parent: QWidget | None = None, *, margin: int = 0, spacing: int = 2 * SPACE) -> QHBoxLayout:
    """Return a horizontal layout with the same *margin* on all sides."""
    result = QHBoxLayout(parent) if parent else QHBoxLayout()
    _space(result, margin, spacing)
    return result


def clear(layout: QLayout) -> None:
    """Take everything out of *layout* and throw it away."""
    while (item := layout.takeAt(0)) is not None:
        widget, inner = item.widget(), item.layout()
        if widget is not None:
            widget.hide()
            widget.deleteLater()
        elif inner is not None:
            clear(inner)


def _space(layout: QBoxLayout, margin: int, spacing: int) -> None:
    layout.setContentsMargins(margin, margin, margin, margin)
    layout.setSpacing(spacing)
