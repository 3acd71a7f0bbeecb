"""Fuzzing of the whole annotation: ``python -m tests.fuzz.run --minutes 10 --seed 1``.

Each file is judged in a process of its own kind, which is ended when it takes too long. What fails
is made as small as hypothesis can and saved in ``corpus``, where the tests find it from then on.
"""

from __future__ import annotations

import argparse
import hashlib
import multiprocessing
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path

import hypothesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Flaky

from annotator.reference.bundle import demo_bundle
from tests.fuzz.inputs import CORPUS, files, options
from tests.fuzz.judging import Options, judge

LONGEST_SECONDS = 60.0
ROUND = 200
SHRINKING_SECONDS = 45.0


class Judge:
    """Judges files in a child process; one that hangs or dies is replaced.

    Args:
        serve: what the child does with its end of a pipe.
        longest: seconds that an answer may take.
    """

    def __init__(
        self, serve: Callable[[Connection], None], longest: float = LONGEST_SECONDS
    ) -> None:
        self._context = multiprocessing.get_context("spawn")
        self._serve = serve
        self._longest = longest
        self._start()

    def __call__(self, data: bytes, asked: Options) -> str | None:
        """What is wrong with the answer to a file."""
        self._connection.send((data, asked))
        if not self._connection.poll(self._longest):
            self.stop()
            self._start()
            return f"No answer within {self._longest:g} s."
        try:
            answer: str | None = self._connection.recv()
        except EOFError:
            self._process.join()
            code = self._process.exitcode
            self._start()
            return f"The process ended with code {code}."
        return answer

    def stop(self) -> None:
        """End the process."""
        self._process.kill()
        self._process.join()
        self._connection.close()

    def _start(self) -> None:
        self._connection, theirs = self._context.Pipe()
        self._process = self._context.Process(target=self._serve, args=(theirs,))
        self._process.start()
        theirs.close()


def serve(connection: Connection) -> None:
    """Judge what comes until nothing does."""
    bundle = demo_bundle()
    while True:
        try:
            data, asked = connection.recv()
        except EOFError:
            return
        with tempfile.TemporaryDirectory(prefix="fuzz-") as folder:
            try:
                answer = judge(data, Path(folder), bundle, asked)
            except Exception as error:  # noqa: BLE001 - a fault of the judge is told as well
                answer = f"The judge failed: {error!r}"
            connection.send(answer)


@dataclass(slots=True)
class Findings:
    """What was tried and what failed.

    Attributes:
        failed: the smallest file by complaint.
        last: the smallest of the round so far, with what was asked and the complaint.
        failed_at: when the round's first failed.
    """

    tried: int = 0
    slowest: float = 0.0
    failed: dict[str, bytes] = field(default_factory=dict)
    last: tuple[bytes, Options, str] | None = None
    failed_at: float = 0.0

    def is_over(self, end: float) -> bool:
        """Whether no file is to be tried any more: time is over, or that for making one smaller."""
        if self.last is None:
            return time.monotonic() > end
        return time.monotonic() > self.failed_at + SHRINKING_SECONDS


def fuzz(seconds: float, seed: int) -> Findings:
    """Try files for a while; the same seed tries the same ones as far as time allows."""
    findings, verdict = Findings(), Judge(serve)
    end = time.monotonic() + seconds
    try:
        while time.monotonic() < end:
            _round(verdict, findings, seed, end)
            seed += 1
            if findings.last:
                data, asked, complaint = findings.last
                findings.failed[complaint] = data
                tell(f"{complaint}\n  {asked}\n  {data[:2000]!r}")
                findings.last = None
    finally:
        verdict.stop()
    return findings


def _round(verdict: Judge, findings: Findings, seed: int, end: float) -> None:
    """A number of files, or fewer if one fails or time is over."""

    @settings(
        max_examples=ROUND,
        database=None,
        deadline=None,
        derandomize=False,
        phases=[Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
        report_multiple_bugs=False,
    )
    @hypothesis.seed(seed)
    @given(files(), options)
    def attempt(data: bytes, asked: Options) -> None:
        if findings.is_over(end):
            return
        start = time.monotonic()
        complaint = verdict(data, asked)
        findings.tried += 1
        findings.slowest = max(findings.slowest, time.monotonic() - start)
        if complaint is not None and _kind(complaint) not in map(_kind, findings.failed):
            if findings.last is None:
                findings.failed_at = time.monotonic()
            findings.last = (data, asked, complaint)
            raise AssertionError(complaint)

    try:
        attempt()
    except (AssertionError, Flaky):
        # Hypothesis calls a file flaky that fails no more, because its time is over.
        if findings.last is None:
            raise


def _kind(complaint: str) -> str:
    """What complaints about the same fault have in common: the place, else the first words."""
    _, at, places = complaint.rpartition(" at ")
    return places.partition(" < ")[0] if at else " ".join(complaint.split()[:3])


def tell(text: str) -> None:
    """Say something at once."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def save(data: bytes) -> Path:
    """Put a file into the corpus."""
    target = CORPUS / f"found-{hashlib.sha256(data).hexdigest()[:12]}"
    target.write_bytes(data)
    return target


def main() -> int:
    """Fuzz, say what was found, and save it; 1 if something was."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    findings = fuzz(asked.minutes * 60, asked.seed)
    tell(f"{findings.tried:,} files tried, the slowest took {findings.slowest:.1f} s.")
    for complaint, data in findings.failed.items():
        tell(f"{save(data).name}: {complaint}")
    return 1 if findings.failed else 0


if __name__ == "__main__":
    sys.exit(main())
