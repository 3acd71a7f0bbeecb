"""A line of settings: its name, its control, and what there is to say of it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtWidgets import (
    QCheckBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from desktop.ui.language import tr
from desktop.ui.theme.tokens import SPACE
from desktop.ui.views.controls import button, elided, label, row
from desktop.ui.wording import plain_tip

_NAME_WIDTH = 200
_CONTROL_WIDTH = 190
_PATH_WIDTH = 280


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
        self.shown.setText(elided(self.shown, text, _PATH_WIDTH))
        self.shown.setToolTip(plain_tip(text))
        self.shown.setAccessibleDescription(text)


def add_line(inside: QVBoxLayout, title: str, control: QWidget, hint: str = "") -> None:
    """Add *control* to *inside*, called *title*."""
    line = row(spacing=3 * SPACE)
    line.addWidget(_name(title, control))
    if isinstance(control, QLineEdit):
        control.setFixedWidth(_PATH_WIDTH)
    elif not isinstance(control, QCheckBox):
        control.setFixedWidth(_CONTROL_WIDTH)
    control.setAccessibleName(title)
    line.addWidget(control)
    if hint:
        line.addWidget(label(hint, "small"))
    line.addStretch()
    inside.addLayout(line)


def add_path(inside: QVBoxLayout, title: str) -> PathLine:
    """Add a path to *inside*, called *title*."""
    shown = label()
    shown.setFixedWidth(_PATH_WIDTH)
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
