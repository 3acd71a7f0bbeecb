"""What the panel of a variant is made of: sections, facts, transcripts, genotypes, tags."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from backend.wire import Genotype, VariantValue
from desktop.ui.language import later, tr
from desktop.ui.theme.theme import Theme, mono_font
from desktop.ui.theme.tokens import SPACE, Tone
from desktop.ui.viewer.links import transcript_link
from desktop.ui.viewer.wording import NOTHING, ZYGOSITIES, hgvs, plain, terms_text, value_text
from desktop.ui.views.controls import button, column, elided, hairline, label, row
from desktop.ui.wording import number_text, plain_tip

BATCH = 50
"""So many lines are added by a click: a thousand at once would stall the window."""

_TAG_PIXELS = 12
_NAME_WIDTH = 110
_YES = "YES"
_PARTS = {"exon": later("exon"), "intron": later("intron")}

Maker = Callable[[], QWidget]


class Tag(QLabel):
    """A word on a tint."""

    def __init__(self, theme: Theme, text: str, tone: Tone, width: int = 240) -> None:
        super().__init__()
        self._theme, self._tone = theme, tone
        self.setTextFormat(Qt.TextFormat.PlainText)
        font = QFont(self.font())
        font.setPixelSize(_TAG_PIXELS)
        font.setWeight(QFont.Weight.DemiBold)
        self.setFont(font)
        self.setText(elided(self, text, width))
        # Qt would add half a letter to the padding, on the left only where there is a frame.
        self.setIndent(0)
        self.setToolTip(plain_tip(text))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self._tint)
        self._tint()

    def _tint(self) -> None:
        tokens = self._theme.tokens
        self.setStyleSheet(
            f"background: {tokens.soft(self._tone)}; color: {tokens.colour(self._tone)};"
            f"border-radius: 5px; padding: 3px 8px; font-size: {_TAG_PIXELS}px; font-weight: 600;"
        )


class Section(QWidget):
    """A title, and lines below it, of which the first few are shown until more are asked for."""

    def __init__(self, title: str, makers: Sequence[Maker], few: int = BATCH) -> None:
        super().__init__()
        self._makers, self._shown = makers, 0
        layout = column(self, spacing=SPACE)
        layout.addWidget(label(title, "label"))
        self._lines = column(spacing=0)
        layout.addLayout(self._lines)
        self.more = button("", "link")
        self.more.clicked.connect(lambda: self._add(BATCH))
        layout.addWidget(self.more, alignment=Qt.AlignmentFlag.AlignLeft)
        self._add(few)

    def _add(self, count: int) -> None:
        for make in self._makers[self._shown : self._shown + count]:
            self._lines.addWidget(make())
            self._lines.addWidget(hairline())
        self._shown = min(len(self._makers), self._shown + count)
        left = len(self._makers) - self._shown
        self.more.setText(tr("{count} more").format(count=number_text(left)))
        self.more.setAccessibleName(
            tr("Show more of {count} others").format(count=number_text(left))
        )
        self.more.setVisible(bool(left))


class TranscriptBlock(QWidget):
    """One consequence: its transcript, what happens to it, and its names.

    Signals:
        link_clicked: arg: an address.
        copy_clicked: text for the clipboard; arg: what it is, arg: the text.
    """

    link_clicked = Signal(str)
    copy_clicked = Signal(str, str)

    def __init__(
        self, theme: Theme, assembly: str, values: Mapping[str, VariantValue], width: int
    ) -> None:
        super().__init__()
        layout = column(self, spacing=1)
        layout.setContentsMargins(0, 6, 0, 6)
        feature = values.get("feature") or values.get("gene")
        if feature is not None:
            head = row()
            url = transcript_link(assembly, values.get("feature"))
            head.addWidget(self._feature(value_text(feature), url))
            head.addStretch()
            if (word := rank(values)) is not None:
                head.addWidget(Tag(theme, word, Tone.ACCENT))
            layout.addLayout(head)
        terms = terms_text(values.get("consequence") or values.get("most_severe"))
        said = ", ".join(filter(None, (terms, _whereabouts(values))))
        layout.addWidget(label(said, "muted", wrap=True))
        for name in (hgvs(values.get("hgvsc")), hgvs(values.get("hgvsp"))):
            if name:
                layout.addWidget(self._name(name, width))

    def _feature(self, feature: str, url: str | None) -> QWidget:
        if url is None:
            shown = label(feature)
            shown.setFont(mono_font())
            return shown
        link = button(feature, "link", name=tr("{name} at Ensembl").format(name=feature))
        link.setFont(mono_font())
        link.clicked.connect(lambda: self.link_clicked.emit(url))
        return link

    def _name(self, name: str, width: int) -> QWidget:
        """Return a name that a click copies."""
        copy = button("", "text", name=tr("Copy {name}").format(name=name))
        copy.setFont(mono_font())
        copy.setText(elided(copy, name, width).replace("&", "&&"))
        copy.setToolTip(plain_tip(tr("Copy {name}").format(name=name)))
        copy.clicked.connect(lambda: self.copy_clicked.emit(tr("HGVS name"), name))
        return copy


def rank(values: Mapping[str, VariantValue]) -> str | None:
    """Return why a transcript matters more than others, in a word."""
    if values.get("mane_select"):
        return "MANE"
    if values.get("mane_plus_clinical"):
        return "MANE Clinical"
    return tr("canonical") if values.get("canonical") == _YES else None


def fact(name: str, value: str, width: int, *, mono: bool = False) -> QWidget:
    """Return a line with a name and a value, which can be marked with the mouse."""
    result = QWidget()
    line = row(result)
    line.setContentsMargins(0, 5, 0, 5)
    title = label(plain(name), "small")
    title.setText(elided(title, plain(name), _NAME_WIDTH))
    title.setFixedWidth(_NAME_WIDTH)
    title.setToolTip(plain_tip(name))
    shown = label("", "", wrap=True)
    if mono:
        shown.setFont(mono_font())
    shown.setText(_broken(shown, value, width - _NAME_WIDTH - 2 * SPACE))
    shown.setToolTip(plain_tip(value))
    shown.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    line.addWidget(title, alignment=Qt.AlignmentFlag.AlignTop)
    line.addWidget(shown, 1)
    return result


def genotype_line(genotype: Genotype, width: int) -> QWidget:
    """Return a line with a sample's genotype, and what it means for the allele."""
    said = tr(ZYGOSITIES.get(genotype.zygosity, genotype.zygosity))
    call = plain(genotype.call or NOTHING)
    return fact(genotype.sample, f"{call}   {said}", width)


def _whereabouts(values: Mapping[str, VariantValue]) -> str:
    """Return which exon or intron of how many."""
    for part, word in _PARTS.items():
        if values.get(part):
            return f"{tr(word)} {value_text(values[part])}"
    return ""


def _broken(widget: QLabel, text: str, width: int) -> str:
    """Return *text* with each word cut that is wider than a line: it could not be wrapped."""
    return " ".join(elided(widget, word, width) for word in text.split(" "))
