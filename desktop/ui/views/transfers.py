"""The page of transfers: what waits, moves, needs somebody, or has arrived."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from functools import partial

from PySide6.QtCore import QPoint, Signal
from PySide6.QtWidgets import QFrame, QMenu, QWidget

from desktop.transfer.items import State
from desktop.ui.language import tr
from desktop.ui.models.transfer_row import Deed
from desktop.ui.models.transfers import TransfersModel
from desktop.ui.theme.theme import Theme
from desktop.ui.theme.tokens import SPACE
from desktop.ui.views.controls import ElidedLabel, button, card, column, framed, label, row
from desktop.ui.views.empty import EmptyState
from desktop.ui.views.flow import flowing
from desktop.ui.views.pages import Pages
from desktop.ui.views.transfer_table import TransferTable
from desktop.ui.wording import counted, number_text

_OFFERED = (Deed.PAUSE, Deed.RESUME, Deed.RETRY, Deed.UP, Deed.DOWN, Deed.CANCEL, Deed.REMOVE)
_RESTING = frozenset({State.DONE, State.FAILED, State.HELD})
_ENOUGH = 100
"""So many of the selected rows are asked what they offer: more say nothing new."""

_DIVIDER = 20
_LATER = {Deed.CANCEL, Deed.REMOVE}


class TransfersPage(QWidget):
    """The queue, and everything one does with it.

    Attributes:
        model: what is listed.

    Signals:
        deed_wanted: arg: the items' IDs, arg: the Deed.
        all_wanted: the same for every item that offers it; arg: the Deed.
        clear_wanted: what has arrived is not to be listed any more.
        choose_clicked: somebody wants to choose files.
        counted: the list has changed; arg: how many items have not arrived.
    """

    deed_wanted = Signal(list, object)
    all_wanted = Signal(object)
    clear_wanted = Signal()
    choose_clicked = Signal()
    counted = Signal(int)

    def __init__(self, model: TransfersModel, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model = model
        self.summary = ElidedLabel("muted")
        self.add = button(tr("Add files…"), "primary", name=tr("Add files to send"))
        self.pause_all, self.resume_all = button(tr("Pause all")), button(tr("Resume all"))
        self.retry_all = button(tr("Try all again"))
        self.clear = button(tr("Clear finished"))
        self.deeds = {deed: button(tr(deed)) for deed in _OFFERED}
        self.table = TransferTable(model, theme)
        self.nothing = EmptyState(
            theme,
            "transfers",
            tr("Nothing is on its way"),
            tr(
                "Drop VCF files or whole folders here. They are looked at first, then sent one "
                "after the other; what is cut short goes on where it ended."
            ),
            tr("Choose files…"),
        )
        self.states, self.deed_bar = Pages(), QWidget()
        self._fill_deed_bar()
        self._build()
        self._connect()
        self.show_counts({})

    def show_counts(self, counts: Mapping[State, int], pace: str = "") -> None:
        """Show how many items are in which state, and how fast everything moves together."""
        numbers = Counter(counts)
        self.summary.setText(_summary(numbers, pace))
        waiting = (State.CHECKING, State.WAITING, State.RUNNING, State.RETRYING)
        self.pause_all.setEnabled(any(numbers[state] for state in waiting))
        self.resume_all.setVisible(numbers[State.PAUSED] > 0)
        self.retry_all.setVisible(numbers[State.FAILED] + numbers[State.RETRYING] > 0)
        self.clear.setEnabled(numbers[State.DONE] > 0)
        self.states.setCurrentWidget(self.table_card if numbers.total() else self.nothing)
        for part in (self.deed_bar, self.clear):
            part.setVisible(numbers.total() > 0)
        self.counted.emit(numbers.total() - numbers[State.DONE])
        self._enable()

    def menu(self) -> QMenu:
        """Return a menu of what can be done with the selected rows."""
        menu = QMenu(self)
        offered = {deed for found in self.table.chosen() for deed in found.deeds}
        for deed in Deed:
            if deed in _LATER and not menu.isEmpty():
                menu.addSeparator()
            if deed in offered:
                menu.addAction(tr(deed), partial(self.table.do, deed))
        return menu

    def _build(self) -> None:
        layout = column(self, spacing=3 * SPACE)
        layout.setContentsMargins(6 * SPACE, 18, 6 * SPACE, 5 * SPACE)
        head = row(spacing=2 * SPACE)
        head.addWidget(label(tr("Transfers"), "page"))
        head.addSpacing(2 * SPACE)
        head.addWidget(self.summary, 1)
        head.addWidget(self.clear)
        head.addWidget(self.add)
        layout.addLayout(head)
        layout.addWidget(self.deed_bar)
        self.table_card: QFrame = QFrame()
        column(self.table_card, spacing=0).addWidget(self.table)
        self.states.addWidget(self.table_card)
        self.states.addWidget(self.nothing)
        layout.addWidget(framed(self.states), 1)

    def _fill_deed_bar(self) -> None:
        line = flowing(self.deed_bar)
        for deed, each in self.deeds.items():
            each.setAccessibleName(tr("{deed}, for the selected transfers").format(deed=tr(deed)))
            line.addWidget(each)
        between = card("line")
        between.setFixedSize(1, _DIVIDER)
        line.addWidget(between)
        for each in (self.pause_all, self.resume_all, self.retry_all):
            line.addWidget(each)

    def _connect(self) -> None:
        for deed, each in self.deeds.items():
            each.clicked.connect(lambda _=False, deed=deed: self.table.do(deed))
        self.add.clicked.connect(self.choose_clicked)
        self.nothing.acted.connect(self.choose_clicked)
        self.pause_all.clicked.connect(lambda: self.all_wanted.emit(Deed.PAUSE))
        self.resume_all.clicked.connect(lambda: self.all_wanted.emit(Deed.RESUME))
        self.retry_all.clicked.connect(lambda: self.all_wanted.emit(Deed.RETRY))
        self.clear.clicked.connect(self.clear_wanted)
        self.table.deed_wanted.connect(self.deed_wanted)
        self.table.selected.connect(self._enable)
        self.table.menu_wanted.connect(self._open_menu)

    def _enable(self) -> None:
        """Offer what the selected rows offer."""
        chosen = self.table.chosen(_ENOUGH)
        offered = {deed for found in chosen for deed in found.deeds}
        for deed, each in self.deeds.items():
            each.setEnabled(deed in offered)

    def _open_menu(self, where: QPoint) -> None:
        menu = self.menu()
        if menu.isEmpty():
            # What is never shown is never hidden either.
            menu.deleteLater()
            return
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(where)


def _summary(numbers: Counter[State], pace: str) -> str:
    """Return "3 files to go · 38 MB/s · 2 min left · 1 to look at"."""
    moving = sum(numbers[state] for state in State if state not in _RESTING)
    to_go = tr("{files} to go").format(files=counted(moving, "file"))
    parts = [to_go if moving else "", pace]
    stuck = numbers[State.HELD] + numbers[State.FAILED]
    if stuck:
        parts.append(tr("{count} to look at").format(count=number_text(stuck)))
    return " · ".join(filter(None, parts))
