"""`gas annotate`: the annotation alone, no cloud."""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tempfile
from pathlib import Path

from backend.commands.declare import Commands, command


def add(commands: Commands) -> None:
    """Declare the command."""
    parser = command(commands, "annotate", _run, "annotate one VCF file on this machine")
    parser.add_argument("input", type=Path, metavar="IN.vcf[.gz]")
    parser.add_argument("-o", "--output", type=Path, required=True, metavar="OUT.vcf.gz")
    parser.add_argument(
        "--bundle", type=Path, action="append", help="a reference bundle; default: all installed"
    )
    parser.add_argument("--assembly", choices=("detect", "GRCh37", "GRCh38"), default="detect")
    parser.add_argument("--engine", choices=("vepyr",), default="vepyr")
    parser.add_argument("--json", type=Path, metavar="SUMMARY", help="write the counts as JSON")


def _run(arguments: argparse.Namespace) -> None:
    from annotator.pipeline import Request, annotate
    from annotator.reference.bundle import installed, load

    bundles = tuple(load(path) for path in arguments.bundle or ()) or installed(None)
    arguments.output.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=arguments.output.parent, prefix=".gas-") as folder:
        request = Request(
            source=arguments.input,
            folder=Path(folder),
            bundles=bundles,
            file_name=arguments.input.name,
            assembly=arguments.assembly,
            engine=arguments.engine,
        )
        outcome = annotate(request, _show)
        for made, suffix in ((outcome.index, ".tbi"), (outcome.log, ".log"), (outcome.result, "")):
            shutil.move(made, arguments.output.with_name(arguments.output.name + suffix))
    summary = json.dumps(outcome.summary.to_json(), indent=2)
    if arguments.json:
        arguments.json.write_text(summary + "\n", "utf-8")
    sys.stdout.write(summary + "\n")


def _show(done: int, total: int) -> None:
    sys.stderr.write(f"\r{done:,} of {total:,} variants")
    if done == total:
        sys.stderr.write("\n")
    sys.stderr.flush()
