"""`gas annotate`: the annotation alone, no cloud."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
import tempfile
from pathlib import Path

from backend.commands.declare import Commands, command
from backend.commands.files import require_file, require_outputs
from backend.domain.errors import RejectedError
from backend.settings import read

_PREFIX = ".gas-annotate-"
_BGZIP = frozenset({".gz", ".bgz"})
_OTHERS = frozenset({".vcf", ".bcf"})


def add(commands: Commands) -> None:
    """Declare the command."""
    parser = command(commands, "annotate", _run, "annotate one VCF file on this machine")
    parser.add_argument("input", type=Path, metavar="IN.vcf[.gz]")
    parser.add_argument("-o", "--output", type=Path, required=True, metavar="OUT.vcf.gz")
    parser.add_argument(
        "--bundle", type=Path, action="append", help="a reference bundle; default: all installed"
    )
    parser.add_argument("--assembly", choices=("detect", "GRCh37", "GRCh38"), default="detect")
    parser.add_argument("--engine", choices=("vepyr", "csq"), default="vepyr")
    parser.add_argument(
        "--threads",
        type=_positive,
        default=os.cpu_count() or 1,
        metavar="N",
        help="processes for a large file (default: one a core); the result is the same",
    )
    parser.add_argument(
        "--replace",
        action="store_true",
        help="take an earlier annotation (CSQ, ANN, BCSQ) out; without, it stays beside the new",
    )
    parser.add_argument(
        "--no-index", action="store_true", help="leave the index (.tbi) to somebody else"
    )
    parser.add_argument("--json", type=Path, metavar="SUMMARY", help="write the counts as JSON")
    parser.add_argument("--table", type=Path, metavar="OUT.parquet", help="the result as Parquet")
    parser.add_argument("--report", type=Path, metavar="OUT.html", help="the result in pictures")


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("must be 1 or more")
    return number


def _run(arguments: argparse.Namespace) -> None:
    _check(arguments)
    from annotator import leftovers
    from annotator.allocation import keep_freed_memory
    from annotator.pipeline import Request, annotate
    from annotator.reference.bundle import installed, load

    keep_freed_memory()
    chosen = tuple(load(path) for path in arguments.bundle or ())
    output: Path = arguments.output
    leftovers.clear(output.parent, _PREFIX)
    prefix = leftovers.owned(_PREFIX)
    with tempfile.TemporaryDirectory(dir=output.parent, prefix=prefix) as folder:
        request = Request(
            source=arguments.input,
            folder=Path(folder),
            bundles=chosen or installed(read(os.environ).bundles),
            file_name=arguments.input.name,
            assembly=arguments.assembly,
            engine=arguments.engine,
            table=arguments.table is not None,
            report=arguments.report is not None,
            index=not arguments.no_index,
            replace=arguments.replace,
            processes=arguments.threads,
        )
        outcome = annotate(request, _show)
        _place(outcome.table, arguments.table)
        _place(outcome.report, arguments.report)
        _place(outcome.index, _beside(output, "tbi"))
        _place(outcome.log, _beside(output, "log"))
        _place(outcome.result, output)
    summary = json.dumps(outcome.summary.to_json(), indent=2)
    if arguments.json:
        arguments.json.write_text(summary + "\n", "utf-8")
    sys.stdout.write(summary + "\n")


def _check(arguments: argparse.Namespace) -> None:
    """Refuse what could not be annotated or written, and what would cost somebody a file."""
    output: Path = arguments.output
    require_file(arguments.input)
    outputs = {
        "the result": output,
        "the index": _beside(output, "tbi"),
        "the log": _beside(output, "log"),
        "the table": arguments.table,
        "the report": arguments.report,
        "the counts": arguments.json,
    }
    _require_bgzip(output)
    wanted = {name: path for name, path in outputs.items() if path is not None}
    require_outputs({"the input": arguments.input}, wanted)


def _require_bgzip(output: Path) -> None:
    """Refuse the name of a result that does not say how it is compressed."""
    if output.suffix.lower() in _BGZIP or output.is_dir():
        return
    plain = output.stem if output.suffix.lower() in _OTHERS else output.name
    raise RejectedError(f"{output} would be VCF compressed by bgzip; name it {plain}.vcf.gz.")


def _beside(output: Path, kind: str) -> Path:
    """Where the index or the log of a result goes."""
    return Path(f"{output}.{kind}")


def _place(made: Path | None, target: Path | None) -> None:
    """Give a file that was made its place; where none was, one of an earlier run goes."""
    if target is None:
        return
    if made is None:
        target.unlink(missing_ok=True)
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.move(made, target)


def _show(done: int, total: int) -> None:
    sys.stderr.write(f"\r{done:,} of {total:,} variants")
    if done == total:
        sys.stderr.write("\n")
    sys.stderr.flush()
