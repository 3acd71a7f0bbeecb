"""`gas reference`: reference bundles."""

from __future__ import annotations

import argparse
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from backend.commands.bars import Bars
from backend.commands.declare import Commands, command
from backend.domain.errors import RejectedError
from backend.settings import read

if TYPE_CHECKING:
    from types import FrameType

    from annotator.reference.bundle import Bundle, Source
    from annotator.reference.models import Models
    from annotator.reference.sources import SourceFiles

_MOST_NAMES = 30
_TERMINATED = 143
_FASTA, _GENES = "fasta", "genes"


def add(commands: Commands) -> None:
    """Declare the commands."""
    reference = commands.add_parser("reference", help="build and check reference bundles")
    below = reference.add_subparsers(required=True, metavar="COMMAND")
    _add_build(below)
    command(below, "list", _list, "list the installed bundles and what they were made from")
    verify = command(below, "verify", _verify, "check every byte of a bundle")
    verify.add_argument("bundle", type=Path)
    installing = command(below, "install", _install, "install a bundle that was built elsewhere")
    installing.add_argument(
        "bundle", type=Path, metavar="ARCHIVE_OR_FOLDER", help="a bundle's folder, or a tar of it"
    )
    _add_out(installing)


def _add_build(below: Commands) -> None:
    """Declare `gas reference build`."""
    build = command(below, "build", _build, "make a bundle from files on this machine")
    build.add_argument("--name", required=True, help="what people call it")
    build.add_argument("--assembly", required=True, metavar="A", help="such as GRCh38")
    build.add_argument("--fasta", type=Path, required=True, metavar="F.fa[.gz]")
    models = build.add_mutually_exclusive_group(required=True)
    models.add_argument(
        "--genes", type=Path, metavar="G.gff3[.gz]", help="of Ensembl, GENCODE or NCBI (MANE)"
    )
    models.add_argument(
        "--vep-cache", type=Path, metavar="DIR", help="a VEP cache 115 or 116, in place of --genes"
    )
    build.add_argument(
        "--source",
        type=_pair,
        action="append",
        default=[],
        metavar="NAME=FILE",
        help="clinvar, dbsnp, gnomad, cytoband, gwas, cpg or segdup; any other name is a VCF or "
        "BED of your own; once more with the same name for each further file of it",
    )
    for option in ("--release", "--licence"):
        text = f"the {option[2:]} of a source, of {_FASTA} or of {_GENES}"
        build.add_argument(
            option, type=_pair, action="append", default=[], metavar="NAME=TEXT", help=text
        )
    build.add_argument(
        "--precompute", action="store_true", help="annotate the alleles of the sources once for all"
    )
    build.add_argument(
        "--precompute-min-frequency",
        type=float,
        default=0.0,
        metavar="X",
        help="leave out those that gnomAD lists below this",
    )
    _add_out(build)


def _add_out(parser: argparse.ArgumentParser) -> None:
    """Declare where bundles go."""
    parser.add_argument(
        "--out", type=Path, metavar="DIR", help="default: GAS_BUNDLES, or the user's data folder"
    )


def _pair(text: str) -> tuple[str, str]:
    """A name and what belongs to it."""
    name, equals, value = text.partition("=")
    if not (name and equals and value):
        raise argparse.ArgumentTypeError(f"{text!r} is not of the form NAME=VALUE")
    return name, value


def bundle_folder() -> Path:
    """Return where bundles are installed: GAS_BUNDLES, else in the user's data folder."""
    return read(os.environ).bundles


def _build(arguments: argparse.Namespace) -> None:
    from annotator.reference.build import build

    out: Path = arguments.out or bundle_folder()
    stated = _Stated(dict(arguments.release), dict(arguments.licence))
    files = stated.files(arguments.source)
    _require_files(arguments.fasta, arguments.genes)
    models = _models(arguments)
    with _ended_in_order(), Bars() as bars:
        least = arguments.precompute_min_frequency
        bundle = build(
            name=arguments.name,
            assembly=arguments.assembly,
            fasta=arguments.fasta,
            genes=models,
            out=out,
            sources=stated.sources(arguments.fasta, models),
            annotations=files,
            precompute=_Store(out, least, bars) if arguments.precompute else None,
            progress=bars,
            say=bars.say,
        )
    sys.stdout.write(f"{bundle.describe()}\n{bundle.hash}\n{bundle.path}\n")


