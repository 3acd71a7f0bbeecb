"""The line for queries in words of the language, with what is wrong shown where it is."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QPlainTextEdit, QTextEdit, QWidget
from typing_extensions import override

from desktop.ui.language import tr
from desktop.ui.theme.theme import Theme, mono_font
from desktop.ui.theme.tokens import SPACE
from desktop.ui.views.controls import button, column, label, row

EXAMPLE = 'gnomad_AF < 0.01 and (impact = HIGH or hgvsp ~ "Ter")'
_HEIGHT = 54
_ENTER = frozenset({Qt.Key.Key_Return, Qt.Key.Key_Enter})


class QueryEdit(QPlainTextEdit):
    """Text of a query; Enter uses it, Shift+Enter begins a line.

    Signals:
        entered: Enter was pressed.
        left: Escape was pressed.
    """

    entered = Signal()
    left = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__(placeholderText=tr("For example: {query}").format(query=EXAMPLE))
        self._theme = theme
        self.setAccessibleName(tr("Query"))
        self.setFont(mono_font())
        self.setTabChangesFocus(True)
        self.setFixedHeight(_HEIGHT)
        self.textChanged.connect(lambda: self.setExtraSelections([]))

    def mark(self, position: int) -> None:
        """Underline the word at a *position*, counted from 1, and put the cursor there."""
        text = self.toPlainText()
        # The service counts characters, Qt those of UTF-16.
        before = len(text[: position - 1].encode("utf-16-le")) // 2
        cursor = self.textCursor()
        cursor.setPosition(min(before, self.document().characterCount() - 1))
        self.setTextCursor(cursor)
        if not cursor.atEnd():
            cursor.movePosition(QTextCursor.MoveOperation.EndOfWord, _KEEP)
        if not cursor.hasSelection():
            right = not cursor.atEnd()
            step = QTextCursor.MoveOperation
            cursor.movePosition(step.NextCharacter if right else step.PreviousCharacter, _KEEP)
        selection = QTextEdit.ExtraSelection()
        selection.cursor, selection.format = cursor, self._wave()
        self.setExtraSelections([selection])

    def marked(self) -> str:
        """Return what is underlined."""
        return "".join(each.cursor.selectedText() for each in self.extraSelections())

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        shift = event.modifiers() & Qt.KeyboardModifier.ShiftModifier
        if event.key() in _ENTER and not shift:
            self.entered.emit()
        elif event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def _wave(self) -> QTextCharFormat:
        wave = QTextCharFormat()
        wave.setUnderlineStyle(QTextCharFormat.UnderlineStyle.WaveUnderline)
        wave.setUnderlineColor(QColor(self._theme.tokens.bad))
        wave.setBackground(QColor(self._theme.tokens.bad_soft))
        return wave


_KEEP = QTextCursor.MoveMode.KeepAnchor


class QueryRow(QWidget):
    """The query, its button, and what is wrong with it.

    Signals:
        applied: the query is to be used; arg: its text, "" for none.
        left: Escape was pressed.
    """

    applied = Signal(str)
    left = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.edit = QueryEdit(theme)
        self.apply = button(tr("Apply"), name=tr("Apply the query"))
        line = row()
        line.addWidget(self.edit, 1)
        line.addWidget(self.apply, alignment=Qt.AlignmentFlag.AlignTop)
        column(self, spacing=SPACE).addLayout(line)
        self.help = label(
            tr(
                "Columns by name; = != < <= > >= ~ (contains) in, is missing; and, or, not, ( ). "
                "Enter applies, Shift+Enter begins a line."
            ),
            "small",
            wrap=True,
        )
        layout = self.layout()
        if layout is not None:
            layout.addWidget(self.help)
        self.edit.entered.connect(self._apply)
        self.edit.left.connect(self.left)
        self.apply.clicked.connect(self._apply)

    def show_query(self, text: str) -> None:
        """Show the query that is in use."""
        if text != self.edit.toPlainText():
            self.edit.setPlainText(text)

    def _apply(self) -> None:
        # As it stands: the service names places in it.
        text = self.edit.toPlainText()
        self.applied.emit(text if text.strip() else "")
