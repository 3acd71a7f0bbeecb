"""The sidebar: where one can go, what the plan allows, who is signed in."""

from __future__ import annotations

from enum import StrEnum

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor, QKeySequence, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QWidget
from typing_extensions import override

from backend.wire import Me
from desktop.ui.language import later, tr
from desktop.ui.theme.theme import Theme
from desktop.ui.theme.tokens import SPACE
from desktop.ui.views.controls import (
    brand,
    button,
    card,
    column,
    elided,
    hairline,
    label,
    row,
    show_opening,
)
from desktop.ui.views.entry import Entry
from desktop.ui.wording import limits_sentence, plain_tip, unbroken

WIDTH = 216
_MARGIN = 3 * SPACE
_AVATAR = 32
_ROOMY = 520
"""From this height on there is room for what the plan allows."""

_INDENT, _BESIDE = 6, 10
_NAME_WIDTH = WIDTH - 2 * _MARGIN - _INDENT - _AVATAR - _BESIDE


class Page(StrEnum):
    """The pages that the sidebar leads to."""

    ANNOTATIONS = later("Annotations")
    RESULTS = later("Results")
    TRANSFERS = later("Transfers")
    ACCOUNT = later("Account")
    SETTINGS = later("Settings")
    ACTIVITY = later("Activity")


_ICONS = {
    Page.ANNOTATIONS: "annotations",
    Page.RESULTS: "results",
    Page.TRANSFERS: "transfers",
    Page.ACCOUNT: "account",
    Page.SETTINGS: "settings",
    Page.ACTIVITY: "activity",
}


class Sidebar(QWidget):
    """The way to every page.

    Signals:
        chosen: an entry was clicked; arg: its Page.
        upgrade_clicked: somebody wants another plan.
    """

    chosen = Signal(object)
    upgrade_clicked = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setProperty("surface", "side")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedWidth(WIDTH)
        self.entries: dict[Page, Entry] = {}
        self.plan = card()
        self.upgrade = button("", "link")
        self.set_busy(False)
        self.upgrade.clicked.connect(self.upgrade_clicked)
        self._limits = label(role="small", wrap=True)
        self._name, self._plan_name = label(role="strong"), label(role="small")
        self._avatar = Avatar(theme)
        self._build()
        theme.changed.connect(self._tint)
        self._tint()

    def set_me(self, me: Me | None) -> None:
        """Show who is signed in, and what their plan allows."""
        self.plan.setVisible(me is not None and me.plan == "free")
        if me is None:
            return
        self._limits.setText(unbroken(limits_sentence(me.limits)))
        self.upgrade.setVisible(me.upgrade_url is not None)
        # A name fits, and says at a glance who it is; most addresses would be cut.
        end = Qt.TextElideMode.ElideRight
        self._name.setText(elided(self._name, me.name or me.email, _NAME_WIDTH, end))
        self._name.setToolTip(plain_tip("\n".join(filter(None, (me.name, me.email)))))
        self._plan_name.setText(tr("Premium") if me.plan == "premium" else tr("Free"))
        self._avatar.set_letter((me.name or me.email)[:1])

    def set_busy(self, busy: bool) -> None:  # noqa: FBT001 - it is a slot
        """Say whether the page where a plan is paid is on its way."""
        show_opening(self.upgrade, tr("Upgrade to Premium"), busy=busy)

    def show_count(self, page: Page, number: int, said: str) -> None:
        """Show how much goes on at *page*; *said* is that in words."""
        self.entries[page].show_count(number, said)

    def choose(self, page: Page) -> None:
        """Mark *page* as the one that is shown."""
        self.entries[page].setChecked(True)
        self._tint()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        # The page of the account says it, too.
        self._limits.setVisible(self.height() >= _ROOMY)

    def _build(self) -> None:
        layout = column(self, spacing=SPACE)
        layout.setContentsMargins(_MARGIN, 18, _MARGIN, _MARGIN)
        layout.addLayout(brand(indent=2 * SPACE))
        layout.addSpacing(3 * SPACE)
        group = QButtonGroup(self)
        for place, page in enumerate(Page, start=1):
            entry = Entry(tr(page))
            keys = QKeySequence(f"Ctrl+{place}")
            entry.setToolTip(keys.toString(QKeySequence.SequenceFormat.NativeText))
            entry.clicked.connect(lambda _=False, page=page: self.chosen.emit(page))
            group.addButton(entry)
            self.entries[page] = entry
            layout.addWidget(entry)
        layout.addSpacing(4 * SPACE)
        layout.addWidget(self._plan_card())
        layout.addStretch()
        layout.addWidget(hairline())
        layout.addSpacing(SPACE)
        layout.addLayout(self._person())

    def _plan_card(self) -> QWidget:
        inside = column(self.plan, margin=10, spacing=2)
        inside.addWidget(self._limits)
        inside.addWidget(self.upgrade, alignment=Qt.AlignmentFlag.AlignLeft)
        self.plan.hide()
        return self.plan

    def _person(self) -> QHBoxLayout:
        line = row(spacing=_BESIDE)
        line.setContentsMargins(_INDENT, 4, 0, 2)
        names = column(spacing=0)
        names.addWidget(self._name)
        names.addWidget(self._plan_name)
        line.addWidget(self._avatar)
        line.addLayout(names, 1)
        return line

    def _tint(self) -> None:
        tokens = self._theme.tokens
        for page, entry in self.entries.items():
            colour = tokens.accent if entry.isChecked() else tokens.muted
            entry.setIcon(self._theme.icon(_ICONS[page], colour))


class Avatar(QWidget):
    """A disc with the first letter of a name."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme, self._letter = theme, ""
        self.setFixedSize(_AVATAR, _AVATAR)

    def set_letter(self, letter: str) -> None:
        """Show *letter*."""
        self._letter = letter.upper()
        self.setAccessibleName(self._letter)
        self.update()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = self._theme.tokens
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(tokens.accent_soft))
        painter.drawEllipse(self.rect())
        font = self.font()
        font.setBold(True)
        painter.setFont(font)
        painter.setPen(QColor(tokens.accent))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self._letter)
        painter.end()
