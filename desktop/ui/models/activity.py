"""The app's log as a table, the latest at the end."""

from __future__ import annotations

import logging
from collections.abc import Callable
from enum import IntEnum

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from typing_extensions import override

from desktop.support.activity import KEPT, Activity, Entry
from desktop.ui.language import later, tr

Index = QModelIndex | QPersistentModelIndex
_NOWHERE = QModelIndex()


class Part(IntEnum):
    """The columns."""

    TIME = 0
    LEVEL = 1
    SOURCE = 2
    TEXT = 3


_TITLES = {
    Part.TIME: later("TIME"),
    Part.LEVEL: later("LEVEL"),
    Part.SOURCE: later("PART"),
    Part.TEXT: later("WHAT"),
}
LEVELS = {
    logging.DEBUG: later("All"),
    logging.INFO: later("Without details"),
    logging.WARNING: later("Warnings"),
}
"""From which level on entries can be shown, and how that is called."""

_WORDS = {
    logging.DEBUG: later("Detail"),
    logging.INFO: later("Note"),
    logging.WARNING: later("Warning"),
    logging.ERROR: later("Error"),
}


class ActivityModel(QAbstractTableModel):
    """The entries of an activity that the filter lets through.

    Attributes:
        activity: where they come from.
    """

    def __init__(self, activity: Activity, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.activity = activity
        self._shown: list[Entry] = []
        self._seen = 0
        self._level, self._needle = logging.INFO, ""
        self.refresh()

    def refresh(self) -> None:
        """Show what was added since the last time."""
        count, entries = self.activity.count, self.activity.entries()
        new = entries[max(0, len(entries) - (count - self._seen)) :]
        self._seen = count
        self._append([entry for entry in new if self._lets(entry)])

    def set_filter(self, level: int, needle: str) -> None:
        """Show entries from *level* on that have *needle* in them, in any case."""
        self._level, self._needle = level, needle.strip().casefold()
        self.beginResetModel()
        self._seen = self.activity.count
        self._shown = [entry for entry in self.activity.entries() if self._lets(entry)]
        self.endResetModel()

    def lines(self, rows: list[int]) -> str:
        """Return the entries of *rows*, of all where there are none, as lines of text."""
        chosen = [self._shown[row] for row in sorted(rows)] or self._shown
        return "".join(f"{entry.line}\n" for entry in chosen)

    @override
    def rowCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._shown)

    @override
    def columnCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(Part)

    @override
    def headerData(
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> object:
        if orientation != Qt.Orientation.Horizontal or role != Qt.ItemDataRole.DisplayRole:
            return None
        return tr(_TITLES[Part(section)]) if section < len(Part) else None

    @override
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not 0 <= index.row() < len(self._shown):
            return None
        entry = self._shown[index.row()]
        if role in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole}:
            return _SAYS[Part(index.column())](entry)
        return None

    def _lets(self, entry: Entry) -> bool:
        if entry.level < self._level:
            return False
        return not self._needle or self._needle in entry.line.casefold()

    def _append(self, entries: list[Entry]) -> None:
        if entries:
            first = len(self._shown)
            self.beginInsertRows(QModelIndex(), first, first + len(entries) - 1)
            self._shown += entries
            self.endInsertRows()
        surplus = len(self._shown) - KEPT
        if surplus > 0:
            self.beginRemoveRows(QModelIndex(), 0, surplus - 1)
            del self._shown[:surplus]
            self.endRemoveRows()


def _level_word(entry: Entry) -> str:
    return tr(_WORDS.get(entry.level, "Error"))


_SAYS: dict[Part, Callable[[Entry], str]] = {
    Part.TIME: lambda entry: f"{entry.at.astimezone():%H:%M:%S}",
    Part.LEVEL: _level_word,
    Part.SOURCE: lambda entry: entry.source,
    Part.TEXT: lambda entry: entry.text,
}
