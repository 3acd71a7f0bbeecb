from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

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


def test_a_bundle_names_contigs_plainly_and_keeps_whole_transcripts(
    files: tuple[Path, Path], tmp_path: Path
) -> None:
    bundle = make(files, tmp_path / "out")
    (contig,) = bundle.contigs
    assert (contig.name, contig.aliases, contig.covered) == ("1", ("chr1",), ((1, 60),))
    manifest = json.loads((bundle.tables / "transcript" / "chrom_manifest.json").read_text())
    assert manifest == [{"chrom": "chr1", "dataset": "chr1.parquet", "rows": 1}]


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
    with pytest.raises(RejectedError, match=r"Line 2 of genes.gff3.gz is not GFF3"):
        make(files, tmp_path / "out")


@pytest.fixture
def copy(demo: Bundle, tmp_path: Path) -> Path:
    return Path(shutil.copytree(demo.path, tmp_path / "bundles" / "copy"))


def test_a_flipped_byte_is_found(copy: Path) -> None:
    file = copy / "vepyr" / "exon" / "chr20.parquet"
    content = bytearray(file.read_bytes())
    content[500] ^= 1
    file.write_bytes(content)
    with pytest.raises(RejectedError, match=r"exon/chr20\.parquet of bundle demo is not what"):
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


def test_a_folder_without_manifest_is_no_bundle(tmp_path: Path) -> None:
    with pytest.raises(RejectedError, match="is not a reference bundle"):
        load(tmp_path)


def test_the_demo_bundle_is_always_installed(demo: Bundle, copy: Path, tmp_path: Path) -> None:
    assert installed(None) == installed(tmp_path / "absent") == (demo,)
    assert installed(copy.parent) == (demo,)
