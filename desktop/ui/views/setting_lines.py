"""A line of settings: its name, its control, and what there is to say of it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QHideEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from desktop.ui.language import tr
from desktop.ui.theme.tokens import SPACE
from desktop.ui.views.controls import ElidedLabel, button, label, row
from desktop.ui.wording import plain_tip

_NAME_WIDTH = 200
_CONTROL_WIDTH = 190
_FIELD_WIDTH = 280
LOOKING_ELSEWHERE = frozenset(
    {Qt.FocusReason.ActiveWindowFocusReason, Qt.FocusReason.PopupFocusReason}
)
"""Why a control loses the focus to another window or to a menu: it has it again after that."""


class Field(QLineEdit):
    """Something to type, which counts once Enter is pressed or the field is left.

    Another window may be looked at between, as one does to copy from it.

    Signals:
        entered: what is typed counts.
    """

    entered = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._kept: str | None = None
        self._told = ""
        self.setMaximumWidth(_FIELD_WIDTH)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.returnPressed.connect(self._tell)

    def show_kept(self, text: str) -> None:
        """Show *text*, which holds, unless it has done so before: then what is typed stays."""
        if text != self._kept:
            self._kept = self._told = text
            self.setText(text)
            self.setCursorPosition(0)

    @override
    def sizeHint(self) -> QSize:
        return QSize(_FIELD_WIDTH, super().sizeHint().height())

    @override
    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() not in LOOKING_ELSEWHERE:
            self._leave()

    @override
    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        # Whoever closes the window does not come back to it; who makes it small does.
        if not event.spontaneous():
            self._leave()

    def _leave(self) -> None:
        if self.text() != self._told:
            self._tell()

    def _tell(self) -> None:
        self._told = self.text()
        self.entered.emit()


class _ShownPath(ElidedLabel):
    """A path, as wide as a field where there is room; of what is cut both ends are seen."""

    def __init__(self) -> None:
        super().__init__(mode=Qt.TextElideMode.ElideMiddle)
        self.setMaximumWidth(_FIELD_WIDTH)

    @override
    def sizeHint(self) -> QSize:
        return QSize(_FIELD_WIDTH, super().sizeHint().height())


@dataclass(frozen=True, slots=True)
class PathLine:
    """A path that is chosen elsewhere.

    Attributes:
        shown: what is chosen; `choose` the button that asks for another.
        line: all of it, for what stands before the button's end.
    """

    shown: QLabel
    choose: QPushButton
    line: QHBoxLayout

    def show(self, path: Path | None) -> None:
        """Show *path*, or that there is none."""
        text = str(path) if path else tr("none")
        self.shown.setText(text)
        self.shown.setToolTip(plain_tip(text))
        self.shown.setAccessibleDescription(text)


def add_line(inside: QVBoxLayout, title: str, control: QWidget, hint: str = "") -> None:
    """Add *control* to *inside*, called *title*."""
    line = row(spacing=3 * SPACE)
    line.addWidget(_name(title, control))
    if not isinstance(control, Field | QCheckBox):
        control.setFixedWidth(_CONTROL_WIDTH)
    control.setAccessibleName(title)
    line.addWidget(control)
    if hint:
        line.addWidget(label(hint, "small"))
    line.addStretch()
    inside.addLayout(line)


def add_path(inside: QVBoxLayout, title: str) -> PathLine:
    """Add a path to *inside*, called *title*."""
    shown = _ShownPath()
    choose = button(tr("Choose…"), name=f"{title}: {tr('Choose…')}")
    line = row(spacing=3 * SPACE)
    line.addWidget(_name(title, choose))
    line.addWidget(shown)
    line.addWidget(choose)
    line.addStretch()
    inside.addLayout(line)
    return PathLine(shown, choose, line)


def _name(title: str, control: QWidget) -> QLabel:
    """Return the name of a setting, which belongs to its control."""
    name = label(title, "muted")
    name.setFixedWidth(_NAME_WIDTH)
    name.setBuddy(control)
    return name
