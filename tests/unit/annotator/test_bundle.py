from __future__ import annotations

import json
import shutil
from itertools import pairwise
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.genetic_code import GeneticCode
from annotator.reference.build import build
from annotator.reference.bundle import (
    MANIFEST,
    Bundle,
    content_hash,
    installed,
    load,
    verify,
)
from annotator.reference.gaps import coding_spans, gene_spans, merged
from backend.domain.errors import RejectedError

GENES = """##gff-version 3
chr1\tlab\tgene\t11\t40\t.\t+\t.\tID=gene:G1;Name=ONE;biotype=protein_coding;gene_id=G1
chr1\tlab\tmRNA\t11\t40\t.\t+\t.\tID=transcript:T1;Parent=gene:G1;biotype=protein_coding;version=2
chr1\tlab\texon\t11\t40\t.\t+\t.\tParent=transcript:T1
chr1\tlab\tCDS\t14\t25\t.\t+\t0\tID=CDS:P1;Parent=transcript:T1;protein_id=P1
chr1\tlab\tgene\t71\t90\t.\t+\t.\tID=gene:G2;Name=BEYOND;biotype=lncRNA;gene_id=G2
chr1\tlab\tlnc_RNA\t71\t90\t.\t+\t.\tID=transcript:T2;Parent=gene:G2;biotype=lncRNA
chr1\tlab\texon\t71\t90\t.\t+\t.\tParent=transcript:T2
"""


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    fasta, genes = tmp_path / "lab.fa", tmp_path / "lab.gff3"
    fasta.write_text(f">chr1\n{'ACGTTGCAAT' * 6}\n")
    genes.write_text(GENES)
    return fasta, genes


def make(files: tuple[Path, Path], out: Path, name: str = "lab") -> Bundle:
    return build(name=name, assembly="lab1", fasta=files[0], genes=files[1], out=out)


def test_the_demo_bundle_is_what_was_built(demo: Bundle) -> None:
    verify(demo)
    assert demo.assembly == "GRCh37"
    assert {contig.name: contig.length for contig in demo.contigs} == {
        "20": 63_025_520,
        "MT": 16_569,
    }
    assert demo.names()["chrM"].code is GeneticCode.VERTEBRATE_MITOCHONDRIAL
    assert demo.names()["chr20"].covered == ((60_001, 5_000_000),)


def test_the_demo_bundle_is_small_and_names_its_sources(demo: Bundle) -> None:
    size = sum(file.stat().st_size for file in demo.path.parent.rglob("*") if file.is_file())
    assert size < 3_000_000
    assert all(source.release and source.licence and source.sha256 for source in demo.sources)


def test_the_mitochondrial_genes_lie_where_gencode_has_them(test_data: Path, demo: Bundle) -> None:
    wanted = {
        tuple(line.split("\t"))
        for line in (test_data / "mitochondrion" / "genes.tsv").read_text().splitlines()
        if not line.startswith("#")
    }
    table = (demo.path.parent / "mitochondrial_genes.tsv").read_text().splitlines()
    assert {tuple(line.split("\t")[:5]) for line in table if line[0] != "#"} == wanted


def test_a_bundle_is_named_by_its_content(files: tuple[Path, Path], tmp_path: Path) -> None:
    one, same = make(files, tmp_path / "a"), make(files, tmp_path / "b")
    other = make(files, tmp_path / "a", name="other")
    assert one.hash == same.hash != other.hash
    assert one.path.name == f"lab-{one.hash[:12]}"
    assert [each.hash for each in installed(tmp_path / "a")][:2] == [one.hash, other.hash]


def test_a_bundle_names_contigs_plainly_and_keeps_genes_beside_its_bases(
    files: tuple[Path, Path], tmp_path: Path
) -> None:
    bundle = make(files, tmp_path / "out")
    (contig,) = bundle.contigs
    assert (contig.name, contig.aliases, contig.covered) == ("1", ("chr1",), ((1, 60),))
    manifest = json.loads((bundle.tables / "transcript" / "chrom_manifest.json").read_text())
    assert manifest == [{"chrom": "chr1", "dataset": "chr1.parquet", "rows": 2}]


def test_genes_of_another_assembly_leave_nothing_behind(
    files: tuple[Path, Path], tmp_path: Path
) -> None:
    files[1].write_text(GENES.replace("chr1", "chr9"))
    with pytest.raises(RejectedError, match="same assembly and with the same contigs"):
        make(files, tmp_path / "out")
    assert not list((tmp_path / "out").iterdir())


