"""The bundle's gene models in a file for each contig, as bcftools csq gets them.

csq reads its models anew at every call. Those of a whole genome take it 2 s and 460 MB; those of
one contig are all that a call on its records needs.
"""

from __future__ import annotations

import itertools
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from annotator.compression import open_decompressed
from annotator.reference.bundle import Bundle

_PIECE_BYTES = 1 << 22
_BEHIND = 1_000
_PLACE = "gene-models"


def gene_models(bundle: Bundle, contig: str, folder: Path) -> Path:
    """The models of *contig* (the bundle's name) as GFF3, in a folder in *folder*.

    Those of all contigs are made when they are not there yet. Several processes may share
    *folder*: its files appear whole.
    """
    place = folder / _PLACE
    if not place.exists():
        made = Path(tempfile.mkdtemp(dir=folder, prefix=f".{_PLACE}-"))
        _write(bundle, made)
        # Another process may have been faster.
        with suppress(OSError):
            made.rename(place)
        shutil.rmtree(made, ignore_errors=True)
    return place / f"{contig}.gff3"


def _write(bundle: Bundle, folder: Path) -> None:
    """Write a file for each contig of *bundle* into *folder*."""
    contigs = bundle.contigs
    for contig in contigs:
        (folder / f"{contig.name}.gff3").write_bytes(_sentinel(contig.name, contig.length))
    names = {contig.name.encode() for contig in contigs}
    for name, lines in _runs(bundle.genes):
        if name in names:
            with (folder / f"{name.decode()}.gff3").open("ab") as stream:
                stream.write(lines)


def _sentinel(contig: str, length: int) -> bytes:
    """A gene behind the contig's end, where no record is: csq refuses models without any."""
    place = f"{contig}\tgas\t{{}}\t{length + _BEHIND}\t{length + _BEHIND}\t.\t+\t.\t"
    lines = (
        place.format("gene") + "ID=gene:.;Name=.;biotype=misc_RNA\n",
        place.format("transcript") + "ID=transcript:.;Parent=gene:.;biotype=misc_RNA\n",
        place.format("exon") + "Parent=transcript:.\n",
    )
    return "".join(("##gff-version 3\n", *lines)).encode()


def _runs(genes: Path) -> Iterator[tuple[bytes, bytes]]:
    """The file's lines, as many at a time as are of one contig, with the contig's name."""
    with open_decompressed(genes) as stream:
        while piece := stream.read(_PIECE_BYTES):
            yield from _of_one_contig(piece + stream.readline())


def _of_one_contig(lines: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Runs of *lines* that are of one contig; a piece of a large file is mostly one run."""
    name, tab, _ = lines.partition(b"\t")
    if lines.count(b"\n" + name + tab) + 1 == lines.count(b"\n"):
        yield name, lines
        return
    every = lines.splitlines(keepends=True)
    for contig, run in itertools.groupby(every, lambda line: line.partition(b"\t")[0]):
        yield contig, b"".join(run)
