"""`gas bench`: speed, as ratios measured within one run."""

from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path

from backend.commands.declare import Commands, command
from backend.domain.errors import RejectedError

_ROOT = Path(__file__).parents[2]


def add(commands: Commands) -> None:
    """Declare the commands."""
    bench = commands.add_parser("bench", help="measure speed, as ratios within one run")
    below = bench.add_subparsers(required=True, metavar="NAME")
    text = "measure the annotation beside its peers; the report is JSON"
    annotate = command(below, "annotate", _annotate, text)
    annotate.add_argument(
        "--records",
        type=_positive,
        default=1_000_000,
        metavar="N",
        help="made-up variants (default 1,000,000)",
    )
    annotate.add_argument(
        "--repeat", type=_positive, default=1, metavar="R", help="rounds (default 1)"
    )
    annotate.add_argument(
        "--only", nargs="+", default=(), metavar="PROGRAM", help="such as known, none, raw-vepyr"
    )
    annotate.add_argument("--data", type=Path, metavar="DIR", help="folder of the real test data")
    annotate.add_argument(
        "--keep",
        type=Path,
        metavar="DIR",
        help="keep inputs and bundles there for the next run; empty it when bundles change",
    )
    annotate.add_argument("--json", type=Path, metavar="FILE", help="write the report there, too")
    text = "measure how soon live events arrive, on a local stack; the report is JSON"
    latency = command(below, "latency", _latency, text)
    latency.add_argument(
        "--jobs", type=_positive, default=20, metavar="N", help="jobs to send (default 20)"
    )
    latency.add_argument("--json", type=Path, metavar="FILE", help="write the report there, too")
    text = "measure the desktop app: its window with many jobs, its uploads, its end; JSON"
    desktop = command(below, "desktop", _desktop, text)
    for option, default, what in (
        ("--jobs", 100_000, "jobs in the table"),
        ("--seconds", 60, "seconds in which a thousand of them change each second"),
        ("--mebibytes", 1024, "size of the file to send"),
        ("--rounds", 9, "times to send it"),
    ):
        desktop.add_argument(
            option, type=_positive, default=default, metavar="N", help=f"{what} ({default:,})"
        )
    desktop.add_argument(
        "--only", choices=("window", "transfers", "endings"), help="measure this part only"
    )
    desktop.add_argument("--json", type=Path, metavar="FILE", help="write the report there, too")
    text = "measure how soon pages of a large result are there, on a local stack; JSON"
    variants = command(below, "variants", _variants, text)
    for option, default, what in (
        ("--variants", 1_000_000, "made-up variants"),
        ("--transcripts", 5, "consequences of each"),
        ("--rounds", 3, "results to look at"),
    ):
        variants.add_argument(
            option, type=_positive, default=default, metavar="N", help=f"{what} ({default:,})"
        )
    variants.add_argument("--json", type=Path, metavar="FILE", help="write the report there, too")


def _annotate(arguments: argparse.Namespace) -> int:
    _require_checkout()
    from tests.bench.annotate import CHOICES, Options, is_sound, run
    from tests.bench.inputs import find_data

    wrong = sorted(set(arguments.only).difference(CHOICES))
    if wrong:
        raise RejectedError(f"There is no program {wrong[0]}; choose of {', '.join(CHOICES)}.")
    options = Options(
        records=arguments.records,
        repeat=arguments.repeat,
        only=tuple(arguments.only),
        data=find_data(arguments.data, os.environ, _ROOT),
        # The programs run in another folder.
        keep=arguments.keep and arguments.keep.absolute(),
    )
    report = run(options, _say)
    _show(report, arguments.json)
    return 0 if is_sound(report) else 1


def _latency(arguments: argparse.Namespace) -> int:
    _require_checkout()
    from tests.bench.latency import Options, run, verdicts

    report = run(Options(arguments.jobs), _say)
    _show(report, arguments.json)
    for line in verdicts(report):
        _say(line)
    return 0


def _variants(arguments: argparse.Namespace) -> int:
    _require_checkout()
    from tests.bench.variants import Options, run, verdicts

    options = Options(arguments.variants, arguments.transcripts, arguments.rounds)
    report = run(options, _say)
    _show(report, arguments.json)
    for line in verdicts(report):
        _say(line)
    return 0


def _desktop(arguments: argparse.Namespace) -> int:
    _require_checkout()
    from tests.bench import desktop_endings, desktop_transfers, desktop_window

    report: dict[str, object] = {}
    if arguments.only in {None, "window"}:
        options = desktop_window.Options(arguments.jobs, arguments.seconds)
        window = report["window"] = desktop_window.run(options, _say)
        for line in desktop_window.verdicts(window):
            _say(line)
    if arguments.only in {None, "transfers"}:
        size = desktop_transfers.Size(arguments.mebibytes, arguments.rounds)
        transfers = report["transfers"] = desktop_transfers.run(size, _say)
        for line in desktop_transfers.verdicts(transfers):
            _say(line)
    if arguments.only in {None, "endings"}:
        endings = report["endings"] = desktop_endings.run(desktop_endings.Size(), _say)
        for line in desktop_endings.verdicts(endings):
            _say(line)
    _show(report, arguments.json)
    return 0


def _show(report: dict[str, object], file: Path | None) -> None:
    text = json.dumps(report, indent=1) + "\n"
    if file is not None:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")
    sys.stdout.write(text)


def _require_checkout() -> None:
    """Refuse to go on in an installed package, which has no benchmarks."""
    if not (_ROOT / "tests" / "bench").is_dir():
        raise RejectedError(
            "The benchmarks belong to the project's source and are not installed; "
            "run `gas bench` in a checkout."
        )


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{text} is not a number from 1 on")
    return number


def _say(line: str) -> None:
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()
