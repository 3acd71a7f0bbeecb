"""The summary of a result in pictures."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QScrollArea, QWidget
from typing_extensions import override

from backend.wire import ResultSummary, VariantFilter
from desktop.ui.language import tr
from desktop.ui.theme.theme import Theme
from desktop.ui.theme.tokens import SPACE
from desktop.ui.viewer import counts
from desktop.ui.viewer.charts import Chart, LyingBars
from desktop.ui.viewer.counts import Bar
from desktop.ui.viewer.distribution import StandingBars
from desktop.ui.views.controls import column, label, row

_WIDE = 900
"""From this width on there are three cards in a line, else two."""


class ChartCard(QFrame):
    """A chart under its title; beside the title is what is pointed at."""

    def __init__(self, chart: Chart, title: str) -> None:
        super().__init__()
        self.setProperty("surface", "card")
        self.chart = chart
        self.readout: QLabel = label(role="small")
        layout = column(self, margin=14, spacing=2 * SPACE)
        head = row()
        head.addWidget(label(title, "label"))
        head.addStretch()
        head.addWidget(self.readout)
        layout.addLayout(head)
        layout.addWidget(chart)
        if not isinstance(chart, StandingBars):
            # Lying bars keep their height; standing ones grow with the card.
            layout.addStretch()
        chart.pointed.connect(self.readout.setText)


class Overview(QScrollArea):
    """All counts of a result, each a chart.

    Signals:
        filter_wanted: somebody wants to see what a bar counts; arg: the VariantFilter.
    """

    filter_wanted = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.cards: dict[str, ChartCard] = {}
        self._grid_columns = 0
        content = QWidget()
        self._grid = QGridLayout(content)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(3 * SPACE)
        # Cards of one line are about as high as each other: the long lists, the distributions,
        # the short lists.
        self._add("consequences", self._lying(tr("Consequence")), self._of_consequence)
        self._add("significances", self._lying("ClinVar"), self._of_significance)
        self._add("genes", self._lying(tr("Genes with most records")), self._of_gene)
        self._add("contigs", self._standing(tr("Chromosome")), self._of_contig)
        self._add(
            "frequencies", self._standing(tr("gnomAD frequency")), None, tr("gnomAD FREQUENCY")
        )
        indels = StandingBars(theme, tr("Length of insertions and deletions"), logarithmic=True)
        self._add("indels", indels, None, tr("INSERTIONS AND DELETIONS, LOG SCALE"))
        self._add("impacts", self._lying(tr("Impact")), self._of_impact)
        self._add("kinds", self._lying(tr("Kind of change")), None)
        self._add("reasons", self._lying(tr("Passed through")), None)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWidget(content)
        self.viewport().setAutoFillBackground(False)
        content.setAutoFillBackground(False)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAccessibleName(tr("Summary"))
        self._arrange()

    def show_summary(self, summary: ResultSummary, significance: str | None = None) -> None:
        """Show the counts; charts of sources that the bundle lacks are left out.

        Args:
            summary: of the result.
            significance: its column of ClinVar's significances, if there is one.
        """
        bars: dict[str, Sequence[Bar]] = {
            "consequences": counts.consequence_bars(summary),
            "impacts": counts.impact_bars(summary),
            "significances": counts.significance_bars(summary, significance),
            "contigs": counts.contig_bars(summary),
            "frequencies": counts.frequency_bars(summary),
            "indels": counts.indel_bars(summary),
            "kinds": counts.kind_bars(summary),
            "genes": counts.gene_bars(summary),
            "reasons": counts.reason_bars(summary.reasons),
        }
        for name, shown in bars.items():
            self.cards[name].chart.show_bars(shown)
            self.cards[name].setVisible(any(bar.count for bar in shown))
        self._grid_columns = 0
        self._arrange()

    def forget(self) -> None:
        """Show no counts."""
        for each in self.cards.values():
            each.chart.show_bars([])

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        # Qt forgets a change of size that comes while it delivers the one before, hidden.
        self._grid.update()

    def _lying(self, name: str) -> LyingBars:
        return LyingBars(self._theme, name)

    def _standing(self, name: str) -> StandingBars:
        return StandingBars(self._theme, name)

    def _add(
        self,
        key: str,
        chart: Chart,
        chosen: Callable[[str], VariantFilter] | None,
        title: str | None = None,
    ) -> None:
        self.cards[key] = ChartCard(chart, title or chart.accessibleName().upper())
        if chosen is not None:
            chart.chosen.connect(lambda bar: self.filter_wanted.emit(chosen(bar)))

    def _arrange(self) -> None:
        """Put the cards in as many columns as there is room for."""
        columns = 3 if self.viewport().width() >= _WIDE else 2
        if columns == self._grid_columns:
            return
        self._grid_columns = columns
        for each in self.cards.values():
            self._grid.removeWidget(each)
        shown = [each for each in self.cards.values() if not each.isHidden()]
        for at, each in enumerate(shown or self.cards.values()):
            self._grid.addWidget(each, at // columns, at % columns)
        for at in range(3):
            self._grid.setColumnStretch(at, 1 if at < columns else 0)
        self._grid.setRowStretch(len(self.cards), 1)

    def _of_consequence(self, term: str) -> VariantFilter:
        return VariantFilter(consequences=[term])

    def _of_impact(self, impact: str) -> VariantFilter:
        return VariantFilter.model_validate({"impacts": [impact]})

    def _of_significance(self, query: str) -> VariantFilter:
        return VariantFilter(query=query)

    def _of_contig(self, contig: str) -> VariantFilter:
        return VariantFilter(regions=[contig])

    def _of_gene(self, gene: str) -> VariantFilter:
        return VariantFilter(genes=[gene])
