"""The editor of genotypes: which sample has the allele how."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QComboBox, QVBoxLayout, QWidget
from typing_extensions import override

from backend.wire import VariantFilter
from desktop.ui.language import later, tr
from desktop.ui.viewer.chip import CardList, Popup, apply_button
from desktop.ui.viewer.editors import Editor
from desktop.ui.viewer.query import zygosities
from desktop.ui.viewer.wording import ZYGOSITIES, plain
from desktop.ui.views.controls import button, clear, column, label, row
from desktop.ui.views.wheel import spare_wheel

FIRST = 4
"""So many samples have a line from the start."""

_ANY = later("any genotype")
_LONGEST_NAME = 40


class GenotypeEditor(Editor):
    """A line a sample: its name, and how it has the allele.

    Attributes:
        lines: the choosers of samples and of zygosities.
    """

    def __init__(self) -> None:
        super().__init__()
        self._samples: Sequence[str] = ()
        self.lines: list[tuple[QComboBox, QComboBox]] = []
        layout = column(self)
        layout.addWidget(label(tr("A variant fits when all of these hold."), "muted"))
        content = QWidget()
        self._inner: QVBoxLayout = column(content)
        self._list = CardList(content)
        layout.addWidget(self._list)
        last = row()
        self.more = button(tr("Another sample"), "link")
        self.more.clicked.connect(self._add_another)
        apply = apply_button()
        apply.clicked.connect(self._apply)
        last.addWidget(self.more)
        last.addStretch()
        last.addWidget(apply)
        layout.addLayout(last)

    def offer(self, samples: Sequence[str]) -> None:
        """Offer the samples of a result; of the same ones, what was chosen stays."""
        if samples != self._samples:
            self._samples = samples
            self._begin()

    def _begin(self) -> None:
        clear(self._inner)
        self.lines = []
        for at in range(min(FIRST, len(self._samples))):
            self._add(at)

    @override
    def show_filter(self, wanted: VariantFilter) -> None:
        self._begin()
        for sample, word in zygosities(wanted).items():
            self._show(sample, word)

    def _show(self, sample: str, word: str) -> None:
        if sample not in self._samples:
            return
        names = [names.currentData() for names, _ in self.lines]
        if sample not in names:
            self._add(len(self.lines))
            self.lines[-1][0].setCurrentIndex(self._samples.index(sample))
        at = names.index(sample) if sample in names else -1
        words = self.lines[at][1]
        words.setCurrentIndex(max(0, words.findData(word)))

    def _add(self, at: int) -> None:
        """Add a line, for the sample at that place."""
        names, words = QComboBox(), QComboBox()
        for sample in self._samples:
            names.addItem(plain(sample, _LONGEST_NAME), sample)
        names.setCurrentIndex(min(at, len(self._samples) - 1))
        names.setAccessibleName(tr("Sample {number}").format(number=at + 1))
        words.addItem(tr(_ANY), "")
        for word, said in ZYGOSITIES.items():
            words.addItem(tr(said), word)
        words.setAccessibleName(tr("Genotype of sample {number}").format(number=at + 1))
        spare_wheel(names, words)
        line = row()
        line.addWidget(names, 1)
        line.addWidget(words)
        self._inner.addLayout(line)
        self.lines.append((names, words))
        self.more.setVisible(len(self.lines) < len(self._samples))
        self._list.be_high(self._inner.sizeHint().height())

    def _add_another(self) -> None:
        self._add(len(self.lines))
        if isinstance(around := self.parentWidget(), Popup):
            around.fit()
        # Once the list is as long as its lines.
        QTimer.singleShot(0, self, self._show_last)

    def _show_last(self) -> None:
        if self.lines:
            self._list.ensureWidgetVisible(self.lines[-1][0])

    def _apply(self) -> None:
        chosen = [
            f"{names.currentData()}:{words.currentData()}"
            for names, words in self.lines
            if words.currentData()
        ]
        self.applied.emit({"zygosity": list(dict.fromkeys(chosen))})
