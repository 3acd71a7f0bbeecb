"""A row of widgets that goes on in the next line where it is too long."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QLayout, QLayoutItem, QSizePolicy, QWidget
from typing_extensions import override

from desktop.ui.theme.tokens import SPACE


class FlowLayout(QLayout):
    """Lays widgets out from the left, line by line; each is as high as its highest.

    Args:
        spacing: between widgets; *between* lines there is another.

    Attributes:
        ending: whether the last widget stands at the right, and fills its line if it is alone.
    """

    def __init__(
        self, parent: QWidget | None = None, spacing: int = 2 * SPACE, between: int = 2 * SPACE
    ) -> None:
        super().__init__(parent)
        self._items: list[QLayoutItem] = []
        self._between, self.ending = between, False
        self.setContentsMargins(0, 0, 0, 0)
        self.setSpacing(spacing)

    @override
    def addItem(self, item: QLayoutItem) -> None:
        self._items.append(item)

    @override
    def count(self) -> int:
        return len(self._items)

    @override
    def itemAt(self, index: int) -> QLayoutItem | None:
        return self._items[index] if 0 <= index < len(self._items) else None

    @override
    def takeAt(self, index: int) -> QLayoutItem | None:
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    @override
    def expandingDirections(self) -> Qt.Orientation:
        return Qt.Orientation(0)

    @override
    def hasHeightForWidth(self) -> bool:
        return True

    @override
    def heightForWidth(self, width: int) -> int:
        return self._place(width, None)

    @override
    def sizeHint(self) -> QSize:
        return self.minimumSize()

    @override
    def minimumSize(self) -> QSize:
        hints = [item.minimumSize() for item in self._items]
        width = max((hint.width() for hint in hints), default=0)
        return QSize(width, max((hint.height() for hint in hints), default=0))

    @override
    def setGeometry(self, rect: QRect) -> None:
        super().setGeometry(rect)
        self._place(rect.width(), rect.topLeft())

    def _place(self, width: int, corner: QPoint | None) -> int:
        """Place what is visible in lines of *width*, or only measure; return the height."""
        top = 0
        for line in self._lines(width):
            left, height = 0, max(item.sizeHint().height() for item in line)
            for item in line:
                hint = item.sizeHint()
                if self.ending and item is self._items[-1]:
                    hint.setWidth(hint.width() if left else width)
                    left = max(left, width - hint.width())
                if corner is not None:
                    middle = (height - hint.height()) // 2
                    item.setGeometry(QRect(corner + QPoint(left, top + middle), hint))
                left += hint.width() + self.spacing()
            top += height + self._between
        return max(0, top - self._between)

    def _lines(self, width: int) -> list[list[QLayoutItem]]:
        """Return which items are in which line."""
        lines: list[list[QLayoutItem]] = []
        left = 0
        for item in self._items:
            if item.isEmpty():
                continue
            wide = item.sizeHint().width()
            if not lines or left + wide > width:
                lines.append([])
                left = 0
            lines[-1].append(item)
            left += wide + self.spacing()
        return lines


def flowing(parent: QWidget, spacing: int = 2 * SPACE, between: int = 2 * SPACE) -> FlowLayout:
    """Return a flow layout for *parent*, whose height then follows its width."""
    policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
    policy.setHeightForWidth(True)
    parent.setSizePolicy(policy)
    return FlowLayout(parent, spacing, between)
