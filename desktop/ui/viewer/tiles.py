"""The numbers that are looked at first, large, side by side."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QWidget
from typing_extensions import override

from desktop.ui.theme.tokens import SPACE, Tone
from desktop.ui.viewer.counts import Tile
from desktop.ui.views.controls import clear, column, label, row
from desktop.ui.wording import plain_tip

_HEIGHT = 66
# As many as a result has whose bundle has all sources.
_EXPECTED = 6


class TileButton(QPushButton):
    """A title and a number; a click shows what was counted, where a filter can."""

    def __init__(self, tile: Tile) -> None:
        super().__init__()
        self.tile = tile
        self.setProperty("kind", "tile")
        self.setAutoDefault(False)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAccessibleName(f"{tile.title}: {tile.text}")
        self.setFixedHeight(_HEIGHT)
        if tile.meaning:
            self.setToolTip(plain_tip(tile.meaning))
        can_show = tile.wanted is not None
        self.setEnabled(can_show)
        shape = Qt.CursorShape.PointingHandCursor if can_show else Qt.CursorShape.ArrowCursor
        self.setCursor(shape)
        self._layout = column(self, spacing=0)
        self._layout.setContentsMargins(14, 10, 14, 9)
        number = label(tile.text, "figure")
        number.setProperty("tone", tile.tone.value if tile.text != "0" else Tone.NEUTRAL.value)
        for part in (label(tile.title, "small"), number):
            part.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
            self._layout.addWidget(part)

    @override
    def sizeHint(self) -> QSize:
        return self._layout.sizeHint()

    @override
    def minimumSizeHint(self) -> QSize:
        return self._layout.minimumSize()


class Tiles(QWidget):
    """The tiles of a result.

    Signals:
        filter_wanted: somebody wants to see what was counted; arg: the VariantFilter.
    """

    filter_wanted = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.buttons: list[TileButton] = []
        self._line: QHBoxLayout = row(self, spacing=2 * SPACE + 2)

    def show_tiles(self, tiles: Sequence[Tile]) -> None:
        """Show *tiles* in the place of those that were there."""
        clear(self._line)
        self.buttons = [TileButton(tile) for tile in tiles]
        for each in self.buttons:
            each.clicked.connect(lambda _=False, tile=each.tile: self._choose(tile))
            self._line.addWidget(each, 1)

    def wait(self) -> None:
        """Show empty tiles in the place of those that are on their way."""
        self.show_tiles([])
        for _ in range(_EXPECTED):
            empty = QFrame()
            empty.setProperty("surface", "card")
            empty.setFixedHeight(_HEIGHT)
            self._line.addWidget(empty, 1)

    def _choose(self, tile: Tile) -> None:
        self.filter_wanted.emit(tile.wanted)
