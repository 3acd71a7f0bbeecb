"""The strip above the table: where files go in, and how far they are."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QLabel, QStackedLayout, QWidget
from typing_extensions import override

from desktop.ui.theme.icons import pixmap
from desktop.ui.theme.theme import Theme
from desktop.ui.theme.tokens import RADIUS_CARD, SPACE
from desktop.ui.views.controls import button, column, elided, label, row
from desktop.ui.wording import duration_text, plain_tip, size_text

_HEIGHT = 56
_BAR_HEIGHT = 4
_NAME_WIDTH = 320


@dataclass(frozen=True, slots=True)
class TransferView:
    """A transfer as it is shown.

    Attributes:
        step: what is being done, as "uploading".
        done: bytes, of `total`.
        rate: bytes a second; None while it is unknown or nothing moves.
        waiting: how many files come after this one.
    """

    name: str
    step: str
    done: int
    total: int
    rate: float | None = None
    waiting: int = 0

    @property
    def fraction(self) -> float:
        """How much is done, 0 to 1."""
        return min(1.0, self.done / self.total) if self.total else 0.0

    @property
    def words(self) -> str:
        """Return "uploading · 412 MB of 1.1 GB · 38 MB/s · 18 s left"."""
        parts = [self.step]
        if self.total:
            parts.append(f"{size_text(self.done)} of {size_text(self.total)}")
        if self.rate and self.total:
            parts.append(f"{size_text(self.rate)}/s")
            parts.append(f"{duration_text((self.total - self.done) / self.rate)} left")
        return " · ".join(parts)


class UploadStrip(QWidget):
    """A dashed box: an invitation, or the transfer that is under way.

    Signals:
        choose_clicked: somebody wants to choose files.
        cancel_clicked: somebody wants the transfer that is shown to stop.
    """

    choose_clicked = Signal()
    cancel_clicked = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setFixedHeight(_HEIGHT)
        self.setAccessibleName("Drop VCF files here")
        self._icon = QLabel()
        self.limits = label(role="small")
        self.choose = button("choose files", "link")
        self._name, self.words = label(role="strong"), label(role="muted")
        self._bar = Bar(theme)
        self._waiting = label(role="muted")
        self.cancel = button("Cancel", "quiet", name="Cancel the transfer")
        self._states = QStackedLayout(self)
        self._states.addWidget(self._invitation())
        self._states.addWidget(self._progress())
        self.choose.clicked.connect(self.choose_clicked)
        self.cancel.clicked.connect(self.cancel_clicked)
        theme.changed.connect(self._tint)
        self._tint()

    def set_limits(self, sentence: str) -> None:
        """Say what may be dropped."""
        self.limits.setText(sentence)

    def show_transfer(self, transfer: TransferView | None) -> None:
        """Show how far *transfer* is, or the invitation."""
        self._states.setCurrentIndex(0 if transfer is None else 1)
        if transfer is None:
            return
        self._name.setText(elided(self._name, transfer.name, _NAME_WIDTH))
        self._name.setToolTip(plain_tip(transfer.name))
        self.words.setText(transfer.words)
        self._bar.set_fraction(transfer.fraction)
        self._waiting.setText(f"+{transfer.waiting} waiting" if transfer.waiting else "")

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = self._theme.tokens
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        pen = QPen(QColor(tokens.faint), 1, Qt.PenStyle.CustomDashLine)
        pen.setDashPattern([4, 4])
        painter.setPen(pen)
        painter.setBrush(QColor(tokens.panel))
        box = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.drawRoundedRect(box, RADIUS_CARD, RADIUS_CARD)
        painter.end()

    def _invitation(self) -> QWidget:
        page, line = _page()
        line.setSpacing(SPACE)
        line.addWidget(self._icon)
        line.addSpacing(2 * SPACE)
        line.addWidget(label("Drop VCF files anywhere in this window, or"))
        line.addWidget(self.choose)
        line.addStretch()
        line.addWidget(self.limits)
        return page

    def _progress(self) -> QWidget:
        page, line = _page()
        line.setSpacing(4 * SPACE)
        words = row(spacing=2 * SPACE)
        words.addWidget(self._name)
        words.addWidget(self.words)
        words.addStretch()
        middle = column(spacing=6)
        middle.addStretch()
        middle.addLayout(words)
        middle.addWidget(self._bar)
        middle.addStretch()
        line.addLayout(middle, 1)
        line.addWidget(self.cancel)
        line.addWidget(self._waiting)
        return page

    def _tint(self) -> None:
        accent = self._theme.tokens.accent
        self._icon.setPixmap(pixmap("upload", accent, 20, self.devicePixelRatio()))
        self.update()


class Bar(QWidget):
    """A progress bar of 4 px: two rounded rectangles."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._fraction = theme, 0.0
        self.setFixedHeight(_BAR_HEIGHT)

    def set_fraction(self, fraction: float) -> None:
        """Fill the bar to *fraction*, 0 to 1."""
        self._fraction = fraction
        self.update()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = self._theme.tokens
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        track = QRectF(self.rect())
        for colour, share in ((tokens.line, 1.0), (tokens.accent, self._fraction)):
            track.setWidth(self.width() * share)
            painter.setBrush(QColor(colour))
            painter.drawRoundedRect(track, _BAR_HEIGHT / 2, _BAR_HEIGHT / 2)
        painter.end()


def _page() -> tuple[QWidget, QHBoxLayout]:
    page = QWidget()
    line = row(page)
    line.setContentsMargins(4 * SPACE, 0, 4 * SPACE, 0)
    return page, line