def test_gene_models_that_are_not_gff3_are_refused_with_the_line(
    files: tuple[Path, Path], tmp_path: Path
) -> None:
    files[1].write_text("##gff-version 3\nchr1 lab gene\n")
    with pytest.raises(RejectedError, match=r"Line 2 of lab\.gff3 is not GFF3"):
        make(files, tmp_path / "out")


@pytest.fixture
def copy(demo: Bundle, tmp_path: Path) -> Path:
    return Path(shutil.copytree(demo.path, tmp_path / "bundles" / "copy"))


def test_a_flipped_byte_is_found_in_any_file(copy: Path) -> None:
    for name in load(copy).files:
        file = copy / name
        content = bytearray(file.read_bytes())
        content[len(content) // 2] ^= 1
        file.write_bytes(content)
        with pytest.raises(RejectedError, match=f"{name} of bundle demo is not what was built"):
            verify(load(copy))
        content[len(content) // 2] ^= 1
        file.write_bytes(content)
    verify(load(copy))


def test_a_file_that_was_added_is_found(copy: Path) -> None:
    (copy / "vepyr" / "stranger").touch()
    with pytest.raises(RejectedError, match="vepyr/stranger; remove them"):
        verify(load(copy))


def test_a_missing_file_is_found_at_once(copy: Path) -> None:
    (copy / "reference.fa.gz").unlink()
    with pytest.raises(RejectedError, match=r"reference.fa.gz of bundle demo is missing"):
        installed(copy.parent)


@pytest.mark.parametrize(
    ("key", "value", "reason"),
    [
        ("engine", "vepyr 0.11.0", "was built for vepyr 0.11.0, but this service runs"),
        ("contigs", None, "is damaged"),
        ("format", 2, "not a reference bundle of format 1"),
    ],
)
def test_a_manifest_of_another_version_is_refused(
    copy: Path, key: str, value: object, reason: str
) -> None:
    manifest = json.loads((copy / MANIFEST).read_text())
    manifest[key] = value
    manifest["hash"] = content_hash(manifest)
    (copy / MANIFEST).write_text(json.dumps(manifest))
    with pytest.raises(RejectedError, match=reason):
        load(copy)


def test_a_manifest_that_was_edited_is_refused(copy: Path) -> None:
    text = (copy / MANIFEST).read_text()
    (copy / MANIFEST).write_text(text.replace('"GRCh37"', '"GRCh38"'))
    with pytest.raises(RejectedError, match="was changed after it was built"):
        load(copy)


def test_a_bundle_of_a_version_without_sources_has_none(copy: Path) -> None:
    manifest = json.loads((copy / MANIFEST).read_text())
    del manifest["annotations"]
    manifest["hash"] = content_hash(manifest)
    (copy / MANIFEST).write_text(json.dumps(manifest))
    bundle = load(copy)
    assert bundle.annotations == ()
    assert bundle.known is None


def test_pseudoautosomal_regions_are_known(tmp_path: Path) -> None:
    fasta, genes = tmp_path / "x.fa", tmp_path / "lab.gff3"
    fasta.write_text(f">chrX\n{'ACGTTGCAAT' * 6}\n>chrY\n{'ACGTTGCAAT' * 6}\n>chr1\nACGT\n")
    genes.write_text(GENES.replace("chr1", "chrX"))
    bundle = build(
        name="xy",
        assembly="GRCh38",
        fasta=fasta,
        genes=genes,
        out=tmp_path / "out",
        lengths={"X": 156_040_895, "Y": 57_227_415},
    )
    assert {each.name: each.pseudoautosomal for each in bundle.contigs} == {
        "X": ((10_001, 2_781_479), (155_701_383, 156_030_895)),
        "Y": ((10_001, 2_781_479), (56_887_903, 57_217_415)),
        "1": (),
    }


def test_accessions_name_contigs_of_their_assembly(tmp_path: Path) -> None:
    fasta, genes = tmp_path / "ncbi.fa", tmp_path / "lab.gff3"
    fasta.write_text(f">NC_000001.11 Homo sapiens\n{'ACGTTGCAAT' * 6}\n>NC_012920.1\nACGT\n")
    genes.write_text(GENES.replace("chr1", "NC_000001.11"))
    names = {}
    for assembly in ("GRCh38", "GRCh37"):
        genes.write_text(GENES.replace("chr1", "NC_000001.11"))
        bundle = build(
            name="ncbi", assembly=assembly, fasta=fasta, genes=genes, out=tmp_path / "out"
        )
        names[assembly] = [each.name for each in bundle.contigs]
    assert names == {"GRCh38": ["1", "MT"], "GRCh37": ["NC_000001.11", "MT"]}


def test_two_sequences_of_one_name_are_refused(files: tuple[Path, Path], tmp_path: Path) -> None:
    files[0].write_text(">chr1\nACGT\n>1\nACGT\n")
    with pytest.raises(RejectedError, match="a sequence named '1', which is not a name, or not"):
        make(files, tmp_path / "out")


def test_contigs_that_cannot_be_annotated_are_left_out(
    files: tuple[Path, Path], tmp_path: Path
) -> None:
    text = files[0].read_text() + f">chrM\n{'ACGTTGCAAT' * 1_657}A\n>2\n{'N' * 70}\n"
    files[0].write_text(text)
    said: list[str] = []
    out = tmp_path / "out"
    bundle = build(
        name="hg19", assembly="lab1", fasta=files[0], genes=files[1], out=out, say=said.append
    )
    assert [each.name for each in bundle.contigs] == ["1"]
    assert said[0].startswith("MT has 16,571 bases: it is the Yoruba sequence NC_001807, which")
    assert said[1:] == ["2 has no known base and is left out."]


def test_genes_over_and_into_a_gap_of_the_assembly_are_kept(tmp_path: Path) -> None:
    fasta, genes = tmp_path / "gap.fa", tmp_path / "lab.gff3"
    fasta.write_text(f">1\n{'ACGTTGCAAT' * 6}{'N' * 2_000}{'ACGTTGCAAT' * 6}\n")
    line = "1\tlab\t{}\t{}\t{}\t.\t+\t.\t{}\n"
    genes.write_text(
        line.format("gene", 11, 2100, "ID=gene:G1;biotype=lncRNA;gene_id=G1")
        + line.format("lnc_RNA", 11, 2100, "ID=transcript:T1;Parent=gene:G1;biotype=lncRNA")
        + line.format("exon", 11, 40, "Parent=transcript:T1")
        + line.format("exon", 2071, 2100, "Parent=transcript:T1")
        + line.format("lnc_RNA", 11, 2030, "ID=transcript:T2;Parent=gene:G1;biotype=lncRNA")
        + line.format("exon", 11, 40, "Parent=transcript:T2")
        + line.format("exon", 2001, 2100, "Parent=transcript:T2")
    )
    bundle = build(name="gap", assembly="lab1", fasta=fasta, genes=genes, out=tmp_path / "out")
    assert bundle.contigs[0].covered == ((1, 60), (2061, 2120))
    rows = pq.read_table(bundle.tables / "transcript" / "chr1.parquet").to_pylist()
    assert [row["stable_id"] for row in rows] == ["T1", "T2"]


def test_genes_and_coding_parts_are_spans(files: tuple[Path, Path], tmp_path: Path) -> None:
    bundle = make(files, tmp_path / "out")
    for spans, expected in ((gene_spans, [(11, 40), (71, 90)]), (coding_spans, [(14, 25)])):
        starts, ends = spans(bundle, "1")
        assert list(zip(starts.tolist(), ends.tolist(), strict=True)) == expected
        assert [len(each) for each in spans(bundle, "absent")] == [0, 0]


@given(st.lists(st.tuples(st.integers(1, 60), st.integers(0, 9)), max_size=30))
def test_merged_spans_cover_what_they_are_made_of(pairs: list[tuple[int, int]]) -> None:
    ranges = np.array([(start, start + more) for start, more in pairs], dtype=np.int64)
    starts, ends = merged(*ranges.reshape(-1, 2).T)
    covered = {at for start, end in ranges.tolist() for at in range(start, end + 1)}
    spans = list(zip(starts.tolist(), ends.tolist(), strict=True))
    assert {at for start, end in spans for at in range(start, end + 1)} == covered
    # There is a base between any two of them.
    assert all(end + 1 < start for (_, end), (start, _) in pairwise(spans))


def test_a_folder_without_manifest_is_no_bundle(tmp_path: Path) -> None:
    with pytest.raises(RejectedError, match="is not a reference bundle"):
        load(tmp_path)


def test_the_demo_bundle_is_always_installed(demo: Bundle, copy: Path, tmp_path: Path) -> None:
    assert installed(None) == installed(tmp_path / "absent") == (demo,)
    assert installed(copy.parent) == (demo,)
