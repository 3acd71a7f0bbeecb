"""The programs that are measured: ours in each of its ways, and its peers."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from annotator.consequence import FIELDS
from backend.domain.errors import RejectedError
from tests.bench import bcftools, bundles, snpeff
from tests.bench.bundles import Bundles
from tests.bench.inputs import Inputs, once

HOW_TO_INSTALL = {
    "bcftools": "apt-get install bcftools",
    "SnpEff": "apt-get install snpeff default-jre-headless",
}


@dataclass(frozen=True, slots=True)
class Program:
    """A command to measure.

    Attributes:
        name: short, as in ``--only``.
        what: in words.
        command: program and arguments.
        output: the VCF that it writes.
        reads: files and folders that are read through before.
        tag: what each annotated record holds.
        prints: whether *output* is its standard output.
    """

    name: str
    what: str
    command: tuple[str, ...]
    output: Path
    reads: tuple[Path, ...]
    tag: bytes = b""
    prints: bool = False


def absent() -> dict[str, str]:
    """The peers that are not installed, and how to install them."""
    there = {"bcftools": bcftools.is_installed(), "SnpEff": snpeff.is_installed()}
    return {name: HOW_TO_INSTALL[name] for name, is_there in there.items() if not is_there}


class Programs:
    """Makes programs ready, with their inputs and bundles.

    Args:
        inputs: what they read.
        bundles: what ours annotates with.
        folder: for what they write.
    """

    def __init__(self, inputs: Inputs, bundles: Bundles, folder: Path) -> None:
        self._inputs = inputs
        self._bundles = bundles
        self._folder = folder

    def ready(self, name: str) -> Program:
        """The program of that *name*, one of ``NAMES``.

        Raises:
            RejectedError: it is not installed.
            FailedRunError: what it reads could not be made.
        """
        return _MAKERS[name](self, name)

    def passthrough(self, name: str) -> Program:
        """``bcftools view``: what reading and writing alone cost with htslib."""
        vcf, output = self._inputs.sample(), self._output(name)
        return Program(
            name,
            "bcftools view -Oz: htslib reads and writes the same file",
            bcftools.command("view", "-Oz", "-o", str(output), str(vcf)),
            output,
            (vcf,),
        )

    def raw_csq(self, name: str) -> Program:
        """``bcftools csq`` by itself."""
        vcf, fasta, output = self._inputs.sample(), self._inputs.fasta(), self._output(name)
        genes = self._inputs.data.genes
        options = ("-f", str(fasta), "-g", str(genes), "-p", "a", "-Oz", "-o", str(output))
        return Program(
            name,
            "bcftools csq -p a -Oz by itself on the same file",
            bcftools.command("csq", *options, str(vcf)),
            output,
            (vcf, fasta),
            b"BCSQ=",
        )

    def raw_vepyr(self, name: str) -> Program:
        """Raw vepyr, on what it needs: one allele a record, in normal form."""
        bundle, vcf = self._bundles.find(bundles.PLAIN), self._inputs.split()
        fasta, output = self._inputs.fasta(), self._output(name)
        return Program(
            name,
            "vepyr annotate by itself: the fields of ours, on records that are split already",
            (
                *(sys.executable, "-m", "vepyr", "annotate", "--no_progress"),
                *("-i", str(vcf), "-o", str(output), "--fields", ",".join(FIELDS)),
                *("--dir_cache", str(bundle / "vepyr"), "--fasta", str(fasta)),
            ),
            output,
            (vcf, fasta, bundle / "vepyr"),
            b"CSQ=",
        )

    def snpeff(self, name: str) -> Program:
        """SnpEff, to plain text, which is in its favour."""
        if not snpeff.is_installed():
            raise RejectedError(f"SnpEff is not installed: {HOW_TO_INSTALL['SnpEff']}.")
        fasta, genes = self._inputs.fasta(), self._inputs.data.genes
        database = once(
            self._inputs.folder / "snpeff",
            lambda made: snpeff.build_database(made, fasta, genes),
        )
        vcf, output = self._inputs.sample(), self._output(name, "vcf")
        return Program(
            name,
            "SnpEff on the same file, with HGVS, to plain text",
            snpeff.command(database, vcf),
            output,
            (vcf, database),
            b"ANN=",
            prints=True,
        )

    def ours(
        self, name: str, what: str, kind: str, *, engine: str = "vepyr", threads: int = 1
    ) -> Program:
        """The whole of ``gas annotate`` with a *kind* of bundle."""
        bundle, vcf, output = self._bundles.find(kind), self._inputs.sample(), self._output(name)
        return Program(
            name,
            f"gas annotate: {what}",
            (
                *annotate_command(vcf, output, bundle),
                *("--engine", engine, "--threads", str(threads)),
            ),
            output,
            (vcf, bundle),
            b"CSQ=",
        )

    def _output(self, name: str, suffix: str = "vcf.gz") -> Path:
        return self._folder / f"{name}.{suffix}"


def annotate_command(vcf: Path, output: Path, bundle: Path) -> tuple[str, ...]:
    """``gas annotate`` with one bundle, and like its peers without an index."""
    files = (str(vcf), "-o", str(output), "--bundle", str(bundle))
    return (sys.executable, "-m", "backend.cli", "annotate", "--no-index", *files)


def _ours(what: str, kind: str, **options: object) -> Callable[[Programs, str], Program]:
    return lambda programs, name: programs.ours(name, what, kind, **options)  # type: ignore[arg-type]


_MAKERS: dict[str, Callable[[Programs, str], Program]] = {
    "passthrough": Programs.passthrough,
    "known": _ours("97 % known alleles, one process", bundles.KNOWN),
    "known-2": _ours("97 % known alleles, two processes", bundles.KNOWN, threads=2),
    "joined-known": _ours("97 % known, three sources", bundles.JOINED_KNOWN),
    "raw-csq": Programs.raw_csq,
    "csq": _ours("engine csq, one process", bundles.PLAIN, engine="csq"),
    "raw-vepyr": Programs.raw_vepyr,
    "none": _ours("none known, one process", bundles.PLAIN),
    "none-2": _ours("none known, two processes", bundles.PLAIN, threads=2),
    "joined": _ours("none known, three sources", bundles.JOINED),
    "snpeff": Programs.snpeff,
}
NAMES = tuple(_MAKERS)
"""Of all programs, in the order in which a round runs them: those compared stand together."""

OURS = frozenset({"known", "known-2", "joined-known", "csq", "none", "none-2", "joined"})
