"""``gas bench desktop``: the window's first paint, and how it keeps up with many jobs."""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from backend import __version__
from desktop.__main__ import PAINTED
from tests.bench import machine
from tests.bench.delays import nearest_rank

STARTS = 7
CHANGES_A_SECOND = 1000
IDLE_SECONDS = 10
_ROOT = Path(__file__).parents[2]
_LIMIT_SECONDS = 600.0
_KEYRING = "tests.bench.desktop_keyring.SignedInKeyring"
# Nobody listens there, so the app shows that it is offline.
_NOBODY = "http://127.0.0.1:9"

_METHOD = {
    "platform": "Qt draws off the screen (QT_QPA_PLATFORM=offscreen).",
    "first_paint": "From the start of the process to the word that the window is painted, from "
    "source, files in the cache of the system; the first start is left out. Beside it a Python "
    "that does nothing, started in turns.",
    "table": "The whole app as somebody starts it, signed in, with its store on the disk, beside a "
    "process that stands in for the service and sends the list and what changes. The page of the "
    "jobs is shown. Each figure is from the call to the end of what Qt has to do for it.",
    "filter": "One more letter in the field, or all at once; from the field's change on.",
    "gap": "How late a timer of 8 ms is in the window's thread while jobs change by the service's "
    "stream of events, and are shown and saved.",
    "idle": f"{IDLE_SECONDS} s with the jobs shown and countdowns running.",
    "fill": "From the first request for the list until all its jobs are in the table.",
    "rss": "Of the whole app at the end, with Python, Qt and all jobs; of the jobs, how much more "
    "than before the list; at its peak, the most that it ever was.",
    "p95": "The smallest figure that 95 in 100 are not above (nearest rank).",
}


@dataclass(frozen=True, slots=True)
class Options:
    """What to measure.

    Attributes:
        jobs: how many are in the table.
        seconds: for how long they change.
    """

    jobs: int
    seconds: int


@dataclass(frozen=True, slots=True)
class Target:
    """What a figure has to be.

    Attributes:
        name: the figure's.
        most: what it may be at most.
    """

    name: str
    most: float
    unit: str


TARGETS = (
    Target("first_paint_p50", 500, "ms"),
    Target("repaint_p95", 12, "ms"),
    Target("sort_max", 250, "ms"),
    Target("filter_p95", 60, "ms"),
    Target("gap_p99", 20, "ms"),
    Target("idle_cpu", 1.5, "%"),
    Target("rss", 200, "MB"),
)


def run(options: Options, say: Callable[[str], None]) -> dict[str, object]:
    """Measure; return the report as values of JSON.  *say* is told what is going on."""
    where = machine.describe()
    say("first paint …")
    starts, pythons = _starts()
    say(f"{options.jobs:,} jobs, then {options.seconds} s of changes …")
    table = _table(options)
    return report(starts, pythons, table, where)


def report(
    starts: Sequence[float],
    pythons: Sequence[float],
    table: dict[str, Any],
    where: dict[str, object],
) -> dict[str, object]:
    """Return the whole report.

    Args:
        starts: from a start of the app to its first paint, in milliseconds.
        pythons: the same of a Python that does nothing.
        table: what `desktop_table` printed.
        where: the machine.
    """
    figures = {
        "first_paint_p50": nearest_rank(starts, 50),
        "first_paint_max": max(starts),
        "first_paint_in_python_starts": nearest_rank(starts, 50) / nearest_rank(pythons, 50),
        "fill_ms_a_job": table["fill_ms_a_job"],
        "repaint_p50": nearest_rank(table["repaint_ms"], 50),
        "repaint_p95": nearest_rank(table["repaint_ms"], 95),
        "scroll_p95": nearest_rank(table["scroll_ms"], 95),
        "sort_p50": nearest_rank(table["sort_ms"], 50),
        "sort_max": max(table["sort_ms"]),
        "filter_p50": nearest_rank(table["filter_ms"], 50),
        "filter_p95": nearest_rank(table["filter_ms"], 95),
        "gap_p50": nearest_rank(table["gap_ms"], 50),
        "gap_p99": nearest_rank(table["gap_ms"], 99),
        "gap_max": max(table["gap_ms"]),
        "changes_a_second": table["changes_a_second"],
        "changes_cpu": 100 * table["changes_cpu"],
        "idle_cpu": 100 * table["idle_cpu"],
        "rss": table["rss_mb"],
        "rss_peak": table["rss_peak_mb"],
        "rss_of_jobs": table["rss_mb"] - table["rss_before_mb"],
    }
    rounded = {name: round(value, 2) for name, value in figures.items()}
    return {
        "benchmark": "desktop",
        "figures": rounded,
        "targets": [_judged(target, rounded) for target in TARGETS],
        "machine": where,
        "versions": {
            "gas": __version__,
            "Python": platform.python_version(),
            "PySide6": version("PySide6-Essentials"),
        },
        "method": _METHOD,
    }


