"""The frozen app tried as a person would have it: its own window, a clean home, a local stack."""

from __future__ import annotations

import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from screen import virtual_screen

from desktop.__main__ import PAINTED

STARTS = 7
"""How often the first paint is measured; the first start, from a cold disk, is told apart."""

MOST_FIRST_PAINT = 500
"""How long the first paint may take once files are in the cache, in milliseconds."""

_END_SECONDS = 20
_TEST_SECONDS = 240
_SETTLE_SECONDS = 0.5


class TrialError(Exception):
    """The app did not pass; the message has what it printed."""


@dataclass(frozen=True, slots=True)
class FirstPaint:
    """Milliseconds from the start of the process to the painted window.

    Attributes:
        first: of the first start.
        warm: of the later ones, in order of time.
    """

    first: float
    warm: tuple[float, ...]

    def __str__(self) -> str:
        """Return a line for people, with a verdict on the median of the warm starts."""
        middle, least, most = median(self.warm), min(self.warm), max(self.warm)
        words = f"{middle:.0f} ms warm ({least:.0f} to {most:.0f}), {self.first:.0f} ms at first"
        # A machine may be too busy for its times to fail a build; they are judged all the same.
        verdict = "met" if middle <= MOST_FIRST_PAINT else "missed"
        return f"{words}; at most {MOST_FIRST_PAINT} ms warm: {verdict}"


def try_app(program: Path, server: str) -> str:
    """Run the self-test of *program* on a virtual screen; return what it said.

    Raises:
        TrialError: it failed, or wrote to standard error.
    """
    with _desktop() as environ:
        return self_test([str(program)], environ, server)


def measure(program: Path, starts: int = STARTS) -> FirstPaint:
    """Start *program* some times on a virtual screen, end it again, and return its first paint.

    Raises:
        TrialError: it did not paint, did not end in order, or wrote to standard error.
    """
    with _desktop() as environ:
        first, *warm = (_paint_once(program, environ) for _ in range(starts))
    return FirstPaint(first, tuple(warm))


def self_test(command: Sequence[str], environ: Mapping[str, str], server: str) -> str:
    """Run the self-test and return what it said.

    Raises:
        TrialError: it failed, or wrote to standard error.
    """
    ended = subprocess.run(
        [*command, "--selftest", "--server", server],
        env=environ,
        cwd="/",
        capture_output=True,
        text=True,
        timeout=_TEST_SECONDS,
        check=False,
    )
    if ended.returncode != 0 or ended.stderr:
        raise TrialError(
            f"The self-test ended with {ended.returncode}:\n{ended.stdout}{ended.stderr}"
        )
    return ended.stdout


@contextmanager
def _desktop() -> Iterator[dict[str, str]]:
    """Give the environment of somebody who has just come: a screen, an empty home, nothing else."""
    with virtual_screen() as display, tempfile.TemporaryDirectory(prefix="gas-trial-") as folder:
        home, runtime = Path(folder) / "home", Path(folder) / "runtime"
        home.mkdir()
        runtime.mkdir(mode=0o700)
        yield {
            "DISPLAY": display,
            "HOME": str(home),
            "LANG": "C.UTF-8",
            "PATH": "/usr/bin:/bin",
            "XDG_RUNTIME_DIR": str(runtime),
        }


def _paint_once(program: Path, environ: Mapping[str, str]) -> float:
    begun = time.perf_counter()
    process = subprocess.Popen(
        [program, "--tell-paint"],
        env=environ,
        cwd="/",
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    line = process.stdout.readline() if process.stdout else ""
    taken = time.perf_counter() - begun
    # What the app does after its first paint is not to be cut short in its middle.
    time.sleep(_SETTLE_SECONDS)
    process.terminate()
    _, complaint = process.communicate(timeout=_END_SECONDS)
    if line.strip() != PAINTED or process.returncode != 0 or complaint:
        raise TrialError(f"The app ended with {process.returncode}:\n{line}{complaint}")
    return taken * 1000
