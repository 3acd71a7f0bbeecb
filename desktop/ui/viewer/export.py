"""A selection on its way into a file: which form, how far, and calling it off."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QLabel, QMenu, QWidget

from desktop.ui.language import later, tr
from desktop.ui.theme.tokens import SPACE
from desktop.ui.views.controls import button, elided, label, row
from desktop.ui.wording import plain_tip, size_text

FORMS = {
    "tsv": later("Table of tab-separated values (TSV)"),
    "xlsx": later("Excel workbook (XLSX)"),
    "vcf": later("VCF with the whole records"),
}
SUFFIXES = {"tsv": "tsv", "xlsx": "xlsx", "vcf": "vcf.gz"}
_NAME_WIDTH = 420


@dataclass(frozen=True, slots=True)
class ExportView:
    """What is shown of an export: the file's name, and bytes so far."""

    name: str
    done: int


class ExportStrip(QFrame):
    """Shows the export that is under way; nobody knows beforehand how large it will be.

    Attributes:
        begin: the button that offers another one, which is elsewhere; off while there can be none.

    Signals:
        cancel_clicked: it is not wanted any more.
    """

    cancel_clicked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("surface", "card")
        self._runs = self._refused = False
        self.begin = button(tr("Export…"))
        self.name: QLabel = label(role="strong")
        self.words: QLabel = label(role="muted")
        self.cancel = button(tr("Cancel"), "link", name=tr("Cancel the export"))
        line = row(self, spacing=3 * SPACE)
        line.setContentsMargins(14, 8, 14, 8)
        for widget in (self.name, self.words):
            line.addWidget(widget)
        line.addStretch()
        line.addWidget(self.cancel)
        self.cancel.clicked.connect(self.cancel_clicked)
        self.hide()

    def show_export(self, view: ExportView | None) -> None:
        """Show how far an export is, or that there is none."""
        self.setVisible(view is not None)
        self._runs = view is not None
        self._offer()
        if view is not None:
            self.name.setText(elided(self.name, view.name, _NAME_WIDTH))
            made = tr("{size} saved").format(size=size_text(view.done))
            self.words.setText(made if view.done else tr("being prepared"))

    def set_refused(self, refused: bool) -> None:  # noqa: FBT001 - it is a slot
        """Offer no selection by a filter that the service did not take, and say so."""
        self._refused = refused
        why = tr("The filter was refused. Change it, then export what it leaves.")
        self.begin.setToolTip(plain_tip(why) if refused else "")
        self.begin.setAccessibleDescription(why if refused else "")
        self._offer()

    def _offer(self) -> None:
        self.begin.setEnabled(not self._runs and not self._refused)

    def menu(self, parent: QWidget, count: str) -> QMenu:
        """Return the menu of forms for a selection of so many."""
        menu = QMenu(parent)
        menu.addAction(tr("Export {count} as").format(count=count)).setEnabled(False)
        for form, words in FORMS.items():
            menu.addAction(tr(words)).setData(form)
        return menu
