"""`gas export`: a filtered selection of an annotation as TSV or as an Excel workbook."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from backend.commands.declare import Commands, command
from backend.commands.files import require_outputs

_SELECTED = "may be given several times: any of them fits"


def add(commands: Commands) -> None:
    """Declare the command."""
    text = "write a selection of an annotation's table as TSV or Excel"
    parser = command(commands, "export", _run, text)
    parser.add_argument("table", type=Path, metavar="RESULT.parquet")
    parser.add_argument("-o", "--output", type=Path, required=True, metavar="OUT.tsv|OUT.xlsx")
    for option, metavar, what in (
        ("--gene", "G", "symbol or Ensembl identifier"),
        ("--impact", "HIGH", "HIGH, MODERATE, LOW or MODIFIER"),
        ("--consequence", "TERM", "term of the Sequence Ontology"),
        ("--region", "20:1-1000", "region that REF overlaps, 1-based and inclusive"),
        ("--significance", "TEXT", "ClinVar's significance, whole"),
    ):
        parser.add_argument(
            option, action="append", default=[], metavar=metavar, help=f"{what}; {_SELECTED}"
        )
    parser.add_argument(
        "--max-frequency",
        type=float,
        metavar="X",
        help="highest frequency in gnomAD, 0 to 1; alleles that it does not list are kept",
    )
    parser.add_argument("--pass-only", action="store_true", help="only records with FILTER PASS")
    parser.add_argument(
        "--picked", action="store_true", help="only the consequence of each allele that comes first"
    )
    parser.add_argument("--columns", metavar="A,B", help="columns in this order; default: all")


def _run(arguments: argparse.Namespace) -> None:
    from annotator.export import Region, Selection, export

    selection = Selection(
        genes=tuple(arguments.gene),
        impacts=tuple(arguments.impact),
        consequences=tuple(arguments.consequence),
        regions=tuple(Region.parse(each) for each in arguments.region),
        most_frequency=arguments.max_frequency,
        significances=tuple(arguments.significance),
        pass_only=arguments.pass_only,
        picked=arguments.picked,
        columns=tuple(filter(None, (arguments.columns or "").split(","))),
    )
    require_outputs({"the table": arguments.table}, {"the selection": arguments.output})
    rows = export(arguments.table, arguments.output, selection, _show)
    note = "" if rows else ": no row fits the selection, so it has the column names only"
    sys.stdout.write(f"{rows:,} rows written to {arguments.output}{note}\n")


def _show(done: int, total: int) -> None:
    sys.stderr.write(f"\r{done:,} of {total:,} rows read")
    if done == total:
        sys.stderr.write("\n")
    sys.stderr.flush()
