"""The small pieces that all pages are made of.

Every label is plain text: what comes from a file name or a server is never rendered.
"""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLayout,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from desktop.ui.theme.icons import pixmap
from desktop.ui.theme.tokens import SPACE

_MARK = 26


def label(text: str = "", role: str = "", *, wrap: bool = False) -> QLabel:
    """Return a plain-text label; *role* chooses its type from the style sheet."""
    result = QLabel(text)
    result.setTextFormat(Qt.TextFormat.PlainText)
    result.setProperty("role", role)
    result.setWordWrap(wrap)
    if wrap:
        result.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
    return result


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


def surface(kind: str) -> QWidget:
    """Return a plain widget that paints its ground."""
    result = QWidget()
    result.setProperty("surface", kind)
    result.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
    return result


def brand(indent: int = 0) -> QHBoxLayout:
    """Return the app's mark and name, side by side."""
    line = row(spacing=10)
    mark = QLabel()
    mark.setPixmap(pixmap("app", "", _MARK, scale=2))
    mark.setAccessibleName("Genomics Annotation Service")
    name = label("GAS", "panel")
    line.addSpacing(indent)
    line.addWidget(mark)
    line.addWidget(name)
    line.addStretch()
    return line


def elided(widget: QWidget, text: str, width: int) -> str:
    """Return *text*, cut in the middle if it is wider than *width* in *widget*'s type."""
    widget.ensurePolished()
    return widget.fontMetrics().elidedText(text, Qt.TextElideMode.ElideMiddle, width)


def hairline() -> QFrame:
    """Return a horizontal line, 1 px thick."""
    result = card("line")
    result.setFixedHeight(1)
    return result


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
