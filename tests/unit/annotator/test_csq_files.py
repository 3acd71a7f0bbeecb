"""csq on real variants of chromosome 20."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from annotator.child import Child
from annotator.compression import open_decompressed
from annotator.csq.answers import Calls
from annotator.csq.compounds import PhasedRecord
from annotator.csq.engine import CsqEngine
from annotator.csq.models import gene_models
from annotator.lines import Lines, parse_lines
from annotator.reference.build import build
from annotator.reference.bundle import Bundle
from annotator.reference.gaps import coding_spans, gene_spans
from annotator.reference.sequence import Sequence as Bases
from tests.unit.annotator.codon import accepted, quiet, record


@pytest.fixture(scope="module")
def chromosome_20(test_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Bundle:
    """A bundle of GRCh37's chromosome 20 with MANE's transcripts."""
    data = test_data / "grch37_chr20"
    return build(
        name="chr20",
        assembly="GRCh37",
        fasta=data / "20.fa.gz",
        genes=data / "MANE_projected.GRCh37.chr20.gff3.gz",
        out=tmp_path_factory.mktemp("chr20"),
    )


@pytest.fixture(scope="module")
def phased(test_data: Path, chromosome_20: Bundle) -> bytes:
    """The records of 100 real people, taken for phased, and made-up ones in coding sequence."""
    file = test_data / "grch37_chr20" / "hail_1000G_100samples.chr20.vcf.gz"
    rows = [
        [*row[:9], *(field[:3].replace(b"/", b"|") for field in row[9:])] for row in rows_of(file)
    ]
    starts, ends = coding_spans(chromosome_20, "20")
    near = starts > 45_000_000
    with Bases(chromosome_20.fasta) as bases:
        rows += made_up(starts[near].tolist(), ends[near].tolist(), bases)
    rows.sort(key=lambda row: int(row[1]))
    return b"".join(b"\t".join([*row[:7], b".", b"GT", *row[9:]]) + b"\n" for row in rows)


def rows_of(file: Path) -> list[list[bytes]]:
    """The columns of a file's records."""
    with open_decompressed(file) as stream:
        return [line.rstrip(b"\n").split(b"\t") for line in stream if not line.startswith(b"#")]


def made_up(starts: list[int], ends: list[int], bases: Bases) -> Iterator[list[bytes]]:
    """Two changes in every coding exon, near each other, that some of 100 samples have."""
    chance = random.Random(20)
    for start, end in zip(starts, ends, strict=True):
        for position in {start, min(start + chance.randint(1, 2), end)}:
            base = bases.bases("20", position, position)
            alt = "CGTA"["ACGT".index(base)]
            kinds = chance.choices([b"0|0", b"0|1", b"1|1", b"1|0"], [90, 5, 2, 3], k=100)
            fixed = f"20 {position} . {base} {alt} . . . ."
            yield [*fixed.encode().split(b" "), *kinds]


@pytest.mark.slow
def test_calls_do_not_depend_on_where_a_file_is_cut_between_genes(
    chromosome_20: Bundle, phased: bytes, tmp_path: Path
) -> None:
    begins, ends = gene_spans(chromosome_20, "20")
    lines = parse_lines(phased, 1, 109)
    assert isinstance(lines, Lines)
    owners = np.searchsorted(begins, lines.positions, "right")
    is_free = lines.positions > np.append(ends, 0)[owners - 1]
    places = np.flatnonzero((owners[1:] != owners[:-1]) | is_free[1:]) + 1
    assert len(places) > 150
    with CsqEngine(chromosome_20, tmp_path) as csq:
        whole = csq.call_lines(lines, [accepted(lines, "20")], quiet)
        parts = []
        for pieces in (places[::2], places[1::7]):
            bounds = [0, *lines.starts[pieces].tolist(), len(phased)]
            for start, end in itertools.pairwise(bounds):
                part = parse_lines(phased[start:end], 1, 109)
                assert isinstance(part, Lines)
                parts.append(csq.call_lines(part, [accepted(part, "20")], quiet))
            together = Calls.joined(parts)
            assert together.info.equals(whole.info)
            assert together.masks.equals(whole.masks)
            parts.clear()
    compound = [info for info in whole.info.to_pylist() if b"@" in info]
    assert len(compound) > 100


