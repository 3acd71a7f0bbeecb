"""The menu in which the table's columns are chosen."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction, QMouseEvent
from PySide6.QtWidgets import QMenu, QWidget
from typing_extensions import override

from desktop.ui.language import later, tr
from desktop.ui.viewer.columns import ShownColumn

_GROUPS = {
    "variant": later("Variant"),
    "consequence": later("Consequence"),
    "source": later("Sources"),
    "sample": later("Samples"),
}
MOST = 60
"""Columns of a group that are listed; a menu with thousands of samples cannot be used."""


class StayingMenu(QMenu):
    """A menu that stays open while boxes in it are checked."""

    @override
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        action = self.activeAction()
        if action is not None and action.isCheckable() and action.isEnabled():
            action.trigger()
        else:
            super().mouseReleaseEvent(event)


class ColumnChooser(QWidget):
    """Offers all columns of a result, by group.

    Signals:
        changed: other columns are wanted; arg: their keys, in the table's order.
        every_consequence_changed: arg: whether each consequence has a row of its own.
        usual_wanted: the columns from the start are wanted again.
    """

    changed = Signal(list)
    every_consequence_changed = Signal(bool)
    usual_wanted = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.hide()

    def menu(
        self, columns: Sequence[ShownColumn], chosen: Collection[str], *, every_consequence: bool
    ) -> QMenu:
        """Return the menu for a table that shows the *chosen* of *columns*."""
        menu = QMenu(self)
        keys = set(chosen)
        for group, title in _GROUPS.items():
            members = [column for column in columns if column.group == group][:MOST]
            if members:
                self._list(menu, tr(title), members, keys, columns)
        menu.addSeparator()
        each = menu.addAction(tr("A row for each consequence"))
        each.setCheckable(True)
        each.setChecked(every_consequence)
        each.toggled.connect(self.every_consequence_changed)
        menu.addAction(tr("Usual columns"), self.usual_wanted.emit)
        return menu

    def _list(
        self,
        menu: QMenu,
        title: str,
        members: Sequence[ShownColumn],
        keys: set[str],
        columns: Sequence[ShownColumn],
    ) -> None:
        inner = StayingMenu(title, menu)
        menu.addMenu(inner)
        for column in members:
            action = QAction(column.title.replace("&", "&&"), inner)
            action.setCheckable(True)
            action.setChecked(column.key in keys)
            action.toggled.connect(
                lambda on, key=column.key: self._toggle(keys, columns, key, on=on)
            )
            inner.addAction(action)

    def _toggle(
        self, keys: set[str], columns: Sequence[ShownColumn], key: str, *, on: bool
    ) -> None:
        if on:
            keys.add(key)
        elif len(keys) > 1:
            keys.discard(key)
        self.changed.emit([column.key for column in columns if column.key in keys])
