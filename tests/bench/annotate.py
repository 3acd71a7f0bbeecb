"""``gas bench annotate``: our annotation and its peers on the same variants in one run."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from backend.domain.errors import ServiceError
from tests.bench import machine, report
from tests.bench.bundles import PLAIN, Bundles
from tests.bench.bytecode import compile_modules
from tests.bench.inputs import Inputs, RealData
from tests.bench.measuring import (
    Cost,
    FailedRunError,
    Written,
    inspect,
    measure,
    read_through,
)
from tests.bench.programs import NAMES, OURS, Program, Programs, annotate_command

REAL = "real"
"""The name of the real files among those of the programs."""

CHOICES = (*NAMES, REAL)


@dataclass(frozen=True, slots=True)
class Options:
    """What to measure.

    Attributes:
        records: of the made-up sample.
        repeat: rounds; in each every program runs once.
        only: names of programs, of ``CHOICES``; all without.
        data: the real files.
        keep: folder for what is made, which a later run takes; without, all of it is dropped.
    """

    records: int
    repeat: int
    only: tuple[str, ...]
    data: RealData
    keep: Path | None


def run(options: Options, say: Callable[[str], None]) -> dict[str, object]:
    """Measure; return the report as values of JSON. *say* is told what is going on."""
    compile_modules()
    with tempfile.TemporaryDirectory(prefix="gas-bench-") as temporary:
        folder = options.keep or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder, prefix=".outputs-") as outputs:
            return _Run(options, folder.resolve(), Path(outputs).resolve(), say).report()


def is_sound(made: dict[str, object]) -> bool:
    """Whether all of our own programs that were asked for ran; peers may be absent."""
    errors = made["errors"]
    return isinstance(errors, dict) and not OURS.union({REAL}).intersection(errors)


class _Run:
    """One run of the benchmark."""

    def __init__(
        self, options: Options, folder: Path, outputs: Path, say: Callable[[str], None]
    ) -> None:
        self._options = options
        self._say = say
        self._outputs = outputs
        self._inputs = Inputs(options.data, folder, options.records, say)
        self._bundles = Bundles(self._inputs, say)
        self._rounds: dict[str, list[Cost]] = {}
        self._written: dict[str, Written] = {}
        self._errors: dict[str, str] = {}
        self._machine = machine.describe()

    def report(self) -> dict[str, object]:
        """Measure all, and say what was found."""
        names = self._options.only or CHOICES
        programs = self._ready(name for name in NAMES if name in names)
        # The real files come first: they are small, and bring code and tables into memory.
        real = self._real_files() if REAL in names else []
        for number in range(self._options.repeat):
            turn = programs if number % 2 == 0 else programs[::-1]
            for program in turn:
                self._measure(program, number)
        done = [program for program in programs if program.name not in self._errors]
        sample = inspect(self._inputs.sample())
        return report.compose(
            machine=self._machine,
            sample=sample,
            programs=done,
            rounds=self._rounds,
            written=self._written,
            errors=self._errors,
            bundles=self._bundles.costs,
            real=real,
        )

    def _ready(self, names: Iterable[str]) -> list[Program]:
        """The programs that can be measured; why the others cannot is noted."""
        programs = Programs(self._inputs, self._bundles, self._outputs)
        found = []
        for name in names:
            try:
                found.append(programs.ready(name))
            except (FailedRunError, ServiceError) as error:
                self._fail(name, error)
        return found

    def _measure(self, program: Program, number: int) -> None:
        """Run a program once; one that fails is not tried again, and its figures are dropped."""
        name = program.name
        if name in self._errors:
            return
        read_through(program.reads)
        try:
            output = program.output if program.prints else None
            cost = measure(program.command, self._outputs, output)
            if name not in self._written:
                self._written[name] = inspect(program.output, program.tag)
        except (FailedRunError, OSError) as error:
            self._fail(name, error)
            self._rounds.pop(name, None)
            return
        self._rounds.setdefault(name, []).append(cost)
        self._say(f"{number + 1}. {name}: {cost.cpu_seconds:.2f} CPU-s, {cost.wall_seconds:.2f} s")

    def _real_files(self) -> list[dict[str, object]]:
        """What each real file took, annotated with the plain bundle."""
        try:
            bundle = self._bundles.find(PLAIN)
        except (FailedRunError, ServiceError) as error:
            self._fail(REAL, error)
            return []
        return [self._real_file(vcf, bundle) for vcf in self._options.data.variants]

    def _real_file(self, vcf: Path, bundle: Path) -> dict[str, object]:
        output = self._outputs / vcf.name
        try:
            cost = measure(annotate_command(vcf, output, bundle), self._outputs)
            written = inspect(output, b"CSQ=")
        except (FailedRunError, OSError) as error:
            self._fail(REAL, error)
            return {"file": vcf.name, "error": str(error)}
        self._say(f"{vcf.name}: {written.records:,} records, {cost.wall_seconds:.2f} s")
        return {"file": vcf.name, "records_in": inspect(vcf).records} | report.figures(
            cost, written
        )

    def _fail(self, name: str, error: Exception) -> None:
        self._errors[name] = str(error)
        self._say(f"{name}: {error}")
