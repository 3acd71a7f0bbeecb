"""One variant: its details are fetched, its names are copied, its links are opened."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from typing import Any

from PySide6.QtCore import QObject, QPoint, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMenu

from backend.wire import VariantDetails, VariantRow, VariantValue
from desktop.errors import DesktopError, KeyringLockedError, SignedOutError
from desktop.platform.opening import Opener
from desktop.ui.aio import Tasks
from desktop.ui.error_words import error_words
from desktop.ui.language import tr
from desktop.ui.theme.tokens import Tone
from desktop.ui.viewer.columns import (
    ALT,
    CODING,
    CONTIG,
    IMPACT,
    PLACE,
    POSITION,
    PROTEIN,
    REF,
    SYMBOL,
    TERM,
)
from desktop.ui.viewer.wording import (
    change_text,
    hgvs,
    hgvs_text,
    position_text,
    region_text,
    value_text,
)
from desktop.ui.views.main_window import MainWindow
from desktop.variant_ports import Variants

LOOK_MILLISECONDS = 120
"""How long a row must be the current one before its details are fetched."""

_OF_CONSEQUENCE = (SYMBOL, TERM, IMPACT, CODING, PROTEIN)


class DetailActions(QObject):
    """Shows the current variant in the panel, and does what its menu and panel offer."""

    def __init__(
        self, window: MainWindow, *, variants: Variants, opener: Opener, tasks: Tasks
    ) -> None:
        super().__init__(window)
        self._window, self._page = window, window.results
        self._view, self._model = self._page.variants, self._page.model
        self._variants, self._opener, self._tasks = variants, opener, tasks
        self._reading: asyncio.Task[Any] | None = None
        self._timer = QTimer(self, singleShot=True, interval=LOOK_MILLISECONDS)
        self._timer.timeout.connect(self.show)
        table, panel = self._view.table, self._view.panel
        table.opened.connect(self.open)
        table.chosen.connect(self._look_soon)
        table.copy_pressed.connect(self.copy_names)
        self._view.menu_wanted.connect(self._open_menu)
        panel.link_clicked.connect(self.open_link)
        panel.copy_clicked.connect(self.copy)
        panel.retry_clicked.connect(self.show)

    def open(self) -> None:
        """Show the current variant's details."""
        if self._view.table.current() is not None:
            self._view.panel.show()
            self.show()

    def show(self) -> None:
        """Fetch what the panel shows of the current variant."""
        row = self._view.table.current()
        if row is None or self._view.panel.isHidden():
            return
        if self._reading is not None:
            self._reading.cancel()
        self._view.panel.show_waiting(self._title(row), self._place(row))
        self._reading = self._tasks.start(self._show(row), "reading a variant")

    def stop(self) -> None:
        """Fetch nothing any more, as after a sign-out."""
        self._timer.stop()
        if self._reading is not None:
            self._reading.cancel()
            self._reading = None

    def copy_names(self) -> None:
        """Copy the current variant's HGVS names, or its place if it has none."""
        names = self._names(CODING, PROTEIN)
        row = self._view.table.current()
        if names:
            self.copy("HGVS", "\n".join(names))
        elif row is not None:
            value = self._model.value
            change = change_text(value(row, REF), value(row, ALT))
            self.copy(tr("Position"), f"{self._region(row)} {change}")

    def copy(self, what: str, text: str) -> None:
        """Put *text* on the clipboard, and say so."""
        QGuiApplication.clipboard().setText(text)
        self._window.toasts.say(tr("{what} copied").format(what=what))

    def open_link(self, url: str) -> None:
        """Open an address of a site that is known."""
        try:
            self._opener.open(url)
        except DesktopError as error:
            self._window.toasts.say(*error_words(error), Tone.BAD)

    def menu(self) -> QMenu:
        """Return what can be done with the current variant."""
        menu = QMenu(self._view)
        coding, protein = self._names(CODING), self._names(PROTEIN)
        menu.addAction(tr("Show details"), self.open)
        menu.addSeparator()
        menu.addAction(tr("Copy HGVS"), self.copy_names)
        one = menu.addAction(tr("Copy HGVS c."), lambda: self.copy("HGVS", "\n".join(coding)))
        other = menu.addAction(tr("Copy HGVS p."), lambda: self.copy("HGVS", "\n".join(protein)))
        one.setEnabled(bool(coding))
        other.setEnabled(bool(protein))
        menu.addAction(tr("Copy row"), self.copy_row)
        menu.addSeparator()
        menu.addMenu(self._view.table.sort_menu(menu))
        gene = self._gene()
        if gene:
            menu.addSeparator()
            menu.addAction(
                tr("Only {gene}").format(gene=gene).replace("&", "&&"),
                lambda: self._view.filters.change({"genes": [gene]}),
            )
        return menu

    def copy_row(self) -> None:
        """Copy what the table shows of the current variant, separated by tabs.

        Its place is as a query takes it.
        """
        row = self._view.table.current()
        if row is not None:
            cells = {each.key: self._model.words(row, each).text for each in self._model.columns}
            if PLACE in cells:
                cells[PLACE] = self._region(row)
            self.copy(tr("Row"), "\t".join(cells.values()))

    async def _show(self, row: VariantRow) -> None:
        panel = self._view.panel
        shown = dict(zip(_OF_CONSEQUENCE, self._values(_OF_CONSEQUENCE, row), strict=True))
        try:
            details = await self._variants.details(self._page.job_id, row.record, row.allele)
        except (SignedOutError, KeyringLockedError):
            raise
        except DesktopError as error:
            _, sentence = error_words(error)
            panel.show_problem(sentence)
        else:
            panel.show_details(_with_first(shown, details))

    def _look_soon(self) -> None:
        if not self._view.panel.isHidden():
            self._timer.start()

    def _open_menu(self, where: QPoint) -> None:
        if self._view.table.current() is None:
            return
        menu = self.menu()
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(where)

    def _names(self, *columns: str) -> list[str]:
        return list(filter(None, (hgvs(value) for value in self._values(columns))))

    def _values(self, columns: Iterable[str], row: VariantRow | None = None) -> list[Any]:
        row = row or self._view.table.current()
        return [] if row is None else [self._model.value(row, name) for name in columns]

    def _gene(self) -> str:
        (gene,) = self._values([SYMBOL]) or [None]
        return str(gene) if gene else ""

    def _title(self, row: VariantRow) -> str:
        value = self._model.value
        name = value(row, PROTEIN) or value(row, CODING)
        gene = value_text(value(row, SYMBOL)) if value(row, SYMBOL) else ""
        said = f"{gene} {hgvs_text(name) if name else ''}".strip()
        return said or change_text(value(row, REF), value(row, ALT))

    def _region(self, row: VariantRow) -> str:
        return region_text(self._model.value(row, CONTIG), self._model.value(row, POSITION))

    def _place(self, row: VariantRow) -> str:
        value = self._model.value
        place = position_text(value(row, CONTIG), value(row, POSITION))
        return f"{place} {change_text(value(row, REF), value(row, ALT))}"


def _with_first(shown: Mapping[str, VariantValue], details: VariantDetails) -> VariantDetails:
    """Return *details* with the consequence that a row *shown* is of in front.

    By a filter it may be another than the variant's first one.
    """

    def is_other(consequence: Mapping[str, VariantValue]) -> bool:
        return any(consequence.get(name) != value for name, value in shown.items())

    ordered = sorted(details.consequences, key=is_other)
    return details.model_copy(update={"consequences": ordered})
