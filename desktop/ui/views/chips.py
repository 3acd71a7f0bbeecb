"""Chips that choose which statuses the table shows, each with its number."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QPushButton, QWidget

from desktop.ui.language import tr
from desktop.ui.views.controls import button, row
from desktop.ui.wording import Group, number_text


class Chips(QWidget):
    """One chip a group of statuses; exactly one is chosen.

    Signals:
        chosen: another one is; arg: its Group.
    """

    chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.chips: dict[Group, QPushButton] = {}
        line = row(self)
        group = QButtonGroup(self)
        for which in Group:
            chip = button(tr(which), "chip")
            chip.setCheckable(True)
            chip.clicked.connect(lambda _=False, which=which: self.chosen.emit(which))
            group.addButton(chip)
            self.chips[which] = chip
            line.addWidget(chip)
        line.addStretch()
        self.chips[Group.ALL].setChecked(True)

    def set_count(self, group: Group, number: int) -> None:
        """Show *number* on the chip of *group*."""
        chip = self.chips[group]
        chip.setText(f"{tr(group)}  {number_text(number)}")
        chip.setAccessibleName(f"{tr(group)}, {number}")
