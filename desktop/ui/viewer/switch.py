"""The switch between the two sides of a result."""

from __future__ import annotations

from enum import StrEnum

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QPushButton, QWidget

from desktop.ui.language import later, tr
from desktop.ui.views.controls import button, row


class Tab(StrEnum):
    """The two sides of a result."""

    VARIANTS = later("Variants")
    SUMMARY = later("Summary")


class Switch(QWidget):
    """Two halves, of which one is chosen.

    Attributes:
        tabs: the halves.

    Signals:
        chosen: somebody wants to see a side; arg: the Tab.
    """

    chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.tabs: dict[Tab, QPushButton] = {}
        line, group = row(self, spacing=0), QButtonGroup(self)
        for tab, place in zip(Tab, ("first", "last"), strict=True):
            half = button(tr(tab.value), "segment")
            half.setProperty("place", place)
            half.setCheckable(True)
            half.clicked.connect(lambda _=False, tab=tab: self.chosen.emit(tab))
            group.addButton(half)
            self.tabs[tab] = half
            line.addWidget(half)
