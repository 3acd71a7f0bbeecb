"""The strip above the table: where files go in, and how far they are."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QStackedLayout, QWidget
from typing_extensions import override

from desktop.ui.language import tr
from desktop.ui.theme.icons import pixmap
from desktop.ui.theme.theme import Theme
from desktop.ui.theme.tokens import RADIUS_CARD, SPACE
from desktop.ui.views.controls import ElidedLabel, button, column, elided, label, row
from desktop.ui.wording import counted, duration_text, number_text, plain_tip, size_text

_HEIGHT = 56
_BAR_HEIGHT = 4
_NAME_WIDTH, _LEAST_NAME = 320, 120
_MARGIN, _APART = 4 * SPACE, 4 * SPACE


@dataclass(frozen=True, slots=True)
class TransferView:
    """A transfer as it is shown.

    Attributes:
        step: what is being done, as "uploading".
        done: bytes, of `total`.
        rate: bytes a second; None while it is unknown or nothing moves.
        waiting: how many files come after this one.
        paused: whether somebody held it up.
        reason: why it does not move.
    """

    name: str
    step: str
    done: int
    total: int
    rate: float | None = None
    waiting: int = 0
    paused: bool = False
    reason: str = ""

    @property
    def fraction(self) -> float:
        """How much is done, 0 to 1."""
        return min(1.0, self.done / self.total) if self.total else 0.0

    @property
    def words(self) -> str:
        """Return "uploading · 412 MB of 1.1 GB · 38 MB/s · 18 s left"."""
        parts = [self.step]
        if self.total:
            words = tr("{part} of {whole}")
            parts.append(words.format(part=size_text(self.done), whole=size_text(self.total)))
        parts.extend(self._pace())
        if self.reason:
            parts.append(self.reason)
        return " · ".join(parts)

    @property
    def fewer_words(self) -> str:
        """Return "38 MB/s · 18 s left", or why it does not move: the bar says the rest."""
        return " · ".join(self._pace()) or self.reason or self.step

    def _pace(self) -> list[str]:
        if not (self.rate and self.total):
            return []
        left = duration_text((self.total - self.done) / self.rate)
        return [f"{size_text(self.rate)}/s", tr("{time} left").format(time=left)]


class UploadStrip(QWidget):
    """A dashed box: an invitation, the transfer that is under way, or what needs somebody.

    Signals:
        choose_clicked: somebody wants to choose files.
        pause_clicked: the transfer that is shown is to be held up, or to go on.
        cancel_clicked: somebody wants the transfer that is shown to stop.
        more_clicked: somebody wants to see all transfers.
    """

    choose_clicked = Signal()
    pause_clicked = Signal()
    cancel_clicked = Signal()
    more_clicked = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._trouble = theme, ""
        self._transfer: TransferView | None = None
        self.setFixedHeight(_HEIGHT)
        # Its longest state must not make the page wider than the window can be.
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(tr("Drop VCF files here"))
        self._icon = QLabel()
        self.limits = ElidedLabel("small")
        self.choose = button(tr("choose files"), "link")
        self._name, self.words = label(role="strong"), ElidedLabel("muted")
        self._bar = Bar(theme)
        self.more = button("", "quiet", name=tr("Show all transfers"))
        self.pause = button(tr("Pause"), "link", name=tr("Pause the transfer"))
        self.notice, self._warning = label(), QLabel()
        self.look = button(tr("Show transfers"), "link")
        self.cancel = button(tr("Cancel"), "quiet", name=tr("Cancel the transfer"))
        self._states = QStackedLayout(self)
        self._states.addWidget(self._invitation())
        self._states.addWidget(self._progress())
        self._states.addWidget(self._attention())
        self.choose.clicked.connect(self.choose_clicked)
        self.pause.clicked.connect(self.pause_clicked)
        self.cancel.clicked.connect(self.cancel_clicked)
        self.more.clicked.connect(self.more_clicked)
        self.look.clicked.connect(self.more_clicked)
        theme.changed.connect(self._tint)
        self._tint()

    def set_limits(self, sentence: str) -> None:
        """Say what may be dropped."""
        self.limits.setText(sentence)

    def show_transfer(self, transfer: TransferView | None) -> None:
        """Show how far *transfer* is, or the invitation."""
        self._transfer = transfer
        self._states.setCurrentIndex(0 if transfer is None else 1)
        if transfer is None:
            return
        self._name.setToolTip(plain_tip(transfer.name))
        self._bar.set_fraction(transfer.fraction)
        paused, waiting = transfer.paused, number_text(transfer.waiting)
        self.pause.setText(tr("Resume") if paused else tr("Pause"))
        self.pause.setAccessibleName(
            tr("Resume the transfer") if paused else tr("Pause the transfer")
        )
        more = tr("+{count} more").format(count=waiting)
        self.more.setText(more if transfer.waiting else tr("All transfers"))
        self._fit_words()

    def show_attention(self, files: int, sentence: str) -> None:
        """Say that nothing moves and so many *files* need somebody; *sentence* is of the first."""
        words = tr("{files} to look at: {sentence}")
        self._trouble = words.format(files=counted(files, "file"), sentence=sentence)
        self._states.setCurrentIndex(2)
        self.notice.setToolTip(plain_tip(self._trouble))
        self._fit_notice()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_notice()
        self._fit_words()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = self._theme.tokens
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        inviting = self._states.currentIndex() == 0
        colour = tokens.faint if inviting else tokens.line
        pen = QPen(QColor(colour), 1, Qt.PenStyle.CustomDashLine)
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
        line.addWidget(label(tr("Drop VCF files anywhere in this window, or")))
        line.addWidget(self.choose)
        line.addStretch()
        line.addWidget(self.limits)
        return page

    def _progress(self) -> QWidget:
        page, line = _page()
        line.setSpacing(_APART)
        words = row(spacing=2 * SPACE)
        words.addWidget(self._name)
        words.addWidget(self.words, 1)
        middle = column(spacing=6)
        middle.addStretch()
        middle.addLayout(words)
        middle.addWidget(self._bar)
        middle.addStretch()
        line.addLayout(middle, 1)
        line.addWidget(self.pause)
        line.addWidget(self.cancel)
        line.addWidget(self.more)
        return page

    def _attention(self) -> QWidget:
        page, line = _page()
        line.addWidget(self._warning)
        line.addSpacing(SPACE)
        line.addWidget(self.notice)
        line.addStretch()
        line.addWidget(self.look)
        return page

    def _fit_words(self) -> None:
        """Have the name make room for the words, and leave some of them out before any is cut."""
        transfer = self._transfer
        if transfer is None:
            return
        room = self._room(_APART, self.pause, self.cancel, self.more) - 2 * SPACE
        self.words.setText(transfer.words)
        if self.words.sizeHint().width() > room - _LEAST_NAME:
            self.words.setText(transfer.fewer_words)
        left = room - self.words.sizeHint().width()
        most = max(_LEAST_NAME, min(_NAME_WIDTH, left))
        self._name.setText(elided(self._name, transfer.name, most))

    def _room(self, apart: int, *beside: QWidget) -> int:
        """Return how much of the width what stands *beside*, so far *apart*, leaves."""
        return self.width() - 2 * _MARGIN - sum(each.sizeHint().width() + apart for each in beside)

    def _fit_notice(self) -> None:
        room = self._room(2 * SPACE, self._warning, self.look) - SPACE
        self.notice.setText(elided(self.notice, self._trouble, room) if room > 0 else "")

    def _tint(self) -> None:
        tokens, scale = self._theme.tokens, self.devicePixelRatio()
        self._icon.setPixmap(pixmap("upload", tokens.accent, 20, scale))
        self._warning.setPixmap(pixmap("warning", tokens.warn, 20, scale))
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
        self.setAccessibleName(f"{100 * fraction:.0f} %")
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
    line.setContentsMargins(_MARGIN, 0, _MARGIN, 0)
    return page, line
