"""The sources that a bundle adds to consequences: told apart by name, written in one form.

``clinvar``, ``dbsnp`` and ``gnomad`` are the VCFs of these projects; ``cytoband``, ``cpg``,
``segdup`` and ``gwas`` are UCSC's tables; any other name is a VCF or BED of the lab's own.
"""

from __future__ import annotations

import re
import tempfile
from dataclasses import dataclass
from itertools import chain, permutations
from pathlib import Path
from typing import TYPE_CHECKING

from annotator.compression import open_decompressed
from annotator.reference.account import Account
from annotator.reference.allele_rows import ROWS, AlleleRows
from annotator.reference.bundle import SOURCES, Annotation, Kind, Source, sha256_of
from annotator.reference.info_values import encode
from annotator.reference.interval_rows import IntervalRows
from annotator.reference.interval_sources import FORMATS, Entry, Format, bed
from annotator.reference.models import NOT_STATED
from annotator.reference.promoters import PROMOTER, promoters
from annotator.reference.runs import Runs
from annotator.reference.vcf_source import VcfSource, about
from annotator.stores import write_store
from backend.domain.errors import RejectedError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import pyarrow as pa

    from annotator.reference.bundle import Contig
    from annotator.reference.gene_models import Transcript
    from annotator.reference.progress import Progress

_VCF_ONLY = frozenset({"clinvar", "dbsnp", "gnomad"})
_RESERVED = frozenset({PROMOTER, "fasta", "genes"})
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


@dataclass(frozen=True, slots=True)
class SourceFiles:
    """Files that are to become a source.

    Attributes:
        name: of the source; it says how the files are read.
        files: of one kind, such as one a chromosome.
        release: of the files; what a VCF says of itself if it is None.
        licence: under which they may be used, if that is known.
    """

    name: str
    files: tuple[Path, ...]
    release: str | None = None
    licence: str | None = None


@dataclass(frozen=True, slots=True)
class Ground:
    """What sources are laid on: the bundle in the making.

    Attributes:
        folder: the bundle's.
        fasta: its sequence, not compressed, with its index.
        transcripts: its gene models.
    """

    folder: Path
    assembly: str
    fasta: Path
    contigs: tuple[Contig, ...]
    transcripts: list[Transcript]

    def names(self) -> dict[str, Contig]:
        """The contigs by every name of theirs."""
        return {alias: each for each in self.contigs for alias in (*each.aliases, each.name)}


@dataclass(frozen=True, slots=True)
class Written:
    """A source that is in the bundle.

    Attributes:
        account: of its records.
        releases: which the files say they are; None of one that does not.
    """

    annotation: Annotation
    account: Account
    releases: tuple[str | None, ...] = ()


def require_names(files: Iterable[SourceFiles]) -> None:
    """Refuse sources that cannot be told apart, or of which a file is not there.

    Raises:
        RejectedError: the message names the source.
    """
    names: list[str] = []
    for each in files:
        if not _NAME.fullmatch(each.name) or each.name in _RESERVED:
            raise RejectedError(
                f"A source cannot be named {each.name!r}; use letters, digits and underscores, "
                f"a letter first, and none of the names {', '.join(sorted(_RESERVED))}."
            )
        for file in each.files:
            if not file.is_file():
                raise RejectedError(f"There is no file {file} for the source {each.name}.")
        names.append(each.name)
    for one, other in permutations(names, 2):
        if f"{other}_".startswith(f"{one}_"):
            raise RejectedError(
                f"Keys of the sources {one} and {other} could not be told apart; "
                "name one of them otherwise."
            )


def write_sources(
    files: Iterable[SourceFiles], ground: Ground, progress: Progress
) -> Iterator[tuple[SourceFiles, list[Written]]]:
    """Write each source into the bundle's folder; what became of it comes with its file.

    Raises:
        RejectedError: a file is not what its source's name says, or is of another assembly.
    """
    for each in files:
        yield each, list(_write(each, ground, progress))


def provenance(source: SourceFiles, written: list[Written]) -> list[Source]:
    """What the bundle's list of its sources says of the files of one."""
    said = written[0].releases or (None,) * len(source.files)
    licence = source.licence or NOT_STATED
    return [
        Source(
            source.name,
            source.release or release or NOT_STATED,
            licence,
            file.name,
            sha256_of(file),
        )
        for file, release in zip(source.files, said, strict=True)
    ]


def _write(source: SourceFiles, ground: Ground, progress: Progress) -> Iterator[Written]:
    """Write a source and what is derived from it."""
    first = source.files[0]
    if source.name in FORMATS:
        yield _write_entries(source, FORMATS[source.name], ground, progress)
        if source.name == "cpg":
            yield _write_promoters(source.files, ground)
    elif source.name in _VCF_ONLY or _is_vcf(first):
        yield _write_alleles(source, ground, progress)
    else:
        with about(f"{first.name} ({source.name})"):
            layout = bed(first)
        yield _write_entries(source, layout, ground, progress)


