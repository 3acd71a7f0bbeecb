"""An entry of the sidebar: an icon, where it leads, and how much goes on there."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QPushButton

from desktop.ui.views.controls import label, row
from desktop.ui.wording import number_text

_ICON = 18
_MARGIN = 10


class Entry(QPushButton):
    """Leads to a page; chosen while that page is shown.

    Attributes:
        count: how much goes on there, hidden while nothing does.
    """

    def __init__(self, name: str) -> None:
        super().__init__(f"  {name}")
        self._name = name
        self.setProperty("kind", "entry")
        self.setCheckable(True)
        self.setAutoDefault(False)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        # The mouse needs no focus ring; the keyboard does.
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setIconSize(QSize(_ICON, _ICON))
        self.count = label(role="count")
        self.count.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        line = row(self)
        line.setContentsMargins(0, 0, _MARGIN, 0)
        line.addStretch()
        line.addWidget(self.count)
        self.show_count(0, "")

    def show_count(self, number: int, said: str) -> None:
        """Show *number*, which screen readers say as *said*, as "3 jobs under way"."""
        self.count.setText(number_text(number) if number else "")
        self.count.setVisible(bool(number))
        self.setAccessibleName(f"{self._name}, {said}" if number else self._name)
