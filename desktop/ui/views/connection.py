"""How the service is reached: on the page of the settings, and before anybody is signed in."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDialog, QLayout, QPushButton, QWidget
from typing_extensions import override

from desktop.settings import Settings
from desktop.ui.error_words import in_words
from desktop.ui.language import tr
from desktop.ui.theme.tokens import SPACE
from desktop.ui.views.controls import breakable, button, column, hairline, label, row
from desktop.ui.views.setting_lines import Field, add_line, add_path

_WIDTH = 760
_ENTER = frozenset({Qt.Key.Key_Return, Qt.Key.Key_Enter})


class ConnectionFields(QWidget):
    """The server, the proxy and whose certificates are trusted.

    Attributes:
        choose: asks for a file of certificates; `clear` does without one.

    Signals:
        chosen: something was; arg: the name of the choice, arg: its value.
        file_wanted: a file is to be chosen; arg: the name of the choice.
    """

    chosen = Signal(str, object)
    file_wanted = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.server, self.proxy = Field(), Field()
        self.clear = button(tr("Use none"), "link")
        self._build()
        self.server.entered.connect(self._say_server)
        self.proxy.entered.connect(self._say_proxy)
        self.clear.clicked.connect(lambda: self.chosen.emit("certificates", None))
        self.choose.clicked.connect(lambda: self.file_wanted.emit("certificates"))

    def show_settings(self, settings: Settings) -> None:
        """Show *settings*, and tell nobody of it; what was typed and is not taken stays."""
        choices = settings.choices
        self.server.show_kept(settings.server if settings.server_is_given else choices.server)
        self.server.setPlaceholderText(settings.server)
        self.server.setEnabled(not settings.server_is_given)
        self.proxy.show_kept(choices.proxy)
        self.show_certificates(choices.certificates)

    def show_certificates(self, path: Path | None) -> None:
        """Show the file of certificates that is chosen."""
        self._certificates.show(path)
        self.clear.setVisible(path is not None)

    def say(self) -> None:
        """Tell what is typed, as if each field had been left."""
        self._say_server()
        self._say_proxy()

    def _build(self) -> None:
        inside = column(self, spacing=3 * SPACE)
        self.proxy.setPlaceholderText(tr("as the system"))
        hint = tr("from the next start")
        add_line(inside, tr("Server"), self.server, hint)
        add_line(inside, tr("Proxy"), self.proxy, hint)
        self._certificates = add_path(inside, tr("Further authorities"))
        self.choose = self._certificates.choose
        line = self._certificates.line
        line.insertWidget(line.count() - 1, self.clear)
        note = tr(
            "A file of certificates (PEM) that are trusted besides those of the system, as behind "
            "the proxy of a hospital; it takes effect at the next start."
        )
        inside.addWidget(label(note, "small", wrap=True))

    def _say_server(self) -> None:
        if self.server.isEnabled():
            self.chosen.emit("server", self.server.text().strip())

    def _say_proxy(self) -> None:
        self.chosen.emit("proxy", self.proxy.text().strip())


class ConnectionDialog(QDialog):
    """How the service is reached, for somebody who cannot come to the settings yet.

    Attributes:
        fields: what is chosen, each as soon as it is left.
        problem: what is wrong with it; `restart` when it holds.
        bundle: the button for whoever cannot help themselves; `close_button` ends the dialog.
    """

    BUNDLE = 2
    """How the dialog ends where a support bundle is wanted."""

    def __init__(self, parent: QWidget | None) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Connection"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.fields = ConnectionFields()
        self.problem, self.restart = label(role="bad", wrap=True), label(role="warn", wrap=True)
        self._lines = column(self, margin=6 * SPACE, spacing=4 * SPACE)
        self._faults: dict[str, str] = {}
        self.bundle = button(tr("Support bundle…"), "link")
        self.close_button = button(tr("Done"), "primary")
        self._build()
        self.bundle.clicked.connect(lambda: self.done(self.BUNDLE))
        self.close_button.clicked.connect(self._finish)

    def show_settings(self, settings: Settings) -> None:
        """Show *settings*, and what is wrong in their file."""
        self.fields.show_settings(settings)
        self.refuse("", "\n".join(map(in_words, settings.problems)))

    def refuse(self, name: str, sentence: str) -> None:
        """Say why *name* is not taken; "" where it is."""
        self._faults[name] = sentence
        told = "\n".join(filter(None, self._faults.values()))
        self.problem.setText(breakable(told))
        self.problem.setVisible(bool(told))
        self._fit()

    def ask_restart(self) -> None:
        """Say that what was changed holds from the next start."""
        words = tr("Changes take effect the next time the app starts.")
        self.restart.setText(words)
        self.restart.show()
        self._fit()

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Have Enter press the button that has the focus; in a field it presses none."""
        if event.key() not in _ENTER:
            super().keyPressEvent(event)
        elif isinstance(focused := self.focusWidget(), QPushButton):
            focused.click()

    def _finish(self) -> None:
        """End the dialog, unless what is typed is not taken."""
        self.fields.say()
        if not any(self._faults.get(name) for name in ("server", "proxy")):
            self.accept()

    def _build(self) -> None:
        layout = self._lines
        # The size is right from the start; hints that follow later are not known everywhere.
        layout.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)
        layout.addWidget(label(tr("Connection"), "panel"))
        layout.addWidget(self.fields)
        for widget in (self.problem, self.restart):
            layout.addWidget(widget)
            widget.hide()
        layout.addWidget(hairline())
        line = row()
        line.addWidget(self.bundle)
        line.addStretch()
        line.addWidget(self.close_button)
        layout.addLayout(line)
        self.fields.server.setFocus()
        self._fit()

    def _fit(self) -> None:
        self.ensurePolished()
        self._lines.activate()
        self.resize(_WIDTH, self._lines.totalHeightForWidth(_WIDTH))
