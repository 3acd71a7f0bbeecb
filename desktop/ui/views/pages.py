"""The pages of the window, which are scrolled where the window is smaller than they can be."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QScrollArea, QStackedWidget
from typing_extensions import override


class Pages(QStackedWidget):
    """Shows one page at a time, and needs no more room than that one."""

    def __init__(self) -> None:
        super().__init__()
        self.currentChanged.connect(self.updateGeometry)

    @override
    def minimumSizeHint(self) -> QSize:
        page = self.currentWidget()
        return page.minimumSizeHint() if page is not None else QSize()


def page_area(pages: Pages) -> QScrollArea:
    """Return an area that is filled by *pages*, and scrolls them where they cannot be so small."""
    area = QScrollArea()
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setWidgetResizable(True)
    area.setWidget(pages)
    area.viewport().setAutoFillBackground(False)
    pages.setAutoFillBackground(False)
    return area
