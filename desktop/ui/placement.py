"""Where the window is on the screen and how its list is ordered, kept between starts."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from PySide6.QtCore import QByteArray, QObject, QRect, QSettings, QSize, Qt

from desktop.ui.models.columns import Column
from desktop.ui.views.main_window import MainWindow

FILE = "window.ini"
_FRAME = QSize(16, 40)
"""What the system may draw around a window; before it is shown nobody knows."""

_PRIVATE = 0o600
_GEOMETRY, _COLUMN, _FALLING = "geometry", "sort/column", "sort/descending"


class Placement(QObject):
    """Puts the window where it was, as far as that is on a screen, and keeps where it is closed.

    Args:
        file: only its owner can read it; one that is missing or damaged says nothing.
    """

    def __init__(self, window: MainWindow, file: Path) -> None:
        super().__init__(window)
        self._window, self._file = window, file
        self._header = window.annotations.table.horizontalHeader()
        self._kept = QSettings(str(file), QSettings.Format.IniFormat, self)
        window.closing.connect(self.keep)

    def begin(self) -> None:
        """Place the window, before it is shown: as it was, else as large as the screen allows."""
        geometry = self._kept.value(_GEOMETRY)
        known = isinstance(geometry, QByteArray) and self._window.restoreGeometry(geometry)
        if not known:
            available = self._window.screen().availableGeometry()
            self._window.resize(fitting(self._window.size(), available))
        column = str(self._kept.value(_COLUMN, ""))
        if column in map(str, map(int, Column)):
            falling = str(self._kept.value(_FALLING, "")) == str(True)
            order = Qt.SortOrder.DescendingOrder if falling else Qt.SortOrder.AscendingOrder
            self._header.setSortIndicator(int(column), order)

    def keep(self) -> None:
        """Keep where the window is."""
        falling = self._header.sortIndicatorOrder() == Qt.SortOrder.DescendingOrder
        self._kept.setValue(_GEOMETRY, self._window.saveGeometry())
        self._kept.setValue(_COLUMN, str(self._header.sortIndicatorSection()))
        self._kept.setValue(_FALLING, str(falling))
        self._kept.sync()
        # A folder that cannot be written to is told of by those who keep more there.
        with suppress(OSError):
            self._file.chmod(_PRIVATE)


def fitting(wanted: QSize, available: QRect) -> QSize:
    """Return *wanted*, or less where it would not fit *available* with the system's frame."""
    return wanted.boundedTo(available.size() - _FRAME)