def verdicts(made: dict[str, Any]) -> Iterator[str]:
    """Yield a line of each target in a report: whether it is met."""
    for target in made["targets"]:
        verdict = "met" if target["met"] else "missed"
        most = f"{target['most']:g} {target['unit']}"
        yield f"{target['name']}: {target['value']:g} {target['unit']}, at most {most}: {verdict}"


def _judged(target: Target, figures: dict[str, float]) -> dict[str, object]:
    value = figures[target.name]
    return {
        "name": target.name,
        "value": value,
        "most": target.most,
        "unit": target.unit,
        "met": value <= target.most,
    }


def _starts() -> tuple[list[float], list[float]]:
    """Return what starts of the app and of a bare Python took, in milliseconds."""
    starts, pythons = [], []
    with tempfile.TemporaryDirectory(prefix="gas-bench-") as folder:
        for _ in range(STARTS + 1):
            starts.append(_start_app(Path(folder)))
            pythons.append(_start_python())
    return starts[1:], pythons[1:]


def _start_app(folder: Path) -> float:
    command = [sys.executable, "-m", "desktop", "--tell-paint", "--server", _NOBODY]
    begun = time.perf_counter()
    with subprocess.Popen(
        command, cwd=_ROOT, env=app_environ(folder), stdout=subprocess.PIPE, text=True
    ) as app:
        try:
            line = app.stdout.readline() if app.stdout else ""
            taken = time.perf_counter() - begun
        finally:
            app.terminate()
    if line.strip() != PAINTED:
        raise RuntimeError(f"The app was not painted; it said {line!r}.")
    return taken * 1000


def _start_python() -> float:
    begun = time.perf_counter()
    subprocess.run([sys.executable, "-c", ""], check=True)
    return (time.perf_counter() - begun) * 1000


def _table(options: Options) -> dict[str, Any]:
    numbers = (options.jobs, CHANGES_A_SECOND, options.seconds, IDLE_SECONDS)
    command = [sys.executable, "-m", "tests.bench.desktop_process", *map(str, numbers)]
    with tempfile.TemporaryDirectory(prefix="gas-bench-") as folder, _service(options.jobs) as url:
        done = subprocess.run(
            command,
            cwd=_ROOT,
            env=app_environ(Path(folder), url),
            check=True,
            stdout=subprocess.PIPE,
            text=True,
            timeout=_LIMIT_SECONDS + options.seconds,
        )
    measured: dict[str, Any] = json.loads(done.stdout)
    if measured["changes_a_second"] < 0.9 * CHANGES_A_SECOND:
        raise RuntimeError(
            f"Only {measured['changes_a_second']:.0f} changes a second were made; the machine is "
            "too busy to say anything."
        )
    return measured


@contextmanager
def _service(jobs: int) -> Iterator[str]:
    """Run the stand-in of the service, and give its address."""
    command = [sys.executable, "-m", "tests.bench.desktop_service", str(jobs)]
    process = subprocess.Popen(command, cwd=_ROOT, stdout=subprocess.PIPE, text=True)
    try:
        yield f"http://127.0.0.1:{int(process.stdout.readline() if process.stdout else '')}"
    finally:
        process.terminate()
        process.communicate()


def app_environ(folder: Path, server: str | None = None) -> dict[str, str]:
    """Return the environment of an app with *folder* as its home, signed in at *server*."""
    signed_in = {"GAS_SERVER": server, "PYTHON_KEYRING_BACKEND": _KEYRING} if server else {}
    return {
        **os.environ,
        "QT_QPA_PLATFORM": "offscreen",
        "DBUS_SESSION_BUS_ADDRESS": "disabled:",
        "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring",
        "HOME": str(folder),
        "GAS_DESKTOP_DATA": str(folder / "data"),
        **signed_in,
    }
