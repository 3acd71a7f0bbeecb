"""Qt's objects are deleted in Qt's thread, whichever thread makes garbage.

Python looks for garbage in whatever thread happens to allocate. An object of Qt that is found in
the thread of a transfer would be deleted there: "Timers cannot be stopped from another thread", and
later the process crashes.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtCore import QObject, QTimer

INTERVAL_MS = 1000


@contextmanager
def collected_here(parent: QObject) -> Iterator[None]:
    """Look for garbage in this thread alone, which has to be that of Qt's events."""
    timer = QTimer(parent, interval=INTERVAL_MS)
    timer.timeout.connect(collect)
    gc.disable()
    timer.start()
    try:
        yield
    finally:
        timer.stop()
        # What the block has left belongs to this thread, too.
        gc.collect()
        gc.enable()


def collect() -> None:
    """Look for garbage as far as Python would do by itself."""
    made, limits = gc.get_count(), gc.get_threshold()
    for generation in reversed(range(len(limits))):
        if made[generation] > limits[generation] > 0:
            gc.collect(generation)
            return
