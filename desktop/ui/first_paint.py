"""Knowing when a window has been painted: what can wait is begun after that."""

from __future__ import annotations

import asyncio
import logging

from PySide6.QtCore import QEvent, QObject
from typing_extensions import override

PAINT_SECONDS = 1.0
"""How long the first paint is waited for; a hidden window is never painted."""

_log = logging.getLogger(__name__)


async def painted(window: QObject) -> None:
    """Wait for the first paint, but not for ever."""
    try:
        await asyncio.wait_for(_FirstPaint(window).seen.wait(), PAINT_SECONDS)
    except TimeoutError:
        _log.info("the window is not painted; going on without")


class _FirstPaint(QObject):
    """Tells when a widget is painted for the first time."""

    def __init__(self, widget: QObject) -> None:
        super().__init__(widget)
        self.seen = asyncio.Event()
        widget.installEventFilter(self)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint:
            self.seen.set()
            watched.removeEventFilter(self)
        return False
