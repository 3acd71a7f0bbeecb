"""The page of a result: its summary in pictures, its variants, and what can be done with it."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QLabel, QStackedWidget, QWidget

from backend.wire import JobView, ResultSummary, VariantColumns, VariantFilter
from desktop.transfer.names import short_id
from desktop.ui.language import tr
from desktop.ui.theme.theme import Theme, mono_font
from desktop.ui.theme.tokens import SPACE
from desktop.ui.viewer.counts import tiles
from desktop.ui.viewer.export import ExportStrip
from desktop.ui.viewer.model import VariantsModel
from desktop.ui.viewer.overview import Overview
from desktop.ui.viewer.switch import Switch, Tab
from desktop.ui.viewer.tiles import Tiles
from desktop.ui.viewer.troubles import NOTHING, Trouble
from desktop.ui.viewer.variants_view import VariantsView
from desktop.ui.viewer.wording import significances
from desktop.ui.views.controls import ElidedLabel, button, column, label, row
from desktop.ui.views.empty import EmptyState, Skeleton, free_focus
from desktop.ui.wording import plain_tip


class ResultsPage(QWidget):
    """Shows one result, or why there is none.

    Attributes:
        job_id: of the result that is open, "" for none.
        has_variants: whether its variants can be looked at.

    Signals:
        acted: the button of a state was clicked; arg: the key of its Trouble.
        download_clicked, report_clicked: arg: the job's ID.
        export_clicked: a selection is wanted as a file; arg: "tsv", "xlsx" or "vcf".
        reload_wanted: the result is to be read again.
    """

    acted = Signal(str)
    download_clicked = Signal(str)
    report_clicked = Signal(str)
    export_clicked = Signal(str)
    reload_wanted = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self.job_id, self.has_variants = theme, "", False
        self.model = VariantsModel(parent=self)
        self.name, self.origin = ElidedLabel("page"), ElidedLabel("small")
        self.request: QLabel = label(role="small")
        self.countdown: QLabel = label(role="warn")
        self.countdown.setProperty("smaller", True)  # noqa: FBT003 - Qt's own
        self._switch = Switch()
        self.tabs = self._switch.tabs
        self.report = button(tr("Report"), name=tr("Open the report in the browser"))
        self.tiles, self.strip = Tiles(), ExportStrip()
        self.export, self.download = self.strip.begin, button(tr("Download"), "primary")
        self.variants, self.overview = VariantsView(self.model, theme), Overview(theme)
        self.sides, self.states = QStackedWidget(), QStackedWidget()
        self.state: EmptyState | None = None
        self.skeleton = Skeleton(theme)
        self.skeleton.setProperty("surface", "card")
        self._content = QWidget()
        self._origin = ["", ""]
        self._build()
        self._connect()
        self.show_trouble(NOTHING)

    @property
    def tab(self) -> Tab:
        """The side that is shown."""
        return Tab.SUMMARY if self.sides.currentWidget() is self.overview else Tab.VARIANTS

    def show_loading(self, job: JobView, when: str) -> None:
        """Say that a result is on its way; of the same one, filter, side and counts stay."""
        if job.id != self.job_id:
            self.variants.forget()
            self.tiles.wait()
            self.tabs[Tab.SUMMARY].hide()
            self.sides.setCurrentWidget(self.variants)
        else:
            self.variants.table.keep_current()
        self.job_id = job.id
        self.model.clear()
        self._show_job(job, when)
        self._head.show()
        self.skeleton.setAccessibleName(tr("Loading the result"))
        self.states.setCurrentWidget(self.skeleton)
        self.tiles.show()
        self.find_focus()

    def show_result(
        self,
        columns: VariantColumns | None,
        summary: ResultSummary | None,
        trouble: Trouble | None = None,
    ) -> None:
        """Show a result: its variants, or the *trouble* with them, and the summary if it came."""
        tab = self.tab
        if summary is not None:
            self._show_counts(columns, summary)
        self.tiles.setEnabled(columns is not None)
        self.overview.setEnabled(columns is not None)
        self.has_variants = columns is not None
        if columns is not None:
            self.variants.offer(columns, summary)
            count = len(columns.samples)
            self._show_origin(tr("%Ln sample(s)", "", count) if count else tr("no samples"))
        self._set_state(trouble)
        self.download.setVisible(columns is not None)
        self.report.show()
        self.tabs[Tab.VARIANTS].show()
        self.open_tab(tab)
        self.states.setCurrentWidget(self._content)
        self.find_focus()

    def add_counts(self, columns: VariantColumns, summary: ResultSummary | None) -> None:
        """Show the summary of a result whose variants are shown already, None if none comes."""
        if summary is not None:
            self._show_counts(columns, summary)
        elif not self.tiles.buttons:
            self.tiles.hide()
        self.variants.offer_counts(columns, summary)
        self.variants.refresh()

    def _show_counts(self, columns: VariantColumns | None, summary: ResultSummary) -> None:
        known = frozenset(w for value in summary.significances for w in significances(value))
        frequency = columns.frequency if columns else None
        self.tiles.show_tiles(tiles(summary, frequency, known))
        self.overview.show_summary(summary, columns.significance if columns else None)
        self.tabs[Tab.SUMMARY].show()
        self.tiles.show()

    def show_trouble(self, trouble: Trouble) -> None:
        """Say why there is nothing to see at all."""
        self.has_variants = False
        self._set_state(trouble)
        self.tiles.hide()
        for part in (self.report, self.export, self.download, *self.tabs.values()):
            part.hide()
        if trouble is NOTHING:
            self.name.setText(tr("Results"))
        self.countdown.hide()
        self.sides.setCurrentWidget(self.state or self.overview)
        self.states.setCurrentWidget(self._content)
        self.find_focus()

    def show_variants_trouble(self, trouble: Trouble) -> None:
        """Say why the variants cannot be seen any more; the summary stays."""
        self.has_variants = False
        self._set_state(trouble)
        self.download.hide()
        for part in (self.tiles, self.overview):
            part.setEnabled(False)
        self.open_tab(self.tab)
        self.find_focus()

    def _set_state(self, trouble: Trouble | None) -> None:
        """Have *trouble* in the place of the variants, or none."""
        if self.state is not None:
            self.sides.removeWidget(self.state)
            self.state.deleteLater()
            self.state = None
        if trouble is not None:
            self.state = EmptyState(
                self._theme,
                trouble.icon,
                tr(trouble.title),
                tr(trouble.sentence),
                tr(trouble.action),
            )
            self.state.setProperty("surface", "card")
            self.state.acted.connect(lambda: self.acted.emit(trouble.key))
            self.sides.addWidget(self.state)

    def close_result(self) -> None:
        """Forget the result, as after a sign-out."""
        self.job_id = ""
        self.model.clear()
        self.variants.forget()
        self.overview.forget()
        self.tiles.show_tiles([])
        for part in (self.name, self.request, self.origin):
            part.setText("")
            part.setToolTip("")
        self.strip.show_export(None)
        self.show_trouble(NOTHING)

    def open_tab(self, tab: Tab) -> None:
        """Show one side."""
        self.tabs[tab].setChecked(True)
        variants = self.variants if self.has_variants else self.state or self.variants
        self.sides.setCurrentWidget(variants if tab is Tab.VARIANTS else self.overview)
        self.export.setVisible(tab is Tab.VARIANTS and self.has_variants)

    def find_focus(self) -> None:
        """Have the keyboard where something can be seen, if it is here."""
        free_focus(self, self.state)

    def _choose_tab(self, tab: Tab) -> None:
        # The keyboard would else go on to whatever comes next in what is shown now.
        self.tabs[tab].setFocus()
        self.open_tab(tab)

    def show_countdown(self, text: str, *, urgent: bool) -> None:
        """Show how long the result can still be looked at, "" for as long as one likes."""
        self.countdown.setText(text)
        self.countdown.setVisible(bool(text))
        role = "bad" if urgent else "warn"
        if self.countdown.property("role") != role:
            self.countdown.setProperty("role", role)
            self.countdown.style().polish(self.countdown)

    def _show_job(self, job: JobView, when: str) -> None:
        self.name.setText(job.name)
        self.name.setToolTip(plain_tip(job.name))
        self.request.setText(short_id(job.id))
        assembly = job.counts.assembly if job.counts else ""
        self._origin = [assembly, when]
        self.variants.panel.begin(assembly)
        self._show_origin("")

    def _show_origin(self, samples: str) -> None:
        assembly, when = self._origin
        self.origin.setText("".join(f" · {part}" for part in (assembly, samples, when) if part))

    def _filter(self, wanted: VariantFilter) -> None:
        self.open_tab(Tab.VARIANTS)
        self.variants.filters.use(wanted)
        self.variants.table.setFocus()

    def _build(self) -> None:
        layout = column(self, margin=6 * SPACE, spacing=3 * SPACE)
        layout.setContentsMargins(6 * SPACE, 18, 6 * SPACE, 5 * SPACE)
        self._head = QWidget()
        self._head.setLayout(self._heading())
        layout.addWidget(self._head)
        layout.addWidget(self.tiles)
        layout.addWidget(self.strip)
        self.sides.addWidget(self.variants)
        self.sides.addWidget(self.overview)
        column(self._content).addWidget(self.sides)
        for state in (self._content, self.skeleton):
            self.states.addWidget(state)
        layout.addWidget(self.states, 1)
        self.tiles.hide()

    def _heading(self) -> QHBoxLayout:
        head = row(spacing=2 * SPACE)
        names = column(spacing=2)
        names.addWidget(self.name)
        under = row(spacing=0)
        self.request.setFont(mono_font())
        for part in (self.request, self.origin):
            under.addWidget(part)
        under.addSpacing(3 * SPACE)
        under.addWidget(self.countdown)
        under.addStretch()
        names.addLayout(under)
        head.addLayout(names, 1)
        head.addWidget(self._switch)
        head.addSpacing(3 * SPACE)
        head.addWidget(self.report)
        head.addWidget(self.export)
        head.addWidget(self.download)
        return head

    def _connect(self) -> None:
        self.download.clicked.connect(lambda: self.download_clicked.emit(self.job_id))
        self.report.clicked.connect(lambda: self.report_clicked.emit(self.job_id))
        self.export.clicked.connect(self._open_export)
        self._switch.chosen.connect(self._choose_tab)
        self.variants.filters.changed.connect(lambda _wanted: self.strip.set_refused(False))
        self.model.arrived.connect(self._judge_filter)
        self.tiles.filter_wanted.connect(self._filter)
        self.overview.filter_wanted.connect(self._filter)
        QShortcut(QKeySequence.StandardKey.Find, self, self._find)

    def _find(self) -> None:
        if self.has_variants and self.states.currentWidget() is self._content:
            self.open_tab(Tab.VARIANTS)
            self.variants.filters.focus_search()

    def _judge_filter(self) -> None:
        other = self.model.query.wanted != self.variants.filters.wanted
        self.strip.set_refused(other and not self.model.is_waiting)

    def _open_export(self) -> None:
        menu = self.strip.menu(self, self.variants.count.text())
        menu.triggered.connect(lambda action: self.export_clicked.emit(action.data()))
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(self.export.mapToGlobal(self.export.rect().bottomLeft()))
