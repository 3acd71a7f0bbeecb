"""What is seen where there is nothing to see yet."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QLabel, QWidget
from typing_extensions import override

from desktop.ui.delegates.cell import PADDING, ROW_HEIGHT
from desktop.ui.language import tr
from desktop.ui.theme.icons import pixmap
from desktop.ui.theme.theme import Theme
from desktop.ui.theme.tokens import SPACE
from desktop.ui.views.controls import button, column, label, row

_ICON = 40
_WIDTH = 360
_ROWS = 5


class EmptyState(QFrame):
    """An icon, what is the matter, and what can be done about it.

    Attributes:
        action: the button that helps; `other` one that helps otherwise, if there is one.

    Signals:
        acted, other_acted: so was clicked.
    """

    acted = Signal()
    other_acted = Signal()

    def __init__(
        self,
        theme: Theme,
        icon: str,
        title: str,
        sentence: str,
        action: str,
        *,
        other: str = "",
    ) -> None:
        super().__init__()
        self._theme, self._icon_name = theme, icon
        self._icon = QLabel(alignment=Qt.AlignmentFlag.AlignCenter)
        self.action = button(action, "link")
        self.action.clicked.connect(self.acted)
        self.other = button(other, "link") if other else None
        self.title, self.words = label(title, "panel"), label(sentence, "muted", wrap=True)
        self.words.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.words.setFixedWidth(_WIDTH)
        layout = column(self, margin=6 * SPACE)
        layout.addStretch(2)
        layout.addWidget(self._icon)
        layout.addSpacing(SPACE)
        layout.addWidget(self.title, alignment=Qt.AlignmentFlag.AlignHCenter)
        middle = row()
        middle.addStretch()
        middle.addWidget(self.words)
        middle.addStretch()
        layout.addLayout(middle)
        buttons = row(spacing=5 * SPACE)
        buttons.addStretch()
        buttons.addWidget(self.action)
        if self.other is not None:
            self.other.clicked.connect(self.other_acted)
            buttons.addWidget(self.other)
        buttons.addStretch()
        layout.addLayout(buttons)
        layout.addStretch(3)
        theme.changed.connect(self._tint)
        self._tint()

    def say(self, icon: str, title: str, sentence: str) -> None:
        """Say that something else is the matter."""
        self._icon_name = icon
        self.title.setText(title)
        self.words.setText(sentence)
        self._tint()

    def _tint(self) -> None:
        drawn = pixmap(self._icon_name, self._theme.tokens.faint, _ICON, self.devicePixelRatio())
        self._icon.setPixmap(drawn)


def free_focus(page: QWidget, state: EmptyState | None) -> None:
    """Take the keyboard out of what is hidden in *page*: to the button of its *state*, or to it.

    Qt leaves it there where what is shown instead has nothing that it could go to.
    """
    focused = page.window().focusWidget()
    if focused is None or not (focused is page or page.isAncestorOf(focused)):
        return
    if focused.isVisibleTo(page) and focused.focusPolicy() != Qt.FocusPolicy.NoFocus:
        return
    helps = state is not None and state.isVisibleTo(page)
    (state.action if state is not None and helps else page).setFocus()


class Skeleton(QFrame):
    """The table's rows while they are on their way: bars where words will be."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.setAccessibleName(tr("Loading your annotations"))

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        for line in range(_ROWS):
            self._row(painter, line * ROW_HEIGHT, fade=line / _ROWS)
        painter.end()

    def _row(self, painter: QPainter, top: int, fade: float) -> None:
        colour = QColor(self._theme.tokens.line)
        colour.setAlphaF(1 - fade)
        painter.setBrush(colour)
        width = self.width() - 2 * PADDING
        for left, share, down in ((0, 0.22, 13), (0, 0.12, 31), (0.35, 0.1, 22), (0.5, 0.2, 22)):
            bar = QRectF(PADDING + left * width, top + down, share * width, 8)
            painter.drawRoundedRect(bar, 4, 4)
