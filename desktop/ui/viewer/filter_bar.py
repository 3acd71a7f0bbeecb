"""The bar of conditions above the table: a search, a chip each, and the line for queries."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from pydantic import ValidationError
from PySide6.QtCore import QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLabel, QPushButton, QWidget
from typing_extensions import override

from backend.wire import ResultSummary, VariantColumns, VariantFilter
from desktop.ui.language import later, tr
from desktop.ui.theme.theme import Theme
from desktop.ui.theme.tokens import SPACE
from desktop.ui.viewer.chip import FilterChip, Popup
from desktop.ui.viewer.editors import (
    ChoiceEditor,
    Editor,
    FrequencyEditor,
    ImpactEditor,
    ListEditor,
)
from desktop.ui.viewer.genotypes import GenotypeEditor
from desktop.ui.viewer.query import NO_FILTER, chip_text, listed, listed_regions, with_fields
from desktop.ui.viewer.query_row import QueryRow
from desktop.ui.viewer.saved import SavedMenu
from desktop.ui.viewer.wording import ordered_significances, term_text
from desktop.ui.views.controls import button, column, label
from desktop.ui.views.flow import flowing
from desktop.ui.views.search_field import SearchField

SEARCH_MILLISECONDS = 350
"""How long nobody must type before the search is used."""

_SEARCH_WIDTH = 200
_LONGEST_SEARCH = 200
_NAMES = {
    "impacts": later("Impact"),
    "max_frequency": "AF",
    "genes": later("Genes"),
    "significances": "ClinVar",
    "consequences": later("Consequence"),
    "regions": later("Region"),
    "zygosity": later("Genotype"),
}


class FilterBar(QWidget):
    """Shows a filter and lets people change it.

    Attributes:
        wanted: the filter.
        problem: what is wrong with it, below.

    Signals:
        changed: arg: the new VariantFilter.
        left: Escape was pressed.
    """

    changed = Signal(object)
    left = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.wanted = NO_FILTER
        # Escape leads back to the table, and what was found stays.
        self.search = SearchField(
            tr("Gene, HGVS, rs…"), tr("Search the variants"), _SEARCH_WIDTH, escape_clears=False
        )
        self.chips = {kind: FilterChip(theme, tr(name)) for kind, name in _NAMES.items()}
        self.passing = _toggle("PASS", tr("Records that pass all filters"))
        self.query_chip = _toggle(tr("Query…"), tr("Query"))
        self.saved_chip = button(tr("Saved"), "chip")
        self.clear_all = button(tr("Clear all"), "link")
        self.query = QueryRow(theme)
        self.saved = SavedMenu(self)
        self.problem: QLabel = label(role="bad", wrap=True)
        self.editors = _editors()
        self.popups = {
            kind: Popup(self, editor, tr(_NAMES[kind])) for kind, editor in self.editors.items()
        }
        self._typing = QTimer(self, singleShot=True, interval=SEARCH_MILLISECONDS)
        self._build()
        self._connect()
        self.show_filter(NO_FILTER)

    def offer(
        self, columns: VariantColumns, summary: ResultSummary | None, *, counting: bool = False
    ) -> None:
        """Offer the conditions that make sense for a result.

        Args:
            columns: of the result.
            summary: what occurs in it; None while nobody knows.
            counting: whether the summary is on its way.
        """
        self.chips["max_frequency"].setVisible(columns.frequency is not None)
        self.chips["significances"].setVisible(columns.significance is not None)
        self.chips["zygosity"].setVisible(bool(columns.samples))
        words = (
            None if counting else ordered_significances(summary.significances if summary else {})
        )
        self._offer("significances", words, str, known=True)
        terms = None if counting else list(summary.consequences if summary else {})
        self._offer("consequences", terms, term_text, known=summary is not None)
        genotypes = self.editors["zygosity"]
        if isinstance(genotypes, GenotypeEditor):
            genotypes.offer(columns.samples)

    def _offer(
        self, kind: str, values: Sequence[str] | None, say: Callable[[str], str], *, known: bool
    ) -> None:
        editor = self.editors[kind]
        if isinstance(editor, ChoiceEditor):
            choices = None if values is None else [(each, say(each)) for each in values]
            none = tr("There are none in this result.")
            unknown = tr("The service did not say which there are.")
            editor.offer(choices, self.wanted, none if known else unknown)
            self.popups[kind].fit()

    def show_filter(self, wanted: VariantFilter) -> None:
        """Show *wanted* in place of all that is there, typed or used; nothing is told."""
        self.query.show_query(wanted.query or "")
        self._show(wanted)

    def _show(self, wanted: VariantFilter) -> None:
        """Show *wanted*; a query that is being typed stays, unless another one is in use now."""
        if wanted.query != self.wanted.query:
            self.query.show_query(wanted.query or "")
        self.wanted = wanted
        self._typing.stop()
        if self.search.text() != (wanted.text or ""):
            self.search.setText(wanted.text or "")
            self._typing.stop()
        for kind, chip in self.chips.items():
            chip.say(chip_text(kind, wanted))
        self.passing.setChecked(wanted.pass_only)
        if wanted.query:
            self.query.show()
        self.query_chip.setChecked(self.query.isVisibleTo(self))
        self.clear_all.setVisible(wanted != NO_FILTER)

    def show_problem(self, sentence: str, position: int | None = None) -> None:
        """Say what is wrong with the filter, "" for nothing, and where in the query."""
        self.problem.setText(sentence)
        self.problem.setVisible(bool(sentence))
        if position is not None:
            self.query.show()
            # The place is one in the query in use, which somebody may be changing.
            if self.query.edit.toPlainText() == self.wanted.query:
                self.query.edit.mark(position)
            self.query.edit.setFocus()

    def use(self, wanted: VariantFilter) -> None:
        """Show *wanted* in place of all that is there, and tell of it."""
        self.show_filter(wanted)
        self._tell()

    def _tell(self) -> None:
        self.show_problem("")
        self.changed.emit(self.wanted)

    def change(self, fields: Mapping[str, object]) -> None:
        """Change some fields of the filter, and use what was just searched for with them.

        What the service would not take is said.
        """
        typed = {"text": self._searched} if self._typing.isActive() else {}
        try:
            wanted = with_fields(self.wanted, **{**typed, **fields})
        except ValidationError as error:
            self.show_problem(
                tr("This cannot be filtered by: {reason}.").format(reason=error.errors()[0]["msg"])
            )
        else:
            if wanted != self.wanted:
                self._show(wanted)
                self._tell()

    def end_with(self, widget: QWidget) -> None:
        """Have *widget* at the right of the chips, on their last line if there is room."""
        self._flow.addWidget(widget)
        self._flow.ending = True

    def focus_search(self) -> None:
        """Put the keyboard into the search."""
        self.search.setFocus()
        self.search.selectAll()

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def _build(self) -> None:
        self.search.setMaxLength(_LONGEST_SEARCH)
        chips = QWidget()
        self._flow = flowing(chips)
        for widget in (
            self.search,
            *self.chips.values(),
            self.passing,
            self.query_chip,
            self.saved_chip,
            self.clear_all,
        ):
            self._flow.addWidget(widget)
        layout = column(self, spacing=2 * SPACE)
        layout.addWidget(chips)
        layout.addWidget(self.query)
        layout.addWidget(self.problem)
        self.query.hide()
        self.problem.hide()

    def _connect(self) -> None:
        self._typing.timeout.connect(self._search)
        self.search.textEdited.connect(lambda _: self._typing.start())
        self.search.textChanged.connect(self._note_cleared)
        self.search.returnPressed.connect(self._search)
        self.search.down_pressed.connect(self._search)
        for kind, chip in self.chips.items():
            chip.opened.connect(lambda kind=kind: self._edit(kind))
            chip.cleared.connect(lambda kind=kind: self._clear(kind))
            self.editors[kind].applied.connect(lambda fields, kind=kind: self._take(kind, fields))
        self.passing.clicked.connect(lambda on: self.change({"pass_only": on}))
        self.query_chip.clicked.connect(self._toggle_query)
        self.query.applied.connect(lambda text: self.change({"query": text or None}))
        self.query.left.connect(self.left)
        self.saved_chip.clicked.connect(self._open_saved)
        self.saved.used.connect(self.use)
        self.clear_all.clicked.connect(lambda: self.use(NO_FILTER))

    @property
    def _searched(self) -> str | None:
        return self.search.text().strip() or None

    def _search(self) -> None:
        self._typing.stop()
        self.change({"text": self._searched})

    def _note_cleared(self, text: str) -> None:
        # The button that clears edits nothing, as Qt sees it.
        if not text and self.wanted.text:
            self._typing.start()

    def _edit(self, kind: str) -> None:
        self.editors[kind].show_filter(self.wanted)
        self.popups[kind].open_below(self.chips[kind])

    def _clear(self, kind: str) -> None:
        self.change({kind: getattr(NO_FILTER, kind)})

    def _take(self, kind: str, fields: Mapping[str, object]) -> None:
        # Impacts are clicked one after the other; all else is done with one click.
        if kind != "impacts":
            self.popups[kind].hide()
        self.change(fields)

    def _toggle_query(self) -> None:
        shown = self.query_chip.isChecked()
        self.query.setVisible(shown)
        if shown:
            self.query.edit.setFocus()
        else:
            self.change({"query": None})

    def _open_saved(self) -> None:
        menu = self.saved.menu(self.saved_chip, self.wanted)
        menu.aboutToHide.connect(menu.deleteLater)
        corner = QPoint(0, self.saved_chip.height() + SPACE)
        menu.popup(self.saved_chip.mapToGlobal(corner))


def _editors() -> dict[str, Editor]:
    genes, region = "BRCA1 BRCA2, ENSG…", "20:100,000-200,000"
    return {
        "impacts": ImpactEditor(),
        "max_frequency": FrequencyEditor(),
        "genes": ListEditor("genes", tr("Genes, by symbol or Ensembl's ID"), genes, listed),
        "significances": ChoiceEditor("significances", tr("Clinical significance in ClinVar")),
        "consequences": ChoiceEditor("consequences", tr("A variant has one of these consequences")),
        "regions": ListEditor("regions", tr("Regions, positions from 1"), region, listed_regions),
        "zygosity": GenotypeEditor(),
    }


def _toggle(text: str, name: str) -> QPushButton:
    chip = button(text, "chip", name=name)
    chip.setCheckable(True)
    return chip
