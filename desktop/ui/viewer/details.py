"""The panel beside the table: one variant, with all that the result says of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QLabel, QPushButton, QWidget

from backend.wire import VariantColumn, VariantColumns, VariantDetails, VariantValue
from desktop.ui.language import tr
from desktop.ui.theme.theme import Theme, mono_font
from desktop.ui.theme.tokens import SPACE
from desktop.ui.viewer.column_words import title_of
from desktop.ui.viewer.columns import ALT, CONTIG, IMPACT, POSITION, REF, SYMBOL
from desktop.ui.viewer.links import links, rs_number
from desktop.ui.viewer.pieces import Section, Tag, TranscriptBlock, fact, genotype_line
from desktop.ui.viewer.wording import (
    change_text,
    frequency_text,
    hgvs_text,
    impact_text,
    impact_tone,
    listed_text,
    position_text,
    significance_tone,
    spoken,
    stars,
    value_text,
)
from desktop.ui.views.controls import (
    button,
    clear,
    column,
    elided,
    icon_button,
    label,
    row,
    scrolling,
)
from desktop.ui.views.flow import flowing
from desktop.ui.wording import number_text, plain_tip

WIDTH = 300
FEW = 6
"""So many consequences or samples are shown until more are asked for."""

_MARGIN = 18
_INNER = WIDTH - 2 * _MARGIN - 2
_REVIEW = "clinvar_CLNREVSTAT"
_LEFT_OUT = frozenset({CONTIG, POSITION, REF, "ref_end", ALT, "picked", "allele_number", "record"})


class VariantPanel(QFrame):
    """All consequences, sources, genotypes and links of a variant.

    Signals:
        closed: the panel is not wanted any more.
        link_clicked: arg: an address.
        copy_clicked: text for the clipboard; arg: what it is, arg: the text.
        retry_clicked: the details did not come and are wanted again.
    """

    closed = Signal()
    link_clicked = Signal(str)
    copy_clicked = Signal(str, str)
    retry_clicked = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._columns: dict[str, VariantColumn] = {}
        self._offered: VariantColumns | None = None
        self._assembly = ""
        self.setProperty("surface", "card")
        self.setAccessibleName(tr("Details of the variant"))
        self.setFixedWidth(WIDTH)
        self.title: QLabel = label(role="panel")
        self.place: QLabel = label(role="muted")
        self.close_button = icon_button(theme.icon("close"), tr("Close the details"))
        self.tags, self.body = QWidget(), column(spacing=4 * SPACE)
        self.links: dict[str, QPushButton] = {}
        self._build()
        self.close_button.clicked.connect(self.closed)
        theme.changed.connect(self._tint)

    def begin(self, assembly: str) -> None:
        """Take over what the positions of a result are of."""
        self._assembly = assembly

    def offer(self, offered: VariantColumns) -> None:
        """Take over what the result's columns are called."""
        self._offered = offered
        self._columns = {column.name: column for column in offered.columns}

    def forget(self) -> None:
        """Show nothing of a variant."""
        self._head("", "")

    def show_waiting(self, title: str, place: str) -> None:
        """Say which variant's details are on their way."""
        self._head(title, place)
        self.body.addWidget(label(tr("Loading…"), "muted"))
        self.body.addStretch()

    def show_problem(self, sentence: str) -> None:
        """Say why there are no details."""
        clear(self.body)
        self.body.addWidget(label(sentence, "muted", wrap=True))
        again = button(tr("Try again"), "link")
        again.clicked.connect(self.retry_clicked)
        self.body.addWidget(again, alignment=Qt.AlignmentFlag.AlignLeft)
        self.body.addStretch()

    def show_details(self, details: VariantDetails) -> None:
        """Show a variant."""
        first = details.consequences[0] if details.consequences else {}
        values = details.values
        self._head(_title(first, values), _place(values))
        self._show_tags(first, values)
        self._show_links(values)
        self._show_consequences(details.consequences)
        self._show_facts(tr("SOURCES"), values, "source")
        if details.genotypes:
            lines = [partial(genotype_line, each, _INNER) for each in details.genotypes]
            self.body.addWidget(
                Section(tr("GENOTYPES ({count})").format(count=number_text(len(lines))), lines, FEW)
            )
        self._show_facts(tr("RECORD"), values, "variant")
        self.body.addStretch()

    def _head(self, title: str, place: str) -> None:
        clear(self.body)
        clear(self._tag_flow)
        self.links = {}
        self.title.setText(elided(self.title, title, _INNER - 24))
        self.title.setToolTip(plain_tip(title))
        self.place.setText(elided(self.place, place, _INNER))
        self.place.setToolTip(plain_tip(place))

    def _show_tags(
        self, first: Mapping[str, VariantValue], values: Mapping[str, VariantValue]
    ) -> None:
        impact = impact_text(first.get(IMPACT))
        if impact:
            self._tag_flow.addWidget(Tag(self._theme, impact, impact_tone(first.get(IMPACT))))
        name = self._offered.significance if self._offered else None
        significance = values.get(name) if name else None
        if significance is not None:
            review, words = stars(values.get(_REVIEW)), spoken(significance)
            tone = significance_tone(significance)
            tag = Tag(self._theme, f"{words} {'★' * review}".rstrip(), tone)
            tag.setAccessibleName(
                tr("ClinVar: {words}, {count} of 4 stars").format(words=words, count=review)
            )
            self._tag_flow.addWidget(tag)

    def _show_links(self, values: Mapping[str, VariantValue]) -> None:
        holder = QWidget()
        flow = flowing(holder, 3 * SPACE, 0)
        for each in links(self._assembly, values):
            link = button(
                f"{each.title} ↗", "link", name=tr("Look it up in {site}").format(site=each.title)
            )
            link.setToolTip(plain_tip(each.url))
            link.clicked.connect(partial(self.link_clicked.emit, each.url))
            self.links[each.title] = link
            flow.addWidget(link)
        self.body.addWidget(holder)
        holder.setVisible(bool(self.links))

    def _show_consequences(self, consequences: list[dict[str, VariantValue]]) -> None:
        if not consequences:
            self.body.addWidget(label(tr("This allele is not annotated."), "muted", wrap=True))
            return
        lines = [partial(self._transcript, each) for each in consequences]
        self.body.addWidget(
            Section(tr("CONSEQUENCES ({count})").format(count=number_text(len(lines))), lines, FEW)
        )

    def _transcript(self, values: Mapping[str, VariantValue]) -> TranscriptBlock:
        block = TranscriptBlock(self._theme, self._assembly, values, _INNER)
        block.link_clicked.connect(self.link_clicked)
        block.copy_clicked.connect(self.copy_clicked)
        return block

    def _show_facts(self, title: str, values: Mapping[str, VariantValue], group: str) -> None:
        lines = [
            partial(fact, title_of(self._columns[name]), self._text(name, value), _INNER)
            for name, value in self._of_group(values, group)
        ]
        if lines:
            self.body.addWidget(Section(title, lines))

    def _of_group(
        self, values: Mapping[str, VariantValue], group: str
    ) -> Iterable[tuple[str, VariantValue]]:
        for name, value in values.items():
            column = self._columns.get(name)
            if column and column.group == group and value is not None and name not in _LEFT_OUT:
                yield name, value

    def _text(self, name: str, value: VariantValue) -> str:
        is_frequency = self._offered is not None and name == self._offered.frequency
        return frequency_text(value) if is_frequency else listed_text(value)

    def _tint(self) -> None:
        self.close_button.setIcon(self._theme.icon("close"))

    def _build(self) -> None:
        content = QWidget()
        layout = column(content, margin=_MARGIN, spacing=3 * SPACE)
        heading = column(spacing=2)
        first = row()
        first.addWidget(self.title, 1)
        first.addWidget(self.close_button, alignment=Qt.AlignmentFlag.AlignTop)
        heading.addLayout(first)
        self.place.setFont(mono_font())
        heading.addWidget(self.place)
        layout.addLayout(heading)
        self._tag_flow = flowing(self.tags, SPACE, SPACE)
        layout.addWidget(self.tags)
        layout.addLayout(self.body, 1)
        column(self).addWidget(scrolling(content, layout))


def _title(first: Mapping[str, VariantValue], values: Mapping[str, VariantValue]) -> str:
    """Return gene and name, or else the change of bases."""
    name = first.get("hgvsp") or first.get("hgvsc")
    gene = value_text(first[SYMBOL]) if first.get(SYMBOL) else ""
    said = f"{gene} {hgvs_text(name) if name else ''}".strip()
    return said or change_text(values.get(REF), values.get(ALT))


def _place(values: Mapping[str, VariantValue]) -> str:
    place = position_text(values.get(CONTIG), values.get(POSITION))
    said = f"{place} {change_text(values.get(REF), values.get(ALT))}"
    number = rs_number(values)
    return f"{said} · {number}" if number else said
