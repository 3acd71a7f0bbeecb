"""The editors of single conditions: each knows one or two fields of a filter."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from PySide6.QtCore import QRegularExpression, Qt, Signal
from PySide6.QtGui import QKeyEvent, QRegularExpressionValidator
from PySide6.QtWidgets import (
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QWidget,
)
from typing_extensions import override

from backend.wire import VariantFilter
from desktop.ui.language import tr
from desktop.ui.theme.tokens import SPACE
from desktop.ui.viewer.chip import CardList, apply_button
from desktop.ui.viewer.wording import IMPACTS, frequency_text, impact_text, impact_word
from desktop.ui.views.controls import SCROLL_BAR, button, clear, column, label, row
from desktop.ui.views.flow import flowing

FREQUENCIES = (0.05, 0.01, 0.001, 0.0001)
_FREQUENCY = QRegularExpression(
    r"0|0?[.,]\d{1,12}|1([.,]0{0,12})?|\d([.,]\d{1,12})?[eE]-0?[1-9]\d?"
)
_WIDTH = 280
_LIST_HEIGHT = 110
_CHOICES_WIDTH, _CHOICES_HEIGHT = 380, 240
_ENTER = frozenset({Qt.Key.Key_Return, Qt.Key.Key_Enter})


class Editor(QWidget):
    """Edits one condition.

    Signals:
        applied: it is to be used; arg: the filter's fields that change, by name.
    """

    applied = Signal(dict)

    def show_filter(self, wanted: VariantFilter) -> None:
        """Show what *wanted* has."""
        raise NotImplementedError


class ImpactEditor(Editor):
    """One chip an impact; each click is used at once."""

    def __init__(self) -> None:
        super().__init__()
        line = row(self)
        self.chips: dict[str, QPushButton] = {}
        for impact in IMPACTS:
            chip = button(impact_word(impact), "chip", name=impact_text(impact))
            chip.setCheckable(True)
            chip.clicked.connect(self._apply)
            self.chips[impact] = chip
            line.addWidget(chip)
        self.setFocusProxy(self.chips[IMPACTS[0]])

    @override
    def show_filter(self, wanted: VariantFilter) -> None:
        for impact, chip in self.chips.items():
            chip.setChecked(impact in wanted.impacts)

    def _apply(self) -> None:
        chosen = [impact for impact, chip in self.chips.items() if chip.isChecked()]
        self.applied.emit({"impacts": chosen})


class FrequencyEditor(Editor):
    """The highest frequency: some usual ones, or any other."""

    def __init__(self) -> None:
        super().__init__()
        layout = column(self)
        layout.addWidget(label(tr("gnomAD frequency of at most"), "muted"))
        line = row()
        for most in FREQUENCIES:
            chip = button(
                frequency_text(most),
                "chip",
                name=tr("At most {number}").format(number=frequency_text(most)),
            )
            chip.clicked.connect(lambda _=False, most=most: self._apply(most))
            line.addWidget(chip)
        layout.addLayout(line)
        last = row()
        self.other = QLineEdit(placeholderText=tr("another, 0 to 1"))
        self.other.setAccessibleName(tr("Another highest frequency, from 0 to 1"))
        self.other.setValidator(_frequencies(self.other))
        self.other.returnPressed.connect(self._apply_other)
        apply = apply_button()
        apply.clicked.connect(self._apply_other)
        last.addWidget(self.other)
        last.addWidget(apply)
        layout.addLayout(last)
        layout.addWidget(label(tr("Variants that gnomAD does not list count as rare."), "small"))
        self.setFocusProxy(self.other)

    @override
    def show_filter(self, wanted: VariantFilter) -> None:
        most = wanted.max_frequency
        self.other.setText("" if most is None else frequency_text(most))

    def _apply_other(self) -> None:
        if not self.other.text():
            self._apply(None)
        elif self.other.hasAcceptableInput():
            self._apply(float(self.other.text().replace(",", ".")))

    def _apply(self, most: float | None) -> None:
        self.applied.emit({"max_frequency": most})


class ListEditor(Editor):
    """A list of names, typed or pasted."""

    def __init__(
        self, field: str, title: str, hint: str, read: Callable[[str], Sequence[str]]
    ) -> None:
        super().__init__()
        self._field, self._read = field, read
        layout = column(self)
        layout.addWidget(label(title, "muted"))
        self.text = QPlainTextEdit(placeholderText=hint)
        self.text.setAccessibleName(title)
        self.text.setTabChangesFocus(True)
        self.text.setFixedSize(_WIDTH, _LIST_HEIGHT)
        layout.addWidget(self.text)
        last = row()
        last.addWidget(label(tr("Ctrl+Enter"), "small"))
        last.addStretch()
        apply = apply_button()
        apply.clicked.connect(self._apply)
        last.addWidget(apply)
        layout.addLayout(last)
        self.setFocusProxy(self.text)

    @override
    def show_filter(self, wanted: VariantFilter) -> None:
        self.text.setPlainText("\n".join(getattr(wanted, self._field)))

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        # The editor leaves Ctrl+Enter to whoever it lies in.
        if event.key() in _ENTER and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self._apply()
        else:
            super().keyPressEvent(event)

    def _apply(self) -> None:
        self.applied.emit({self._field: list(self._read(self.text.toPlainText()))})


class ChoiceEditor(Editor):
    """A chip for each of what occurs in the result; any number of them can be chosen."""

    def __init__(self, field: str, title: str) -> None:
        super().__init__()
        self._field = field
        self._offered: Sequence[tuple[str, str]] | None = ()
        self.chips: dict[str, QPushButton] = {}
        content = QWidget()
        self._flow = flowing(content)
        self._list = CardList(content)
        self._list.setFixedWidth(_CHOICES_WIDTH)
        layout = column(self)
        layout.addWidget(label(title, "muted"))
        layout.addWidget(self._list)
        last = row()
        last.addStretch()
        self.apply = apply_button()
        self.apply.clicked.connect(self._apply)
        last.addWidget(self.apply)
        layout.addLayout(last)

    def offer(
        self, choices: Iterable[tuple[str, str]] | None, wanted: VariantFilter, otherwise: str
    ) -> None:
        """Offer values, each with what is written for it; those of *wanted* are chosen.

        Args:
            choices: what to offer; None while nobody knows.
            wanted: the filter.
            otherwise: what is said if there are none.
        """
        offered = None if choices is None else list(choices)
        if offered and offered == self._offered:
            # What somebody has just chosen of them stays.
            return
        self._offered = offered
        clear(self._flow)
        self.chips = {
            value: button(words.replace("&", "&&"), "chip") for value, words in offered or ()
        }
        for chip in self.chips.values():
            chip.setCheckable(True)
            self._flow.addWidget(chip)
        # Without a choice the button could only take a condition away, which nobody chose to.
        self.apply.setVisible(bool(self.chips))
        if self.chips:
            self.setFocusProxy(next(iter(self.chips.values())))
        else:
            said = tr("Loading…") if offered is None else otherwise
            self._flow.addWidget(label(said, "small"))
        self.show_filter(wanted)

    @override
    def show_filter(self, wanted: VariantFilter) -> None:
        chosen = {value.casefold() for value in getattr(wanted, self._field)}
        for value, chip in self.chips.items():
            chip.setChecked(value.casefold() in chosen)
            # Its size is known once it is dressed, which it is not before it is shown.
            chip.ensurePolished()
        height = self._flow.heightForWidth(_CHOICES_WIDTH - SCROLL_BAR)
        self._list.be_high(min(_CHOICES_HEIGHT, height + SPACE))

    def _apply(self) -> None:
        chosen = [value for value, chip in self.chips.items() if chip.isChecked()]
        self.applied.emit({self._field: chosen})


def _frequencies(parent: QLineEdit) -> QRegularExpressionValidator:
    """Take numbers from 0 to 1 with a point or a comma, whatever the language."""
    return QRegularExpressionValidator(_FREQUENCY, parent)
