"""Text that is shown before it is saved: a report of a bug or a crash, or a support bundle."""

from __future__ import annotations

from collections.abc import Mapping
from enum import IntEnum

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QLayout, QPlainTextEdit, QTabWidget, QWidget

from desktop.ui.language import tr
from desktop.ui.theme.theme import mono_font
from desktop.ui.theme.tokens import SPACE
from desktop.ui.views.controls import answer_to_enter, button, column, label, row
from desktop.ui.views.dialogs import finished

_SIZE = (720, 520)


class Choice(IntEnum):
    """What somebody wants done with what they have read."""

    LATER = 0
    SAVE = 1
    DISCARD = 2


class Report(QDialog):
    """Files to read, which are then saved or thrown away.

    Args:
        back: what the button that throws all away is called where it deletes something.

    Attributes:
        save: the button that goes on; `back` the one that throws all away; `copy` copies.
    """

    def __init__(
        self,
        parent: QWidget | None,
        *,
        title: str,
        sentence: str,
        files: Mapping[str, str],
        back: str = "",
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(*_SIZE)
        self.save = button(tr("Save…"), "primary")
        self.back = button(back or tr("Close"))
        self.copy = button(tr("Copy"))
        self.texts: dict[str, QPlainTextEdit] = {}
        self._build(title, sentence, files)
        self.save.clicked.connect(self.accept)
        self.back.clicked.connect(self._discard)
        self.copy.clicked.connect(self._copy)
        answer_to_enter(self.save, self.back, self.copy)
        # What loses something is never what Enter does, unless somebody has gone to its button.
        (self.save if back else self.back).setDefault(True)
        (self.save if back else self.back).setFocus()

    async def choice(self) -> Choice:
        """Open the dialog and return what is to be done; to close it is to leave it for later."""
        return Choice(await finished(self))

    async def wanted(self) -> bool:
        """Open the dialog and return whether somebody wants it saved."""
        return await self.choice() is Choice.SAVE

    def _build(self, title: str, sentence: str, files: Mapping[str, str]) -> None:
        layout = column(self, margin=6 * SPACE, spacing=3 * SPACE)
        # Hints that follow later are not known everywhere.
        layout.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)
        layout.addWidget(label(title, "panel", wrap=True))
        layout.addWidget(label(sentence, "muted", wrap=True))
        self.texts = {name: _text(name, content) for name, content in files.items()}
        if len(self.texts) == 1:
            layout.addWidget(next(iter(self.texts.values())), 1)
        else:
            tabs = QTabWidget()
            tabs.setAccessibleName(tr("Files"))
            for name, text in self.texts.items():
                tabs.addTab(text, name)
            layout.addWidget(tabs, 1)
        buttons = row()
        buttons.addWidget(self.copy)
        buttons.addStretch()
        buttons.addWidget(self.back)
        buttons.addWidget(self.save)
        layout.addLayout(buttons)

    def _discard(self) -> None:
        self.done(Choice.DISCARD)

    def _copy(self) -> None:
        told = (f"{name}\n{text.toPlainText()}" for name, text in self.texts.items())
        QGuiApplication.clipboard().setText("\n".join(told))


def _text(name: str, content: str) -> QPlainTextEdit:
    text = QPlainTextEdit(content, readOnly=True)
    text.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
    text.setFont(mono_font())
    text.setAccessibleName(name)
    text.setTabChangesFocus(True)
    return text
