"""Making a reference bundle from local files: a FASTA file and Ensembl-style GFF3.

A bundle appears whole or not at all: it is made in a folder beside its place and renamed last.
"""

from __future__ import annotations

import gzip
import json
import shutil
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pysam

from annotator.compression import open_decompressed
from annotator.genetic_code import GeneticCode
from annotator.reference import assemblies
from annotator.reference.bundle import (
    FORMAT,
    MANIFEST,
    Bundle,
    Contig,
    Source,
    content_hash,
    list_files,
    load,
    sha256_of,
)
from annotator.reference.gene_models import Transcript, read_transcripts
from annotator.reference.sequence import Sequence, covered_regions
from annotator.reference.vepyr_tables import ENGINE_VERSION, write_tables
from backend import __version__
from backend.domain.errors import RejectedError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_LINE = 60


def build(
    *,
    name: str,
    assembly: str,
    fasta: Path,
    genes: Path,
    out: Path,
    sources: Iterable[Source] = (),
    lengths: dict[str, int] | None = None,
    folder_name: str | None = None,
    compress: bool = False,
) -> Bundle:
    """Make a bundle below *out* and return it; the same input gives the same hash.

    Args:
        name: what people call it.
        assembly: such as ``GRCh37``.
        fasta: sequences from base 1 on; what lies beyond the end of one counts as not covered.
            Contigs are named without ``chr`` in the bundle.
        genes: Ensembl-style GFF3, plain or gzip. Transcripts on other contigs, or not wholly
            in the sequence, are left out.
        out: folder in which the bundle's own folder is made.
        sources: where *fasta* and *genes* came from; without, their names and hashes are listed.
        lengths: true lengths of contigs of which *fasta* holds only the beginning.
        folder_name: of the bundle's folder; ``<name>-<hash>`` without.
        compress: keep the sequence compressed: small, but each job unpacks it first, as the
            engine reads a plain file five times as fast.

    Raises:
        RejectedError: the files do not fit together; nothing is left behind.
    """
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out, prefix=".building-") as temporary:
        work = Path(temporary) / "bundle"
        work.mkdir()
        written = _write_sequence(fasta, work, compress=compress)
        _write_genes(genes, work)
        contigs = _write_models(written, assembly, lengths or {})
        manifest: dict[str, Any] = {
            "format": FORMAT,
            "name": name,
            "assembly": assembly,
            "engine": f"vepyr {ENGINE_VERSION}",
            "builder": f"genomics-annotation-service {__version__}",
            "contigs": [_entry(each) for each in contigs],
            "sources": [asdict(each) for each in sources or _unnamed(fasta, genes)],
            "files": list_files(work),
        }
        manifest["hash"] = content_hash(manifest)
        text = json.dumps(manifest, indent=1, ensure_ascii=False) + "\n"
        (work / MANIFEST).write_text(text, encoding="utf-8")
        place = out / (folder_name or f"{name}-{manifest['hash'][:12]}")
        if place.exists():
            shutil.rmtree(place)
        work.rename(place)
    return load(place)


def _unnamed(*files: Path) -> list[Source]:
    """Sources of which no more is known than the file."""
    return [
        Source(file.name, "not stated", "not stated", file.name, sha256_of(file)) for file in files
    ]


def _entry(contig: Contig) -> dict[str, object]:
    """A contig's entry in the manifest."""
    return {
        "name": contig.name,
        "length": contig.length,
        "aliases": list(contig.aliases),
        "covered": [list(each) for each in contig.covered],
        "genetic_code": int(contig.code),
    }


def _write_sequence(fasta: Path, work: Path, *, compress: bool) -> Path:
    """Copy the sequences with plain names and equal lines, indexed; return the new file."""
    plain = work / "reference.fa"
    with open_decompressed(fasta) as source, plain.open("wb") as target:
        for line in _equal_lines(source, fasta.name):
            target.write(line + b"\n")
    written = plain
    if compress:
        written = work / "reference.fa.gz"
        pysam.tabix_compress(str(plain), str(written))
        plain.unlink()
    pysam.faidx(str(written))
    return written


def _equal_lines(source: Iterable[bytes], name: str) -> Iterator[bytes]:
    """FASTA's lines with sequences in lines of 60 bases, as an index needs."""
    rest, found = bytearray(), False
    for line in source:
        if line.startswith(b">"):
            if rest:
                yield bytes(rest)
            rest, found = bytearray(), True
            yield b">" + assemblies.plain_name(line[1:].split()[0].decode()).encode()
        elif not found:
            break
        rest += line.strip() if not line.startswith(b">") else b""
        whole = len(rest) - len(rest) % _LINE
        for start in range(0, whole, _LINE):
            yield bytes(rest[start : start + _LINE])
        del rest[:whole]
    if rest:
        yield bytes(rest)
    if not found:
        raise RejectedError(f"{name} is not a FASTA file: it has no line that begins with >.")


def _write_genes(genes: Path, work: Path) -> None:
    """Copy the gene models with plain contig names, compressed without a time stamp."""
    target = work / "genes.gff3.gz"
    with (
        open_decompressed(genes) as lines,
        target.open("wb") as raw,
        gzip.GzipFile(filename="", mode="wb", fileobj=raw, mtime=0) as compressed,
    ):
        for line in lines:
            compressed.write(_with_plain_name(line))


def _with_plain_name(line: bytes) -> bytes:
    """A line of GFF3 whose contig is named without ``chr``."""
    contig, tab, rest = line.partition(b"\t")
    if line.startswith(b"#") or not tab:
        return line
    return assemblies.plain_name(contig.decode()).encode() + tab + rest


def _write_models(fasta: Path, assembly: str, lengths: dict[str, int]) -> list[Contig]:
    """Write the engine's tables of each contig beside *fasta*; return what the bundle covers."""
    work = fasta.parent
    transcripts = read_transcripts(work / "genes.gff3.gz")
    contigs = []
    with Sequence(fasta) as sequence:
        for name, held in sequence.contigs().items():
            contig = Contig(
                name=name,
                length=lengths.get(name, held),
                aliases=assemblies.aliases(assembly, name),
                covered=covered_regions(sequence, name, held),
                code=_code(name),
            )
            models = list(_models(transcripts, contig, sequence))
            write_tables(work / "vepyr", name, models, assembly=assembly, code=contig.code)
            contigs.append(contig)
    if not any((work / "vepyr").glob("transcript/*.parquet")):
        raise RejectedError(
            "No transcript of the gene models lies on the sequence; "
            "give GFF3 and FASTA of the same assembly and with the same contigs."
        )
    return contigs


def _code(contig: str) -> GeneticCode:
    """The genetic code of a contig by its name."""
    is_mitochondrial = contig == "MT"
    return GeneticCode.VERTEBRATE_MITOCHONDRIAL if is_mitochondrial else GeneticCode.STANDARD


def _models(
    transcripts: list[Transcript], contig: Contig, sequence: Sequence
) -> Iterator[tuple[Transcript, str]]:
    """The contig's transcripts that lie wholly in what is covered, with their bases."""
    for each in transcripts:
        if each.contig == contig.name and _covers(contig, each.start, each.end):
            yield each, sequence.bases(contig.name, each.start, each.end)


def _covers(contig: Contig, start: int, end: int) -> bool:
    """Whether one covered range holds all of a range."""
    return any(first <= start and end <= last for first, last in contig.covered)
