"""Making a reference bundle from local files: sequence, gene models and sources.

A bundle appears whole or not at all: it is made in a folder beside its place and renamed last.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from annotator.genetic_code import GeneticCode
from annotator.reference import assemblies
from annotator.reference.bundle import (
    FORMAT,
    MANIFEST,
    Annotation,
    Bundle,
    Contig,
    Source,
    bundle_of,
    content_hash,
    list_files,
    load,
    named_folder,
    sha256_of,
)
from annotator.reference.models import NOT_STATED, GffModels
from annotator.reference.progress import unsaid, untold
from annotator.reference.sequence import Sequence, covered_regions
from annotator.reference.sequence_copy import compress as compress_sequence
from annotator.reference.sequence_copy import write_sequence
from annotator.reference.sources import (
    Ground,
    SourceFiles,
    provenance,
    require_names,
    write_sources,
)
from annotator.reference.vepyr_tables import ENGINE_VERSION
from annotator.reference.workplace import put_in_place, workplace
from backend import __version__

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from annotator.reference.models import Models
    from annotator.reference.progress import Progress

_SEQUENCE = "reference.fa"


def build(
    *,
    name: str,
    assembly: str,
    fasta: Path,
    genes: Path | Models,
    out: Path,
    sources: Iterable[Source] = (),
    annotations: Iterable[SourceFiles] = (),
    lengths: dict[str, int] | None = None,
    folder_name: str | None = None,
    compress: bool = False,
    precompute: Callable[[Bundle], None] | None = None,
    progress: Progress = untold,
    say: Callable[[str], None] = unsaid,
) -> Bundle:
    """Make a bundle below *out* and return it; the same input gives the same hash.

    Args:
        name: what people call it.
        assembly: such as ``GRCh37``.
        fasta: sequences from base 1 on; what lies beyond the end of one counts as not covered.
            Contigs are named without ``chr`` in the bundle.
        genes: GFF3 of Ensembl, GENCODE or NCBI, plain or gzip; or a VEP cache (see ``models``).
            Transcripts on other contigs, or with an exon that the sequence lacks, are left out.
        out: folder in which the bundle's own folder is made.
        sources: where *fasta* and *genes* came from; without, their names and hashes are listed.
        annotations: files with more to say of alleles and places, in the order of their keys.
        lengths: true lengths of contigs of which *fasta* holds only the beginning.
        folder_name: of the bundle's folder; ``<name>-<hash>`` without.
        compress: keep the sequence compressed: small, but each job unpacks it first, as the
            engine reads a plain file five times as fast.
        precompute: gets the bundle, complete but for its store of known alleles, and writes the
            store into the bundle's folder ``known``.
        progress: is told how far the work is.
        say: is told in sentences what could not be used.

    Raises:
        RejectedError: the files do not fit together; nothing is left behind.
    """
    annotations = tuple(annotations)
    require_names(annotations)
    models = GffModels(genes) if isinstance(genes, Path) else genes
    with workplace(out) as scratch:
        making = _Making(scratch / "bundle", name, assembly, progress, say)
        making.write_sequence(fasta, lengths or {})
        making.write_models(models)
        stated = list(sources) or [unstated(fasta), *models.sources()]
        making.write_sources(annotations, stated)
        if precompute is not None:
            making.list_files()
            precompute(bundle_of(making.work, making.manifest))
        if compress:
            compress_sequence(making.fasta)
        making.list_files()
        making.write_manifest()
        place = out / (folder_name or named_folder(name, making.manifest["hash"]))
        put_in_place(making.work, place, scratch)
    return load(place)


class _Making:
    """A bundle in the making.

    Attributes:
        work: its folder.
        manifest: what is known of it so far.
    """

    def __init__(
        self, work: Path, name: str, assembly: str, progress: Progress, say: Callable[[str], None]
    ) -> None:
        work.mkdir()
        self.work = work
        self.fasta = work / _SEQUENCE
        self.manifest: dict[str, Any] = {
            "format": FORMAT,
            "name": name,
            "assembly": assembly,
            "engine": f"vepyr {ENGINE_VERSION}",
            "builder": f"genomics-annotation-service {__version__}",
        }
        self._assembly = assembly
        self._progress = progress
        self._say = say
        self._contigs: tuple[Contig, ...] = ()

    def write_sequence(self, fasta: Path, lengths: dict[str, int]) -> None:
        """Write the sequence; find out what it covers."""
        write_sequence(fasta, self.fasta, self._assembly, self._progress)
        with Sequence(self.fasta) as sequence:
            held = [
                _contig(sequence, self._assembly, name, lengths.get(name))
                for name in sequence.contigs()
            ]
        self._contigs = tuple(each for each in held if self._is_usable(each))
        self.manifest["contigs"] = [_entry(each) for each in self._contigs]

    def _is_usable(self, contig: Contig) -> bool:
        """Whether there is anything that can be annotated on a contig; says so if not."""
        if contig.name == "MT" and contig.length == assemblies.YORUBA_LENGTH:
            self._say(
                f"MT has {contig.length:,} bases: it is the Yoruba sequence NC_001807, which gene "
                f"models and databases do not go by, and is left out. NC_012920 has "
                f"{assemblies.RCRS_LENGTH:,}."
            )
            return False
        if not contig.covered:
            self._say(f"{contig.name} has no known base and is left out.")
        return bool(contig.covered)

    def write_models(self, models: Models) -> None:
        """Write the gene models as engines read them."""
        self._transcripts = models.write(
            self.work, self.fasta, self._contigs, self._assembly, self._progress
        )

    def write_sources(self, files: tuple[SourceFiles, ...], stated: list[Source]) -> None:
        """Write the sources and list them behind those that are *stated*."""
        listed, annotations = list(stated), []
        ground = Ground(self.work, self._assembly, self.fasta, self._contigs, self._transcripts)
        for file, written in write_sources(files, ground, self._progress):
            listed += provenance(file, written)
            for each in written:
                annotations.append(_annotation(each.annotation, each.account.entries))
                for line in each.account.explain():
                    self._say(f"{each.annotation.name}: {line}")
        self.manifest["sources"] = [asdict(each) for each in listed]
        self.manifest["annotations"] = annotations

    def list_files(self) -> None:
        """List the files that there are by now, with their hashes."""
        self._progress("hashing", 0, None)
        self.manifest.pop("hash", None)
        self.manifest["files"] = list_files(self.work, self.manifest.get("files", {}))
        self.manifest["hash"] = content_hash(self.manifest)

    def write_manifest(self) -> None:
        """Write the manifest, which makes the folder a bundle."""
        text = json.dumps(self.manifest, indent=1, ensure_ascii=False) + "\n"
        (self.work / MANIFEST).write_text(text, encoding="utf-8")


def unstated(file: Path) -> Source:
    """A source of which no more is known than the file."""
    return Source(file.name, NOT_STATED, NOT_STATED, file.name, sha256_of(file))


def _contig(sequence: Sequence, assembly: str, name: str, length: int | None) -> Contig:
    """A contig of the sequence; its true *length* if it is held only in part."""
    held = sequence.contigs()[name]
    is_mitochondrial = name == "MT"
    return Contig(
        name=name,
        length=length or held,
        aliases=assemblies.aliases(assembly, name),
        covered=covered_regions(sequence, name, held),
        code=GeneticCode.VERTEBRATE_MITOCHONDRIAL if is_mitochondrial else GeneticCode.STANDARD,
        pseudoautosomal=assemblies.pseudoautosomal(assembly, name),
    )


def _entry(contig: Contig) -> dict[str, object]:
    """A contig's entry in the manifest."""
    entry: dict[str, object] = {
        "name": contig.name,
        "length": contig.length,
        "aliases": list(contig.aliases),
        "covered": [list(each) for each in contig.covered],
        "genetic_code": int(contig.code),
    }
    if contig.pseudoautosomal:
        entry["pseudoautosomal"] = [list(each) for each in contig.pseudoautosomal]
    return entry


def _annotation(annotation: Annotation, entries: int) -> dict[str, object]:
    """A source's entry among what adds keys to INFO."""
    return {
        "name": annotation.name,
        "kind": annotation.kind.value,
        "entries": entries,
        "fields": [asdict(each) for each in annotation.fields],
    }
