"""The page before anybody is signed in."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from desktop.ui.language import later, tr
from desktop.ui.theme.tokens import SPACE
from desktop.ui.views.controls import (
    ElidedLabel,
    brand,
    breakable,
    button,
    card,
    column,
    hairline,
    label,
    row,
)
from desktop.ui.wording import plain_tip

_WIDTH = 420
_SENTENCE = later(
    "Annotate the variants of your VCF files: genes, transcripts and consequences. "
    "Sign in with your institution to begin."
)
_WAITING = later(
    "A page has opened in your browser. Finish signing in there; "
    "this window then goes on by itself."
)


class SignInPage(QWidget):
    """One sentence and one button; then the waiting, which can be ended.

    Signals:
        sign_in_clicked: somebody wants to sign in.
        once_clicked: somebody wants to, without anything being kept.
        cancel_clicked: somebody does not want to wait any longer.
        copy_clicked: somebody wants to open the link elsewhere.
        retry_clicked: somebody says that the keyring is unlocked now.
        connection_clicked: somebody wants to say how the service is reached.
    """

    sign_in_clicked = Signal()
    once_clicked = Signal()
    cancel_clicked = Signal()
    copy_clicked = Signal()
    retry_clicked = Signal()
    connection_clicked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.sign_in = button(tr("Sign in with your browser"), "primary")
        self.cancel = button(tr("Cancel"))
        self.copy = button(tr("Copy link"), "link")
        self.retry = button(tr("Try again"), "primary")
        self.once = button(tr("Sign in for this session only"))
        self.problem = label(role="bad", wrap=True)
        self.server, self.next_server = ElidedLabel("small"), ElidedLabel("small")
        self.connection = button(tr("Connection…"), "link")
        self.waiting = label(tr(_WAITING), "muted", wrap=True)
        self.trouble = label(role="bad", wrap=True)
        self._locked_title = label(role="page", wrap=True)
        self.locked = label(role="muted", wrap=True)
        self._states = QStackedWidget()
        self._build()
        self.sign_in.clicked.connect(self.sign_in_clicked)
        self.cancel.clicked.connect(self.cancel_clicked)
        self.copy.clicked.connect(self.copy_clicked)
        self.retry.clicked.connect(self.retry_clicked)
        self.once.clicked.connect(self.once_clicked)
        self.connection.clicked.connect(self.connection_clicked)
        self.show_idle()

    def show_server(self, server: str, following: str) -> None:
        """Say which service this is about, and which it will be from the next start."""
        self.server.setText(server)
        self.server.setToolTip(plain_tip(server))
        self.next_server.setText(tr("From the next start: {server}").format(server=following))
        self.next_server.setToolTip(plain_tip(following))
        self.next_server.setVisible(following != server)

    def show_idle(self, problem: str = "") -> None:
        """Offer to sign in; say what went wrong the last time, if something did."""
        self.show_problem(problem)
        self._states.setCurrentIndex(0)
        self.sign_in.setFocus()

    def show_problem(self, problem: str) -> None:
        """Say what went wrong, where signing in is offered; whoever is elsewhere stays there."""
        self.problem.setText(problem)
        self.problem.setVisible(bool(problem))

    def show_waiting(self) -> None:
        """Wait for the browser; the link can be copied once `allow_copy` was called."""
        self.copy.setEnabled(False)
        self.copy.setText(tr("Copy link"))
        self.waiting.show()
        self.trouble.hide()
        self._states.setCurrentIndex(1)
        self.cancel.setFocus()

    def show_trouble(self, sentence: str) -> None:
        """Say why no browser opened; the waiting goes on."""
        self.trouble.setText(breakable(sentence))
        self.trouble.show()
        self.waiting.hide()

    def allow_copy(self) -> None:
        """There is a link to copy now."""
        self.copy.setEnabled(True)

    def confirm_copy(self) -> None:
        """The link was copied."""
        self.copy.setText(tr("Link copied"))

    def show_locked(self, title: str, sentence: str) -> None:
        """Say what the keyring has against the sign-in; there is a way on without it."""
        self._locked_title.setText(title)
        self.locked.setText(sentence)
        self._states.setCurrentIndex(2)
        self.retry.setFocus()

    def show_starting(self) -> None:
        """Show nothing but the name while a kept sign-in is looked for."""
        self._states.setCurrentIndex(3)

    def _build(self) -> None:
        box = card()
        box.setFixedWidth(_WIDTH)
        inside = column(box, margin=8 * SPACE, spacing=4 * SPACE)
        inside.addLayout(brand())
        inside.addWidget(self._states)
        inside.addWidget(hairline())
        inside.addLayout(self._service())
        self._states.addWidget(self._idle())
        self._states.addWidget(self._waiting())
        self._states.addWidget(self._locked_state())
        self._states.addWidget(label(tr("Looking for your sign-in…"), "muted"))
        outer = column(self)
        outer.addWidget(box, alignment=Qt.AlignmentFlag.AlignCenter)

    def _service(self) -> QVBoxLayout:
        """Return what stands under each state, so that nobody is locked out by a wrong server."""
        lines, line = column(spacing=SPACE), row()
        line.addWidget(self.server, 1)
        line.addWidget(self.connection)
        lines.addLayout(line)
        lines.addWidget(self.next_server)
        self.next_server.hide()
        return lines

    def _idle(self) -> QWidget:
        page, inside = _state()
        inside.addWidget(label("Genomics Annotation Service", "page", wrap=True))
        inside.addWidget(label(tr(_SENTENCE), "muted", wrap=True))
        inside.addWidget(self.problem)
        inside.addStretch()
        inside.addWidget(self.sign_in)
        return page

    def _waiting(self) -> QWidget:
        page, inside = _state()
        inside.addWidget(label(tr("Waiting for the browser"), "page"))
        inside.addWidget(self.waiting)
        inside.addWidget(self.trouble)
        inside.addStretch()
        actions = row()
        actions.addWidget(self.copy)
        actions.addStretch()
        actions.addWidget(self.cancel)
        inside.addLayout(actions)
        return page

    def _locked_state(self) -> QWidget:
        page, inside = _state()
        inside.addWidget(self._locked_title)
        inside.addWidget(self.locked)
        inside.addStretch()
        inside.addWidget(self.retry)
        inside.addWidget(self.once)
        return page


def _state() -> tuple[QWidget, QVBoxLayout]:
    page = QWidget()
    return page, column(page, spacing=3 * SPACE)
