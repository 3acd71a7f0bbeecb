"""SnpEff: its database of the same gene models, and its command.

Debian's wrapper prints its arguments into the result, so the program is called by java. From GFF3
it makes a second transcript of nearly every one, which takes it three times as long; from GTF it
makes each once and agrees with vepyr on what variants do to it.
"""

from __future__ import annotations

import gzip
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from tests.bench.measuring import measure

_JAR = Path("/usr/share/java/snpeff.jar")  # of Debian's package
_DATABASE = "chr20"
_JAVA = ("java", "-Xmx4g", "-jar", str(_JAR))
_QUIET = ("-noLog", "-nodownload")


def is_installed() -> bool:
    """Whether Debian's package and Java are there."""
    return _JAR.is_file() and shutil.which("java") is not None


def versions() -> dict[str, str]:
    """Its version and Java's, as they tell it; nothing where it is not installed."""
    if not is_installed():
        return {}
    asked = {"Java": ("java", "--version"), "SnpEff": (*_JAVA, "-version")}
    said = {name: subprocess.check_output(each, text=True) for name, each in asked.items()}
    return {name: " ".join(text.splitlines()[0].split()) for name, text in said.items()}


def command(folder: Path, vcf: Path) -> tuple[str, ...]:
    """The command that annotates *vcf* to standard output by the database in *folder*."""
    config = ("-c", str(folder / "snpEff.config"))
    return (*_JAVA, "ann", *config, *_QUIET, "-noStats", _DATABASE, str(vcf))


def build_database(folder: Path, fasta: Path, genes: Path) -> None:
    """Make a database of GFF3 *genes* in the new *folder*.

    Raises:
        FailedRunError: SnpEff refused.
    """
    place = folder / "data" / _DATABASE
    place.mkdir(parents=True)
    (place / "sequences.fa").symlink_to(fasta.resolve())
    (place / "genes.gtf").write_text("".join(gtf(genes)), "utf-8")
    config = folder / "snpEff.config"
    # A data folder that is not absolute is looked for beside the configuration.
    config.write_text(f"data.dir = ./data/\n{_DATABASE}.genome : {_DATABASE}\n", "utf-8")
    unchecked = ("-noCheckCds", "-noCheckProtein")
    build = (*_JAVA, "build", "-gtf22", "-c", str(config), *_QUIET, *unchecked, _DATABASE)
    measure(build, folder)


def gtf(genes: Path) -> Iterator[str]:
    """Transcripts, exons and coding parts of Ensembl-style GFF3 as lines of GTF.

    Without the transcripts' own lines SnpEff takes all of them for non-coding.
    """
    lines = list(_features(genes))
    names = {each["ID"]: each["Name"] for kind, _, each in lines if kind == "gene"}
    parents = {each["ID"]: each["Parent"] for kind, _, each in lines if kind == "mRNA"}
    for kind, columns, attributes in lines:
        if kind not in {"mRNA", "exon", "CDS"}:
            continue
        transcript = attributes["ID" if kind == "mRNA" else "Parent"]
        gene = parents[transcript]
        columns[2] = "transcript" if kind == "mRNA" else kind
        columns[8] = (
            f'gene_id "{_bare(gene)}"; transcript_id "{_bare(transcript)}"; '
            f'gene_name "{names[gene]}"; gene_biotype "protein_coding"; '
            'transcript_biotype "protein_coding";'
        )
        yield "\t".join(columns) + "\n"


def _features(genes: Path) -> Iterator[tuple[str, list[str], dict[str, str]]]:
    """Kind, columns and attributes of each line of GFF3."""
    with gzip.open(genes, "rt", encoding="utf-8") as lines:
        for line in lines:
            if not line.startswith("#"):
                columns = line.rstrip("\n").split("\t")
                yield (
                    columns[2],
                    columns,
                    dict(each.split("=", 1) for each in columns[8].split(";")),
                )


def _bare(identifier: str) -> str:
    """An identifier without the kind that Ensembl writes before it."""
    return identifier.partition(":")[2]
