"""The menu of saved filters, and the question for a new one's name."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QMenu, QWidget

from backend.wire import VariantFilter
from desktop.ui.language import tr
from desktop.ui.viewer.chip import Popup
from desktop.ui.viewer.query import NO_FILTER
from desktop.ui.viewer.wording import plain
from desktop.ui.views.controls import button, column, label, row

LONGEST_NAME = 60
_NAME_WIDTH = 240


class SavedMenu(QWidget):
    """Opens the menu from a chip.

    Signals:
        used: a saved filter is wanted; arg: its VariantFilter.
        save_wanted: the filter in use is to be kept; arg: its name.
        remove_wanted: arg: the name of the one that is not wanted any more.
    """

    used = Signal(object)
    save_wanted = Signal(str)
    remove_wanted = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.hide()
        self.filters: Mapping[str, VariantFilter] = {}
        self.name = QLineEdit(placeholderText=tr("Rare and harmful"))
        self.name.setAccessibleName(tr("Name of the filter"))
        self.name.setMaxLength(LONGEST_NAME)
        self.name.setMinimumWidth(_NAME_WIDTH)
        self.save = button(tr("Save"), "primary")
        content = QWidget()
        layout = column(content)
        layout.addWidget(label(tr("Save this filter as"), "muted"))
        line = row()
        line.addWidget(self.name)
        line.addWidget(self.save)
        layout.addLayout(line)
        content.setFocusProxy(self.name)
        self.popup = Popup(self, content, tr("Save this filter"))
        self.name.returnPressed.connect(self._save)
        self.save.clicked.connect(self._save)

    def menu(self, chip: QWidget, current: VariantFilter) -> QMenu:
        """Return the menu for a window that shows *current*."""
        menu = QMenu(self)
        for name, wanted in self.filters.items():
            action = menu.addAction(_shown(name), partial(self.used.emit, wanted))
            action.setCheckable(True)
            action.setChecked(wanted == current)
        if self.filters:
            menu.addSeparator()
            removing = menu.addMenu(tr("Remove"))
            for name in self.filters:
                removing.addAction(_shown(name), partial(self.remove_wanted.emit, name))
        save = menu.addAction(tr("Save this filter…"), lambda: self._ask(chip))
        save.setEnabled(current != NO_FILTER)
        return menu

    def _ask(self, chip: QWidget) -> None:
        self.name.clear()
        self.popup.open_below(chip)

    def _save(self) -> None:
        name = self.name.text().strip()
        if name:
            self.popup.hide()
            self.save_wanted.emit(name)


def _shown(name: str) -> str:
    """Return a name for a menu, in which "&" would mark a letter."""
    return plain(name, LONGEST_NAME).replace("&", "&&")