@pytest.mark.slow
def test_calls_in_a_gene_do_not_depend_on_the_gene_before(
    chromosome_20: Bundle, tmp_path: Path
) -> None:
    """GNAS has three transcripts that end at one base; csq keeps these in no order of their own."""
    with Bases(chromosome_20.fasta) as sequence:

        def changed(position: int) -> PhasedRecord:
            base = sequence.bases("20", position, position)
            return record(position, base, "ACGT"["CGTA".index(base)], "1/1")

        starts, _ = coding_spans(chromosome_20, "20")
        before = int(starts[starts < 57_400_000][-1]) + 1
        inside = [changed(position) for position in (57_470_675, 57_473_996, 57_478_789)]
        with CsqEngine(chromosome_20, tmp_path) as csq:
            alone = csq.call(inside, quiet)
            assert csq.call([changed(before), *inside], quiet)[1:] == alone
    assert all(call.info.count(b"GNAS") > 2 for call in alone)


@pytest.mark.slow
def test_calls_on_a_phased_file_are_those_of_bcftools_on_the_whole(
    chromosome_20: Bundle, phased: bytes, tmp_path: Path
) -> None:
    """The same csq on the file as it is; but for what nobody has or what overlaps, and the order.

    csq says nothing of those; in which order it says the rest depends on the genes before.
    """
    header = "##fileformat=VCFv4.2\n##contig=<ID=20>\n"
    header += '##FORMAT=<ID=GT,Number=1,Type=String,Description="">\n#CHROM\tPOS\tID\tREF\tALT\t'
    header += "QUAL\tFILTER\tINFO\tFORMAT\t" + "\t".join(map(str, range(100))) + "\n"
    source, target = tmp_path / "in.vcf", tmp_path / "out.vcf"
    source.write_bytes(header.encode() + phased)
    models = gene_models(chromosome_20, "20", tmp_path)
    child = Child("bcftools csq", "annotator.csq.process")
    options = ["-f", str(chromosome_20.fasta), "-g", str(models), "-p", "a", "-v", "0"]
    child.ask([*options, "-o", str(target), str(source)], quiet)
    child.end(at_once=False)
    theirs = [line.split(b"\t")[7] for line in target.read_bytes().splitlines() if line[:1] != b"#"]
    lines = parse_lines(phased, 1, 109)
    assert isinstance(lines, Lines)
    with CsqEngine(chromosome_20, tmp_path) as csq:
        ours = csq.call_lines(lines, [accepted(lines, "20")], quiet).info.to_pylist()
    same = 0
    for one, other in zip(ours, theirs, strict=True):
        if other != b".":
            entries = set(other.removeprefix(b"BCSQ=").split(b","))
            assert entries <= set(one.split(b","))
            same += entries == set(one.split(b","))
    assert same > 0.95 * len(theirs)


@pytest.mark.slow
def test_alleles_of_an_unphased_file_are_called_as_csq_calls_each_by_itself(
    chromosome_20: Bundle, test_data: Path, tmp_path: Path
) -> None:
    rows = rows_of(test_data / "grch37_chr20" / "gatk_NA12878.20_10M.vcf.gz")
    lines = parse_lines(b"".join(b"\t".join(row) + b"\n" for row in rows), 1, 10)
    assert isinstance(lines, Lines)
    genotypes = {row[9].partition(b":")[0] for row in rows}
    assert genotypes <= {b"0/1", b"1/1", b"1/2"}
    sites = parse_lines(b"".join(b"\t".join(row[:8]) + b"\n" for row in rows), 1, 8)
    assert isinstance(sites, Lines)
    with CsqEngine(chromosome_20, tmp_path) as csq:
        ours = csq.call_lines(lines, [accepted(lines, "20")], quiet)
        alone = csq.call_lines(sites, [accepted(sites, "20")], quiet)
    assert ours.info.equals(alone.info)
    assert sum(bool(info) for info in ours.info.to_pylist()) == 30
    has_mask = [mask != b"." for mask in ours.masks.to_pylist()]
    assert has_mask == [bool(info) for info in ours.info.to_pylist()]
