"""The window on a screen of a given size, placed as the app does; run by `test_placement`.

Arguments: the file in which its place is kept, then what is done before it is closed: `maximise`,
`sort`.  What is seen of it is printed as JSON.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from PySide6.QtCore import QRect, Qt
from PySide6.QtWidgets import QApplication

from desktop.store.book import JobBook
from desktop.ui.models.columns import Column
from desktop.ui.models.jobs import JobsModel
from desktop.ui.placement import Placement
from desktop.ui.sample import NOW
from desktop.ui.theme.theme import dress
from desktop.ui.theme.tokens import LIGHT
from desktop.ui.views.main_window import MainWindow


def edges(rect: QRect) -> list[int]:
    return [rect.left(), rect.top(), rect.right(), rect.bottom()]


def main(file: Path, deeds: list[str]) -> None:
    app = QApplication([])
    theme = dress(app, "DejaVu Sans")
    theme.use(LIGHT)
    window = MainWindow(JobsModel(JobBook(), lambda: NOW), theme)
    Placement(window, file).begin()
    window.show_pages()
    window.show()
    app.processEvents()
    header = window.annotations.table.horizontalHeader()
    seen = {
        "frame": edges(window.frameGeometry()),
        "screen": edges(window.screen().availableGeometry()),
        "maximised": window.isMaximized(),
        "column": header.sortIndicatorSection(),
        "falling": header.sortIndicatorOrder() == Qt.SortOrder.DescendingOrder,
    }
    if "maximise" in deeds:
        window.showMaximized()
    if "sort" in deeds:
        header.setSortIndicator(Column.FILE, Qt.SortOrder.AscendingOrder)
    app.processEvents()
    window.close()
    sys.stdout.write(json.dumps(seen))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
