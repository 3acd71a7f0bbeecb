"""The variants of a result: conditions above, the table, one variant's details beside."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QPoint, Signal
from PySide6.QtWidgets import QLabel, QMenu, QWidget

from backend.wire import ResultSummary, VariantColumns
from desktop.ui.language import tr
from desktop.ui.theme.theme import Theme
from desktop.ui.theme.tokens import SPACE
from desktop.ui.viewer.chooser import ColumnChooser
from desktop.ui.viewer.columns import ShownColumn, shown_columns
from desktop.ui.viewer.details import VariantPanel
from desktop.ui.viewer.filter_bar import FilterBar
from desktop.ui.viewer.model import VariantsModel
from desktop.ui.viewer.query import NO_FILTER
from desktop.ui.viewer.table import VariantTable
from desktop.ui.viewer.wording import count_text, in_records_text
from desktop.ui.views.controls import button, column, framed, label, row
from desktop.ui.views.empty import EmptyState
from desktop.ui.views.pages import Pages
from desktop.ui.views.rows import go_into
from desktop.ui.wording import counted, number_text, plain_tip


class VariantsView(QWidget):
    """Table, filter and details; it decides nothing.

    Attributes:
        columns: all that can be shown of the result; `chosen` those that are.
        choices: whether columns are to be shown, by key; of the others nobody said so.

    Signals:
        columns_changed: others are shown.
        columns_chosen: somebody chose some; arg: all choices, none for the usual columns.
        menu_wanted: a menu for the current variant is asked for; arg: where on the screen.
        retry_wanted: what did not come is wanted again.
    """

    columns_changed = Signal()
    columns_chosen = Signal(object)
    menu_wanted = Signal(QPoint)
    retry_wanted = Signal()

    def __init__(self, model: VariantsModel, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model, self._theme = model, theme
        self.columns: tuple[ShownColumn, ...] = ()
        self.chosen: tuple[ShownColumn, ...] = ()
        self.choices: Mapping[str, bool] = {}
        self._entering = False
        self.total: int | None = None
        self._summary: ResultSummary | None = None
        self.filters, self.table = FilterBar(theme), VariantTable(model, theme)
        self.panel, self.chooser = VariantPanel(theme), ColumnChooser(self)
        self.count: QLabel = label(role="muted")
        self.trouble: QLabel = label(role="warn")
        self.retry = button(tr("Try again"), "link")
        self.columns_button = button(tr("Columns"), "chip", name=tr("Choose columns"))
        self.states = Pages()
        self.nothing_fits = EmptyState(
            theme,
            "search",
            tr("No variant fits"),
            tr("Nothing in this result meets all the conditions above."),
            tr("Clear the conditions"),
        )
        self._build()
        self._connect()

    def offer(self, offered: VariantColumns, summary: ResultSummary | None) -> None:
        """Take over a result's columns and what occurs in it; the filter stays as it is.

        Args:
            offered: the columns.
            summary: what occurs; None if it follows.  What an earlier one said holds until then.
        """
        self.show_trouble("")
        self.panel.offer(offered)
        self.offer_counts(offered, summary, counting=summary is None)

    def offer_counts(
        self, offered: VariantColumns, summary: ResultSummary | None, *, counting: bool = False
    ) -> None:
        """Take over what occurs in a result; the filter and the rows stay as they are."""
        self._summary = known = summary or self._summary
        self.columns = shown_columns(offered)
        self.chosen = self._chosen()
        self.filters.offer(offered, known, counting=counting and known is None)

    def forget(self) -> None:
        """Show nothing of a result."""
        self.columns = self.chosen = ()
        self.total = self._summary = None
        self.table.forget()
        self.filters.query.hide()
        self.filters.show_filter(NO_FILTER)
        self.filters.show_problem("")
        self.panel.forget()
        self.panel.hide()
        self.show_trouble("")

    def choose_columns(self, keys: list[str]) -> None:
        """Show the columns with these *keys*, in this result and the next ones."""
        wanted = {each: each.key in keys for each in self.columns}
        choices = {each.key: on for each, on in wanted.items() if self._is_choice(each, on=on)}
        self._choose({**self.choices, **choices})

    def show_choices(self, choices: Mapping[str, bool]) -> None:
        """Show columns as they were chosen once, and the others as usual."""
        self.choices, before = choices, self.chosen
        self.chosen = self._chosen()
        if self.chosen != before:
            self.columns_changed.emit()

    def show_trouble(self, sentence: str) -> None:
        """Say that something did not come, "" for nothing."""
        self.trouble.setText(sentence)
        self.trouble.setVisible(bool(sentence))
        self.retry.setVisible(bool(sentence))

    def refresh(self) -> None:
        """Show how many variants there are, or that there are none."""
        model = self._model
        known = bool(model.columns) and model.is_exact and not model.is_waiting
        whole = model.query.wanted == NO_FILTER and known
        if whole:
            self.total = model.count
        self._show_count(whole=whole)
        empty = not model.rowCount() and not model.is_waiting
        self.states.setCurrentWidget(self.nothing_fits if empty else self.table)
        if self._entering and self.filters.search.hasFocus():
            self._enter()

    def _show_count(self, *, whole: bool) -> None:
        """Say how many variants there are; of the *whole* result also in how many records."""
        model, summary = self._model, self._summary
        every = model.query.wanted.every_consequence
        total = None if every else self.total
        words = count_text(model.count, exact=model.is_exact, total=total)
        said = tr("{count} consequences") if every else tr("{count} variants")
        if words == number_text(1):
            said = counted(1, "consequence" if every else "variant")
        text = tr("Searching…") if model.is_waiting else said.format(count=words)
        why = ""
        if whole and summary is not None and 0 < summary.variants_in < model.count:
            text = in_records_text(model.count, summary.variants_in)
            why = tr("A record with several alternative alleles is several variants.")
        self.count.setText(text)
        self.count.setToolTip(plain_tip(why) if why else "")
        self.count.setAccessibleDescription(why)

    def _enter(self) -> None:
        """Go on into the table, once what is searched for is there."""
        self._entering = self._model.is_waiting
        if not self._entering:
            go_into(self.table)

    def _choose(self, choices: Mapping[str, bool]) -> None:
        self.show_choices(choices)
        self.columns_chosen.emit(choices)

    def _chosen(self) -> tuple[ShownColumn, ...]:
        """Return what is shown: as it was chosen or as usual, which is better than nothing."""
        chosen = [each for each in self.columns if self.choices.get(each.key, each.shown)]
        return tuple(chosen or (each for each in self.columns if each.shown))

    def _is_choice(self, column: ShownColumn, *, on: bool) -> bool:
        """Whether it is no usual thing that a column is shown or not, or was none before."""
        return on != column.shown or column.key in self.choices

    def _build(self) -> None:
        layout = column(self, spacing=3 * SPACE)
        layout.addWidget(self.filters)
        found = QWidget()
        line = row(found, spacing=3 * SPACE)
        for part in (self.count, self.trouble, self.retry):
            line.addWidget(part)
        line.addStretch()
        line.addWidget(self.columns_button)
        self.filters.end_with(found)
        self.states.addWidget(self.table)
        self.states.addWidget(self.nothing_fits)
        body = row(spacing=4 * SPACE)
        body.addWidget(framed(self.states), 1)
        body.addWidget(self.panel)
        self.panel.hide()
        layout.addLayout(body, 1)

    def _connect(self) -> None:
        self.columns_button.clicked.connect(self._open_chooser)
        self.chooser.changed.connect(self.choose_columns)
        self.chooser.usual_wanted.connect(lambda: self._choose({}))
        self.chooser.every_consequence_changed.connect(
            lambda on: self.filters.change({"every_consequence": on})
        )
        self.nothing_fits.acted.connect(lambda: self.filters.use(NO_FILTER))
        self.filters.left.connect(self.table.setFocus)
        # What is typed is used first.
        self.filters.search.down_pressed.connect(self._enter)
        self.table.menu_wanted.connect(self.menu_wanted)
        self.table.left.connect(self.close_panel)
        self.table.typed.connect(self.filters.search.take)
        self.panel.closed.connect(self.close_panel)
        self.retry.clicked.connect(self.retry_wanted)
        self._model.arrived.connect(self.refresh)
        self._model.modelReset.connect(self.refresh)

    def close_panel(self) -> None:
        """Hide the details, and go back to the table."""
        self.panel.hide()
        self.table.setFocus()

    def _open_chooser(self) -> None:
        menu = self.column_menu()
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(self.columns_button.mapToGlobal(QPoint(0, self.columns_button.height())))

    def column_menu(self) -> QMenu:
        """Return the menu in which columns are chosen."""
        keys = [each.key for each in self.chosen]
        every = self.filters.wanted.every_consequence
        return self.chooser.menu(self.columns, keys, every_consequence=every)