def _is_vcf(file: Path) -> bool:
    """Whether a file says that it is VCF, by its name or its first line."""
    if file.name.lower().endswith((".vcf", ".vcf.gz", ".vcf.bgz")):
        return True
    with open_decompressed(file) as stream:
        return stream.readline(64).lstrip(b"\xef\xbb\xbf").startswith(b"##fileformat=VCF")


def _write_alleles(source: SourceFiles, ground: Ground, progress: Progress) -> Written:
    """Write a source of alleles, a store a contig."""
    folder = _folder(ground, source.name)
    account, releases = Account(), []
    with tempfile.TemporaryDirectory(dir=ground.folder.parent, prefix="runs-") as scratch:
        runs = Runs(Path(scratch), ROWS)
        rows: AlleleRows | None = None
        for file in source.files:
            with VcfSource(source.name, file, account, ground.fasta, ground.contigs) as vcf:
                rows = rows or AlleleRows(vcf.wanted)
                vcf.require_keys(rows.wanted)
                releases.append(vcf.release)
                for contig, table in vcf.tables(rows):
                    runs.add(contig, table)
                    progress(f"reading {source.name}", account.records, None)
        rows = rows or AlleleRows(())
        for number, contig in enumerate(runs.contigs()):
            progress(f"writing {source.name}", number, len(runs.contigs()))
            tables = _once(runs.merged(contig), rows, account)
            write_store(folder / f"{contig}.parquet", tables, ROWS)
    annotation = Annotation(source.name, Kind.ALLELES, rows.fields())
    return Written(annotation, account, tuple(releases))


def _once(
    tables: Iterable[pa.Table], rows: AlleleRows, account: Account
) -> Iterator[pa.RecordBatch]:
    """The rows of sorted *tables*, each allele once."""
    for table in tables:
        unique, _ = rows.unique(table)
        account.entries += unique.num_rows
        yield from unique.combine_chunks().to_batches()


def _write_entries(
    source: SourceFiles, layout: Format, ground: Ground, progress: Progress
) -> Written:
    """Write a source of intervals, a file a contig."""
    folder = _folder(ground, source.name)
    with (
        tempfile.TemporaryDirectory(dir=ground.folder.parent, prefix="runs-") as scratch,
        about(f"{', '.join(file.name for file in source.files)} ({source.name})"),
    ):
        rows = IntervalRows(source.name, ground.names(), Path(scratch))
        for entry in _entries(source, layout, ground, rows.account):
            rows.add(entry)
            if rows.account.records % 10_000 == 0:
                progress(f"reading {source.name}", rows.account.records, None)
        rows.require_agreement(is_tiling=source.name == "cytoband")
        rows.write(folder)
    annotation = Annotation(source.name, Kind.INTERVALS, layout.fields(source.name))
    return Written(annotation, rows.account)


def _entries(
    source: SourceFiles, layout: Format, ground: Ground, account: Account
) -> Iterator[Entry]:
    """The entries of all files, but for those on the mitochondrion of UCSC's hg19: another one."""
    is_other = source.name in FORMATS and ground.assembly == "GRCh37"
    others = 0
    for entry in chain.from_iterable(map(layout.read, source.files)):
        if is_other and entry.contig == "chrM":
            others += 1
        else:
            yield entry
    if others:
        account.notes.append(
            f"{others:,} entries on chrM left out: UCSC's hg19 has the Yoruba sequence there."
        )


def _write_promoters(files: tuple[Path, ...], ground: Ground) -> Written:
    """Write the putative promoters that CpG islands and gene models make."""
    names = ground.names()
    islands: dict[str, list[tuple[int, int]]] = {}
    for entry in chain.from_iterable(map(FORMATS["cpg"].read, files)):
        if entry.contig in names:
            islands.setdefault(names[entry.contig].name, []).append((entry.start, entry.end))
    layout = Format(
        FORMATS["cpg"].read,
        {"GENE": "gene whose transcript starts within 500 bases downstream, in a CpG island"},
    )
    folder = _folder(ground, PROMOTER)
    with tempfile.TemporaryDirectory(dir=ground.folder.parent, prefix="runs-") as scratch:
        rows = IntervalRows(PROMOTER, names, Path(scratch))
        for contig, start, end, gene in promoters(ground.transcripts, islands):
            rows.add(Entry(contig, start, end, (("GENE", encode(gene)),)))
        rows.write(folder)
    return Written(Annotation(PROMOTER, Kind.INTERVALS, layout.fields(PROMOTER)), rows.account)


def _folder(ground: Ground, name: str) -> Path:
    """The new folder of a source."""
    folder = ground.folder / SOURCES / name
    folder.mkdir(parents=True)
    return folder
