"""Who is signed in, what the plan allows, and how to leave."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QVBoxLayout, QWidget

from backend.wire import Me
from desktop.ui.theme.tokens import SPACE
from desktop.ui.views.controls import button, card, column, label, row
from desktop.ui.wording import plain_duration, size_text

_WIDTH = 560
_UNKNOWN = "not known"
_PREMIUM = "Premium takes files of any size and keeps results for good. Archived results come back."


class AccountPage(QWidget):
    """The account as the service knows it.

    Signals:
        upgrade_clicked: somebody wants another plan.
        sign_out_clicked: somebody wants to leave.
    """

    upgrade_clicked = Signal()
    sign_out_clicked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.values: dict[str, QLabel] = {}
        self.upgrade = button("Upgrade to Premium", "primary")
        self.sign_out = button("Sign out")
        self._offer = label(_PREMIUM, "muted", wrap=True)
        self.upgrade.clicked.connect(self.upgrade_clicked)
        self.sign_out.clicked.connect(self.sign_out_clicked)
        layout = column(self, margin=6 * SPACE, spacing=4 * SPACE)
        layout.setContentsMargins(6 * SPACE, 18, 6 * SPACE, 5 * SPACE)
        layout.addWidget(label("Account", "page"))
        layout.addWidget(self._card("Who", ["Name", "E-mail", "Institution"]))
        layout.addWidget(self._plan_card())
        layout.addWidget(self.sign_out, alignment=Qt.AlignmentFlag.AlignLeft)
        layout.addStretch()

    def set_me(self, me: Me) -> None:
        """Show who is signed in."""
        limits = me.limits
        largest, kept = limits.max_input_bytes, limits.retention_seconds
        shown = {
            "Name": me.name,
            "E-mail": me.email,
            "Institution": me.organization,
            "Plan": me.plan.capitalize(),
            "Largest file": "any size" if largest is None else size_text(largest),
            "Results kept": "for good" if kept is None else f"for {plain_duration(kept)}",
        }
        for name, value in shown.items():
            self.values[name].setText(value or _UNKNOWN)
        offered = me.plan == "free" and me.upgrade_url is not None
        self.upgrade.setVisible(offered)
        self._offer.setVisible(offered)

    def _card(self, title: str, names: list[str]) -> QWidget:
        box = card()
        box.setFixedWidth(_WIDTH)
        inside = column(box, margin=5 * SPACE, spacing=3 * SPACE)
        inside.addWidget(label(title, "panel"))
        inside.addLayout(self._grid(names))
        return box

    def _grid(self, names: list[str]) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(4 * SPACE)
        grid.setVerticalSpacing(2 * SPACE)
        grid.setColumnMinimumWidth(0, 120)
        grid.setColumnStretch(1, 1)
        for line, name in enumerate(names):
            value = self.values[name] = label(_UNKNOWN, wrap=True)
            value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            value.setAccessibleName(name)
            grid.addWidget(label(name, "muted"), line, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(value, line, 1)
        return grid

    def _plan_card(self) -> QWidget:
        box = self._card("Plan", ["Plan", "Largest file", "Results kept"])
        inside = box.layout()
        if isinstance(inside, QVBoxLayout):
            inside.addSpacing(SPACE)
            inside.addWidget(self._offer)
            buttons = row()
            buttons.addWidget(self.upgrade)
            buttons.addStretch()
            inside.addLayout(buttons)
        return box
