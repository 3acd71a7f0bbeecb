"""What is on its way, shown four times a second: workers count, a timer reads."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from PySide6.QtCore import QObject, QTimer

from desktop.ports import Progress
from desktop.ui.views.upload_strip import TransferView, UploadStrip

_TICK_MILLISECONDS = 250
_WINDOW_SECONDS = 4.0
_STALLED_SECONDS = 3.0


class Speedometer:
    """The speed over the last seconds.

    Args:
        now: a clock that never goes back, in seconds.
    """

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._marks: list[tuple[float, int]] = []
        self._moved = now()

    def rate(self, done: int) -> float | None:
        """Return bytes a second, given that *done* bytes are; None at first and when stalled."""
        now = self._now()
        if not self._marks or done < self._marks[-1][1]:
            self._marks = [(now, done)]
            return None
        if done > self._marks[-1][1]:
            self._moved = now
        self._marks.append((now, done))
        while now - self._marks[0][0] > _WINDOW_SECONDS:
            self._marks.pop(0)
        began, before = self._marks[0]
        if now - self._moved > _STALLED_SECONDS or now <= began or done == before:
            return None
        return (done - before) / (now - began)


@dataclass(eq=False, slots=True)
class Transfer:
    """A file that waits or moves."""

    name: str
    progress: Progress = field(default_factory=Progress)
    speed: Speedometer = field(default_factory=Speedometer)
    task: asyncio.Task[Any] | None = None

    def view(self, waiting: int) -> TransferView:
        """Return what is to be shown of it."""
        progress = self.progress
        rate = self.speed.rate(progress.done)
        return TransferView(self.name, progress.step, progress.done, progress.total, rate, waiting)


class TransferBoard(QObject):
    """Shows the first transfer in the strip, and how many come after it.

    Attributes:
        transfers: what waits or moves, the oldest first.
    """

    def __init__(self, strip: UploadStrip) -> None:
        super().__init__(strip)
        self.transfers: list[Transfer] = []
        self._strip = strip
        self._timer = QTimer(self, interval=_TICK_MILLISECONDS)
        self._timer.timeout.connect(self.refresh)
        strip.cancel_clicked.connect(self.cancel_first)

    def add(self, transfer: Transfer) -> None:
        """Show *transfer* too."""
        self.transfers.append(transfer)
        self._timer.start()
        self.refresh()

    def remove(self, transfer: Transfer) -> None:
        """It is done, or was called off."""
        if transfer in self.transfers:
            self.transfers.remove(transfer)
        if not self.transfers:
            self._timer.stop()
        self.refresh()

    def cancel_first(self) -> None:
        """Stop the transfer that is shown."""
        if not self.transfers:
            return
        first = self.transfers[0]
        if first.task is not None:
            first.task.cancel()
        else:
            self.remove(first)

    def refresh(self) -> None:
        """Show how far it is."""
        first = self.transfers[0] if self.transfers else None
        waiting = len(self.transfers) - 1
        self._strip.show_transfer(first.view(waiting) if first else None)
