"""The order of a table, chosen by the keyboard: heads take the mouse only."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial

from PySide6.QtCore import QPoint
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QMenu, QTableView, QWidget

from desktop.ui.language import tr

SORT_KEYS = QKeySequence("Ctrl+Shift+S")
"""Opens the menu while the keyboard is in a table."""


def sort_menu(
    parent: QWidget,
    names: Iterable[str],
    current: int | None,
    *,
    falling: bool,
    choose: Callable[[int], object],
) -> QMenu:
    """Return a menu of what a table can be sorted by.

    Args:
        parent: owns it.
        names: of the columns, in their order.
        current: the place of the one that it is sorted by; None for none of them.
        falling: whether the largest comes first.
        choose: called with the place of the chosen one, also where it is the current one.
    """
    keys = SORT_KEYS.toString(QKeySequence.SequenceFormat.NativeText)
    title = tr("Sort by")
    menu = QMenu(f"{title}\t{keys}", parent)
    for place, name in enumerate(names):
        arrow = ("  ↓" if falling else "  ↑") if place == current else ""
        # A single & would mark the letter after it.
        action = menu.addAction(name.replace("&", "&&") + arrow, partial(choose, place))
        action.setCheckable(True)
        action.setChecked(place == current)
    return menu


def open_over(table: QTableView, menu: QMenu) -> None:
    """Show *menu* at the head of *table*, and forget it when it is closed."""
    menu.aboutToHide.connect(menu.deleteLater)
    menu.popup(table.viewport().mapToGlobal(QPoint()))
