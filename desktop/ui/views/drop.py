"""What is seen while files are dragged over the window: it is all one target."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import unquote_to_bytes

from PySide6.QtCore import QMimeData, QRectF, Qt, QUrl
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from desktop.transfer.folders import is_variant_name
from desktop.ui.language import tr
from desktop.ui.theme.icons import pixmap
from desktop.ui.theme.theme import Theme
from desktop.ui.theme.tokens import RADIUS_CARD, RADIUS_CONTROL
from desktop.ui.wording import counted

_DIM = 150
_BOX_WIDTH, _BOX_HEIGHT = 320, 150
_ICON = 36
_INSET = 8


def dropped_files(mime: QMimeData) -> list[Path]:
    """Return the files and folders on this machine that *mime* carries; links are left out.

    Nothing is asked of the disk: one in the network may answer late, and the window must not wait.
    """
    return [_path_of(url) for url in mime.urls() if url.isLocalFile()]


def _path_of(url: QUrl) -> Path:
    """Return the file that *url* means; Qt itself loses bytes that are no UTF-8."""
    if os.name != "posix" or url.host():
        return Path(url.toLocalFile())
    encoded = url.path(QUrl.ComponentFormattingOption.FullyEncoded)
    return Path(os.fsdecode(unquote_to_bytes(encoded)))


def offer_text(paths: Sequence[Path]) -> str:
    """Return what letting go of *paths* will do."""
    if all(is_variant_name(path.name) for path in paths):
        return tr("Upload {files}").format(files=counted(len(paths), "file"))
    if len(paths) == 1:
        return tr("Upload the VCF files in it")
    return tr("Upload the VCF files among them")


class DropOverlay(QWidget):
    """Dims the window and says what letting go will do."""

    def __init__(self, theme: Theme, host: QWidget) -> None:
        super().__init__(host)
        self._theme, self._host = theme, host
        self.text = ""
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    def offer(self, paths: Sequence[Path]) -> None:
        """Cover the window and offer to upload *paths*."""
        self.text = offer_text(paths)
        self.setAccessibleName(self.text)
        self.setGeometry(self._host.rect())
        self.raise_()
        self.show()
        self.update()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = self._theme.tokens
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        dim = QColor(tokens.overlay)
        dim.setAlpha(_DIM)
        painter.fillRect(self.rect(), dim)
        box = QRectF(0, 0, _BOX_WIDTH, _BOX_HEIGHT)
        box.moveCenter(QRectF(self.rect()).center())
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(tokens.panel))
        painter.drawRoundedRect(box, RADIUS_CARD, RADIUS_CARD)
        painter.setPen(QPen(QColor(tokens.accent), 1.5, Qt.PenStyle.DashLine))
        inside = box.adjusted(_INSET, _INSET, -_INSET, -_INSET)
        painter.drawRoundedRect(inside, RADIUS_CONTROL, RADIUS_CONTROL)
        self._label(painter, box)
        painter.end()

    def _label(self, painter: QPainter, box: QRectF) -> None:
        tokens = self._theme.tokens
        left = round(box.center().x() - _ICON / 2)
        drawn = pixmap("upload", tokens.accent, _ICON, self.devicePixelRatio())
        painter.drawPixmap(left, round(box.top()) + 32, drawn)
        font = self.font()
        font.setPixelSize(15)
        font.setBold(True)
        painter.setFont(font)
        painter.setPen(QColor(tokens.text))
        painter.drawText(box.adjusted(0, 74, 0, -24), Qt.AlignmentFlag.AlignCenter, self.text)
