"""The window with many jobs, measured from inside; a process of its own, run by `desktop_window`.

``python -m tests.bench.desktop_table JOBS CHANGES SECONDS IDLE`` prints what was measured as JSON:
milliseconds, megabytes, and shares of one core.  It imports nothing but the app, whose memory it
measures.
"""

from __future__ import annotations

import json
import os
import random
import sys
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication

from backend.wire import JobEvent, JobStatus, JobView
from desktop.store.book import JobBook
from desktop.ui.models.columns import Column
from desktop.ui.models.jobs import JobsModel
from desktop.ui.sample import ME, NOW, sample_jobs
from desktop.ui.theme.theme import dress
from desktop.ui.theme.tokens import LIGHT
from desktop.ui.views.main_window import MainWindow

REPAINTS = 200
SORTS = 4
HEARTBEAT_MILLISECONDS = 8
TICK_MILLISECONDS = 10
NEEDLES = ("p", "pa", "pat", "patient-12", "completed", "annotated", "")
_SEED = 20260314


def main() -> None:
    """Measure with so many jobs, so many changes a second for so long, and so long idle."""
    count, changes, seconds, idle = map(int, sys.argv[1:])
    app = QApplication([])
    theme = dress(app)
    theme.use(LIGHT)
    model = JobsModel(JobBook(), lambda: NOW)
    window = MainWindow(model, theme)
    model.setParent(window)
    window.set_me(ME)
    window.show_pages()
    window.annotations.set_loading(False)
    window.show()
    app.processEvents()
    bench = _Bench(app, window, count)
    sys.stdout.write(json.dumps(bench.measure(changes, seconds, idle)) + "\n")


class _Bench:
    def __init__(self, app: QApplication, window: MainWindow, count: int) -> None:
        self._app, self._window, self._model = app, window, window.model
        self._count = count
        self._random = random.Random(_SEED)

    def measure(self, changes: int, seconds: int, idle: int) -> dict[str, object]:
        before = _megabytes()
        begun = time.perf_counter()
        self._model.put(_jobs(self._count))
        self._model.flush()
        self._app.processEvents()
        filled = time.perf_counter() - begun
        figures = {
            "fill_ms_a_job": filled * 1000 / self._count,
            "repaint_ms": self._repaints(),
            "scroll_ms": self._scrolls(),
            "sort_ms": self._sorts(),
            "filter_ms": self._keystrokes(),
            "idle_cpu": self._idle(idle),
            **self._changes(changes, seconds),
        }
        return figures | {"rss_before_mb": before, "rss_mb": _megabytes()}

    def _timed(self, do: Callable[[], object]) -> float:
        """Return how many milliseconds *do* takes until the screen shows it."""
        begun = time.perf_counter()
        do()
        self._app.processEvents()
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

    def _changes(self, rate: int, seconds: int) -> dict[str, object]:
        """Return how late a heartbeat was while jobs changed, and what that took of a core."""
        gaps, changes = _Heartbeat(), self._events()
        most = 10 * rate * TICK_MILLISECONDS // 1000

        def change() -> None:
            due = int((time.perf_counter() - begun) * rate) - sent[0]
            for _ in range(min(due, most)):
                self._model.put([JobEvent.model_validate_json(next(changes)).job])
                sent[0] += 1

        sent, begun, cpu = [0], time.perf_counter(), time.process_time()
        timer = QTimer(interval=TICK_MILLISECONDS, timerType=Qt.TimerType.PreciseTimer)
        timer.timeout.connect(change)
        timer.start()
        gaps.start()
        self._wait(seconds)
        timer.stop()
        gaps.stop()
        wall = time.perf_counter() - begun
        return {
            "gap_ms": gaps.late,
            "changes": sent[0],
            "changes_a_second": sent[0] / wall,
            "changes_cpu": (time.process_time() - cpu) / wall,
        }

    def _events(self) -> Iterator[str]:
        """Yield progress of jobs that run, as the service sends it."""
        running = [
            job
            for row in range(min(self._count, 20_000))
            if (shown := self._model.job_at(row)) is not None
            and shown.status is JobStatus.RUNNING
            and (job := self._model.book.get(shown.id)) is not None
        ]
        version = 10
        while True:
            version += 1
            for job in running:
                done = self._random.randrange(job.total + 1)
                newer = job.model_copy(update={"version": version, "done": done})
                yield JobEvent(job=newer).model_dump_json()

    def _idle(self, seconds: int) -> float:
        cpu, begun = time.process_time(), time.perf_counter()
        self._wait(seconds)
        return (time.process_time() - cpu) / (time.perf_counter() - begun)

    def _wait(self, seconds: int) -> None:
        QTimer.singleShot(seconds * 1000, self._app, self._app.quit)
        self._app.exec()


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


def _jobs(count: int) -> Iterator[JobView]:
    """Yield jobs of every kind, the newest first, as the service sends them."""
    kinds = [json.loads(job.model_dump_json()) for job in sample_jobs()]
    for number in range(count):
        asked: datetime = NOW - timedelta(minutes=number)
        told = kinds[number % len(kinds)] | {
            "id": f"{number * 2654435761 % 2**128:032x}",
            "name": f"patient-{number % 9973}_{number}.vcf.gz",
            "created_at": asked.isoformat(),
            "submitted_at": asked.isoformat(),
            "result_sha256": f"{number * 40503 % 2**256:064x}",
        }
        yield JobView.model_validate_json(json.dumps(told))


def _megabytes() -> float:
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1000**2


if __name__ == "__main__":
    main()
