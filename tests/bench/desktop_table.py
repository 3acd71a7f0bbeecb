"""The app with many jobs, measured from inside: milliseconds, megabytes, and shares of one core."""

from __future__ import annotations

import json
import os
import random
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from threading import Thread
from urllib.request import urlopen

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtWidgets import QApplication

from backend.wire import JobStatus
from desktop.app import run
from desktop.settings import Settings
from desktop.ui.models.columns import Column
from desktop.ui.views.main_window import MainWindow
from desktop.ui.wording import Group

REPAINTS = 200
SORTS = 4
HEARTBEAT_MILLISECONDS = 8
LOOK_SECONDS = 0.02
SAVED_SECONDS = 5.0
"""So long after its last page the list has been saved, too."""

NEEDLES = ("p", "pa", "pat", "patient-12", "completed", "annotated", "")
_SEED = 20260314


def measure(count: int, changes: int, seconds: int, idle: int) -> int:
    """Run the app, and print what was measured as JSON.

    Args:
        count: jobs in the table.
        changes: a second.
        seconds: for which jobs change.
        idle: seconds for which nothing does.
    """
    settings = Settings.read(os.environ, Path.home())
    benches: list[_Bench] = []

    def ready(window: MainWindow) -> None:
        url = f"{settings.server}/bench/changes?rate={changes}&seconds={seconds}"
        benches.append(_Bench(window, count))
        benches[0].begin(benches[0].steps(url, seconds, idle))

    code = run(settings, ready=ready)
    sys.stdout.write(json.dumps(benches[0].figures) + "\n")
    return code


class _Bench(QObject):
    """What is measured, step by step, in the window's thread.

    Attributes:
        figures: what was measured.
    """

    def __init__(self, window: MainWindow, count: int) -> None:
        super().__init__(window)
        self.figures: dict[str, object] = {}
        self._window, self._model = window, window.model
        self._count = count
        self._random = random.Random(_SEED)

    def begin(self, steps: Iterator[float]) -> None:
        """Do one step after another, each of which names the seconds until the next."""
        wait = next(steps, None)
        if wait is None:
            self._window.close()
        else:
            QTimer.singleShot(round(wait * 1000), self, partial(self.begin, steps))

    def steps(self, url: str, seconds: int, idle: int) -> Iterator[float]:
        """Measure all there is; *url* has jobs change for so many seconds."""
        self.figures["rss_before_mb"] = _megabytes("VmRSS")
        begun = time.perf_counter()
        while self._model.count(Group.ALL) < self._count:
            yield LOOK_SECONDS
        self.figures["fill_ms_a_job"] = (time.perf_counter() - begun) * 1000 / self._count
        yield SAVED_SECONDS
        self.figures |= {
            "rss_filled_mb": _megabytes("VmRSS"),
            "repaint_ms": self._repaints(),
            "scroll_ms": self._scrolls(),
            "sort_ms": self._sorts(),
            "filter_ms": self._keystrokes(),
        }
        busy = _Busy()
        yield idle
        self.figures["idle_cpu"] = busy.share()
        yield from self._changes(url, seconds)
        self.figures |= {"rss_mb": _megabytes("VmRSS"), "rss_peak_mb": _megabytes("VmHWM")}

    def _timed(self, do: Callable[[], object]) -> float:
        """Return how many milliseconds *do* takes until the screen shows it."""
        begun = time.perf_counter()
        do()
        QApplication.processEvents()
        return (time.perf_counter() - begun) * 1000

    def _repaints(self) -> list[float]:
        viewport = self._window.annotations.table.viewport()
        return [self._timed(viewport.repaint) for _ in range(REPAINTS)]

    def _scrolls(self) -> list[float]:
        bar = self._window.annotations.table.verticalScrollBar()
        places = [self._random.randrange(bar.maximum() + 1) for _ in range(REPAINTS)]
        return [self._timed(partial(bar.setValue, place)) for place in places]

    def _sorts(self) -> list[float]:
        taken = []
        orders = (Qt.SortOrder.AscendingOrder, Qt.SortOrder.DescendingOrder)
        for number in range(SORTS):
            for column in (*Column, Column.SUBMITTED):
                order = orders[number % 2]
                taken.append(self._timed(partial(self._model.sort, column, order)))
        return taken

    def _keystrokes(self) -> list[float]:
        field = self._window.annotations.filter
        return [
            self._timed(partial(field.setText, needle)) for _ in range(SORTS) for needle in NEEDLES
        ]

    def _changes(self, url: str, seconds: int) -> Iterator[float]:
        """Find how late a heartbeat is while jobs change, and what that takes of a core."""
        running = [row for row in self._model.book.rows() if row.status is JobStatus.RUNNING]
        gaps, before = _Heartbeat(), sum(row.version for row in running)
        Thread(target=_read, args=(url,), daemon=True).start()
        busy = _Busy()
        gaps.start()
        yield seconds
        gaps.stop()
        changes = sum(row.version for row in running) - before
        self.figures |= {
            "gap_ms": gaps.late,
            "changes": changes,
            "changes_a_second": changes / busy.seconds(),
            "changes_cpu": busy.share(),
        }


class _Busy:
    """How busy the process is from now on."""

    def __init__(self) -> None:
        self._begun, self._cpu = time.perf_counter(), time.process_time()

    def seconds(self) -> float:
        return time.perf_counter() - self._begun

    def share(self) -> float:
        """Return the share of one core that all threads together took."""
        return (time.process_time() - self._cpu) / self.seconds()


class _Heartbeat:
    """Beats every eight milliseconds and notes how late each beat is."""

    def __init__(self) -> None:
        self.late: list[float] = []
        self._timer = QTimer(interval=HEARTBEAT_MILLISECONDS, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._beat)
        self._last = 0.0

    def start(self) -> None:
        self._last = time.perf_counter()
        self._timer.start()

    def stop(self) -> None:
        self._timer.stop()

    def _beat(self) -> None:
        now = time.perf_counter()
        self.late.append(max(0.0, (now - self._last) * 1000 - HEARTBEAT_MILLISECONDS))
        self._last = now


def _read(url: str) -> None:
    with urlopen(url) as answer:  # noqa: S310 - it is the stand-in
        answer.read()


def _megabytes(name: str) -> float:
    """Return what the system says of this process's memory, resident now or at most."""
    lines = Path("/proc/self/status").read_text("ascii").splitlines()
    (line,) = (line for line in lines if line.startswith(f"{name}:"))
    return int(line.split()[1]) * 1024 / 1000**2