def _require_files(*files: Path | None) -> None:
    """Refuse files that are not there."""
    for each in files:
        if each is not None and not each.is_file():
            raise RejectedError(f"There is no file {each}.")


def _models(arguments: argparse.Namespace) -> Models:
    """The gene models that were asked for."""
    from annotator.reference.models import GffModels
    from annotator.reference.vep_cache import CacheModels

    if arguments.genes is not None:
        return GffModels(arguments.genes)
    return CacheModels(arguments.vep_cache)


@dataclass(frozen=True, slots=True)
class _Stated:
    """What the person says of the files, by name."""

    releases: dict[str, str]
    licences: dict[str, str]

    def files(self, named: list[tuple[str, str]]) -> tuple[SourceFiles, ...]:
        """The sources that were asked for; refuse words about others."""
        from annotator.reference.sources import SourceFiles

        files: dict[str, tuple[Path, ...]] = {}
        for name, file in named:
            files[name] = (*files.get(name, ()), Path(file))
        for name in {*self.releases, *self.licences} - {*files, _FASTA, _GENES}:
            raise RejectedError(f"There is no source {name} to have a release or licence.")
        return tuple(
            SourceFiles(name, paths, self.releases.get(name), self.licences.get(name))
            for name, paths in files.items()
        )

    def sources(self, fasta: Path, models: Models) -> list[Source]:
        """Sequence and gene models, as the bundle lists them."""
        from annotator.reference.build import unstated

        return [
            self._named(_FASTA, unstated(fasta)),
            *(self._named(_GENES, each) for each in models.sources()),
        ]

    def _named(self, name: str, source: Source) -> Source:
        """A source with what is said of it."""
        return replace(
            source,
            release=self.releases.get(name, source.release),
            licence=self.licences.get(name, source.licence),
        )


@dataclass(frozen=True, slots=True)
class _Store:
    """Makes the store of known alleles; what is done of it outlives a build that is cut short."""

    out: Path
    least: float
    bars: Bars

    def __call__(self, bundle: Bundle) -> None:
        """Annotate the alleles of the bundle's sources."""
        from annotator.precompute import precompute

        finished = self.out / f".known-{bundle.hash[:16]}-{self.least:g}"
        counts: list[int] = []

        def told(count: int) -> None:
            counts.append(count)
            self.bars("annotating known alleles", sum(counts), None)

        precompute(bundle, bundle.known_folder, finished, least_frequency=self.least, told=told)


@contextmanager
def _ended_in_order() -> Iterator[None]:
    """Has SIGTERM end the work like Ctrl+C does, so that nothing half-made stays."""

    def end(_signal: int, _frame: FrameType | None) -> None:
        sys.exit(_TERMINATED)

    former = signal.signal(signal.SIGTERM, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, former)


def _list(_arguments: argparse.Namespace) -> None:
    from annotator.reference.bundle import installed

    for bundle in installed(bundle_folder()):
        sys.stdout.write(_described(bundle))


def _described(bundle: Bundle) -> str:
    """A bundle in some lines: what it is, and what it was made from."""
    names = [each.name for each in bundle.contigs]
    contigs = ", ".join(names) if len(names) <= _MOST_NAMES else f"{len(names):,} contigs"
    known = "known alleles annotated" if bundle.known else "no known alleles"
    lines = [
        f"{bundle.hash[:12]}  {bundle.assembly}  {bundle.name}  {bundle.path}",
        f"    {contigs}; {known}",
        *(f"    {each.name}: {each.release}; licence {each.licence}" for each in bundle.sources),
    ]
    return "".join(f"{line}\n" for line in lines)


def _verify(arguments: argparse.Namespace) -> None:
    from annotator.reference.bundle import load, verify

    bundle = load(arguments.bundle)
    verify(bundle)
    sys.stdout.write(f"{bundle.name} is whole: {bundle.hash}\n")


def _install(arguments: argparse.Namespace) -> None:
    from annotator.reference.installation import install

    out: Path = arguments.out or bundle_folder()
    with _ended_in_order(), Bars() as bars:
        bundle = install(arguments.bundle, out, bars)
    sys.stdout.write(f"{bundle.describe()}\n{bundle.hash}\n{bundle.path}\n")
