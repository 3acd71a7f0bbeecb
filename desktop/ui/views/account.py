"""Who is signed in, what the plan allows and how much of it is used, and how to leave."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QScrollArea, QVBoxLayout, QWidget
from typing_extensions import override

from backend.wire import Me, SubscriptionView
from desktop.ui.language import later, tr
from desktop.ui.theme.tokens import SPACE
from desktop.ui.views.controls import (
    button,
    card,
    column,
    label,
    page_title,
    row,
    show_opening,
    surface,
)
from desktop.ui.wording import (
    limit_text,
    number_text,
    plain_duration,
    size_text,
    when_text,
)

_WIDTH = 440
_UNKNOWN = "…"
_NAME_WIDTH = 150
_YOU = (later("Name"), later("E-mail"), later("Institution"))
_PLAN = (later("Plan"), later("Largest file"), later("Results kept"), later("Payment"))
_USAGE = (later("Jobs this month"), later("Results to download"), later("Results in the archive"))


class AccountPage(QScrollArea):
    """The account as the service knows it.

    Signals:
        opened_page: the page is looked at now.
        upgrade_clicked, manage_clicked: somebody wants another plan, or to manage the payment.
        sign_out_clicked, leave_clicked: somebody wants to leave here, or everywhere.
        delete_clicked: somebody wants to delete the account.
    """

    opened_page = Signal()
    upgrade_clicked = Signal()
    manage_clicked = Signal()
    sign_out_clicked = Signal()
    leave_clicked = Signal()
    delete_clicked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.values: dict[str, QLabel] = {}
        self.upgrade, self.manage = button("", "primary"), button("")
        self.set_busy(False)
        self.sign_out = button(tr("Sign out"))
        self.leave = button(tr("Sign out everywhere…"))
        self.delete = button(tr("Delete the account…"), "danger")
        self.offer, self.opened = label("", "muted", wrap=True), label("", "muted", wrap=True)
        self._more = label(tr("Only the newest jobs are counted."), "small", wrap=True)
        self.state = label("", "muted", wrap=True)
        self._known, self._trouble = False, ""
        self._cards: dict[str, QFrame] = {}
        self._grid, self._columns = QGridLayout(), 0
        self._build()
        self._connect()
        self.forget()

    def forget(self) -> None:
        """Show nobody's account until it is known whose it is."""
        self._known = False
        for value in self.values.values():
            value.setText(_UNKNOWN)
        for part in (self.upgrade, self.offer, self.manage):
            part.hide()
        self._say_state()

    def set_offline(self, offline: bool, *, why: str = "") -> None:  # noqa: FBT001 - it is a slot
        """Say whether the service gives no answer that helps, and *why*."""
        self._trouble = why if offline else ""
        self._say_state()

    def set_busy(self, busy: bool) -> None:  # noqa: FBT001 - it is a slot
        """Say whether a page of the payment is on its way."""
        show_opening(self.upgrade, tr("Upgrade to Premium"), busy=busy)
        show_opening(self.manage, tr("Manage the payment"), busy=busy)

    def set_me(self, me: Me) -> None:
        """Show who is signed in."""
        self._known = True
        self._say_state()
        self._show("Name", me.name)
        self._show("E-mail", me.email)
        self._show("Institution", me.organization)
        self._show_plan(me)
        self._show_usage(me)

    def say_opened(self, sentence: str) -> None:
        """Say that a page has opened in the browser; "" when that is over."""
        self.opened.setText(sentence)
        self.opened.setVisible(bool(sentence))

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.opened_page.emit()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def _say_state(self) -> None:
        """Say why the account is not shown, or that it may have changed meanwhile."""
        said = "" if self._known else tr("Loading your account…")
        if self._trouble:
            shown = tr("Your account is shown as the service described it last.")
            awaited = tr("Your account appears here as soon as it can be read.")
            said = f"{self._trouble} {shown if self._known else awaited}"
        self.state.setText(said)
        self.state.setVisible(bool(said))

    def _show_plan(self, me: Me) -> None:
        largest, kept = me.limits.max_input_bytes, me.limits.retention_seconds
        premium = me.plan == "premium"
        self._show("Plan", tr("Premium") if premium else tr("Free"))
        self._show("Largest file", tr("any size") if largest is None else limit_text(largest))
        for_time = "" if kept is None else tr("for {time}").format(time=plain_duration(kept))
        self._show("Results kept", for_time or tr("for good"))
        paid = _payment(me.subscription, me.server_time)
        self._show("Payment", paid)
        self._rows["Payment"].setVisible(bool(paid))
        self.values["Payment"].setVisible(bool(paid))
        offered = not premium and me.upgrade_url is not None
        self.upgrade.setVisible(offered)
        self.offer.setVisible(offered)
        self.manage.setVisible(me.subscription is not None)
        if premium:
            self.say_opened("")

    def _show_usage(self, me: Me) -> None:
        usage = me.usage
        self._cards["Usage"].setVisible(usage is not None)
        if usage is None:
            return
        size = size_text(usage.month_bytes)
        jobs = tr("{count}, with {size}").format(count=number_text(usage.month_jobs), size=size)
        self._show("Jobs this month", jobs)
        self._show("Results to download", number_text(usage.results_stored))
        self._show("Results in the archive", number_text(usage.results_archived))
        self._more.setVisible(not usage.complete)

    def _show(self, name: str, value: str) -> None:
        self.values[name].setText(value or tr("not known"))

    def _build(self) -> None:
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.viewport().setAutoFillBackground(False)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        content = surface("bg")
        layout = column(content, margin=6 * SPACE, spacing=4 * SPACE)
        layout.setContentsMargins(6 * SPACE, 18, 6 * SPACE, 5 * SPACE)
        layout.addWidget(page_title(tr("Account")))
        layout.addWidget(self.state)
        self._grid.setSpacing(4 * SPACE)
        self._grid.setColumnStretch(2, 1)
        self._rows: dict[str, QLabel] = {}
        self._order = (
            self._plan_card(),
            self._card("Usage", tr("Usage"), _USAGE, self._more),
            self._card("You", tr("You"), _YOU),
            self._session_card(),
        )
        self._arrange()
        layout.addLayout(self._grid)
        layout.addStretch()
        self.setWidget(content)
        self._more.hide()
        self.manage.hide()
        self.say_opened("")

    def _arrange(self) -> None:
        """Put the cards side by side where there is room, else below each other."""
        columns = 2 if self.viewport().width() >= 2 * _WIDTH + 16 * SPACE else 1
        if columns != self._columns:
            self._columns = columns
            for place, box in enumerate(self._order):
                self._grid.addWidget(box, place // columns, place % columns)

    def _card(self, key: str, title: str, names: tuple[str, ...], *below: QWidget) -> QFrame:
        box, inside = _framed(title)
        inside.addLayout(self._facts(names))
        for widget in below:
            inside.addWidget(widget)
        # Cards side by side are as high as each other.
        inside.addStretch()
        self._cards[key] = box
        return box

    def _facts(self, names: tuple[str, ...]) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(4 * SPACE)
        grid.setVerticalSpacing(2 * SPACE)
        grid.setColumnMinimumWidth(0, _NAME_WIDTH)
        grid.setColumnStretch(1, 1)
        for line, name in enumerate(names):
            value = self.values[name] = label(wrap=True)
            value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            value.setAccessibleName(tr(name))
            self._rows[name] = label(tr(name), "muted")
            grid.addWidget(self._rows[name], line, 0, Qt.AlignmentFlag.AlignTop)
            # What can be marked is drawn a pixel higher than what cannot.
            value.setContentsMargins(0, 1, 0, 0)
            grid.addWidget(value, line, 1, Qt.AlignmentFlag.AlignTop)
        return grid

    def _plan_card(self) -> QFrame:
        self.offer.setText(
            tr(
                "Premium takes files of any size and keeps results for good. "
                "Archived results come back."
            )
        )
        buttons = QWidget()
        line = row(buttons)
        line.addWidget(self.upgrade)
        line.addWidget(self.manage)
        line.addStretch()
        return self._card("Plan", tr("Plan"), _PLAN, self.offer, buttons, self.opened)

    def _session_card(self) -> QFrame:
        box, inside = _framed(tr("Leaving"))
        sentence = tr(
            "Signing out ends the access of this app at Globus. Deleting the account deletes all "
            "jobs and files; that is done on a page of the service."
        )
        inside.addWidget(label(sentence, "muted", wrap=True))
        for line_of in ((self.sign_out, self.leave), (self.delete,)):
            line = row()
            for each in line_of:
                line.addWidget(each)
            line.addStretch()
            inside.addLayout(line)
        inside.addStretch()
        return box

    def _connect(self) -> None:
        self.upgrade.clicked.connect(self.upgrade_clicked)
        self.manage.clicked.connect(self.manage_clicked)
        self.sign_out.clicked.connect(self.sign_out_clicked)
        self.leave.clicked.connect(self.leave_clicked)
        self.delete.clicked.connect(self.delete_clicked)


def _framed(title: str) -> tuple[QFrame, QVBoxLayout]:
    box = card()
    box.setFixedWidth(_WIDTH)
    inside = column(box, margin=5 * SPACE, spacing=3 * SPACE)
    inside.addWidget(label(title, "panel"))
    return box, inside


def _payment(subscription: SubscriptionView | None, now: datetime) -> str:
    """Return how the subscription is, "" where nothing is to be said."""
    if subscription is None:
        return ""
    said = (
        (subscription.pay_until, later("overdue: Premium stays until {time}; check the card")),
        (subscription.ends_at, later("ends {time}; results stay for a while after that")),
        (subscription.renews_at, later("renews {time}")),
    )
    known = ((tr(words), moment) for moment, words in said if moment is not None)
    return next((words.format(time=when_text(moment, now)) for words, moment in known), "")
