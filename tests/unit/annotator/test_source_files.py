"""How sources are named, and which files they come in."""

from __future__ import annotations

from pathlib import Path

import pyarrow.parquet as pq
import pytest

from annotator.reference.bundle import MANIFEST, verify
from annotator.reference.sources import SourceFiles
from backend.domain.errors import RejectedError
from tests.unit.annotator.lab import (
    info,
    known,
    lab_bundle,
    vcf,
)


@pytest.mark.parametrize("name", ["", "a-b", "1st", "promoter", "genes", "a b", "ä"])
def test_a_source_needs_a_name_that_keys_can_begin_with(tmp_path: Path, name: str) -> None:
    with pytest.raises(RejectedError, match="cannot be named"):
        lab_bundle(tmp_path, SourceFiles(name, (vcf(tmp_path / "x.vcf"),)))


@pytest.mark.parametrize(("one", "two"), [("a", "a"), ("a", "a_b"), ("a_b", "a"), ("cpg", "cpg_x")])
def test_sources_need_names_that_tell_their_keys_apart(tmp_path: Path, one: str, two: str) -> None:
    file = vcf(tmp_path / "x.vcf", "1 3 . G A . . .")
    with pytest.raises(RejectedError, match=r"Keys of the sources .* could not be told apart"):
        lab_bundle(tmp_path, SourceFiles(one, (file,)), SourceFiles(two, (file,)))


def test_names_that_only_look_alike_are_taken(tmp_path: Path) -> None:
    file = vcf(tmp_path / "x.vcf", "1 3 . G A . . .")
    bundle = lab_bundle(tmp_path, SourceFiles("a", (file,)), SourceFiles("ab", (file,)))
    assert known(bundle, (3, 1, "A")) == ["a_KNOWN;ab_KNOWN"]


def test_a_source_may_come_in_several_files(tmp_path: Path) -> None:
    header = info("AF", "A", "Float")
    nuclear = vcf(tmp_path / "1.vcf", "1 3 . G A . . AF=1", header="##fileDate=2023\n" + header)
    other = vcf(tmp_path / "m.vcf", "MT 3 . G A . . AF=2", "9 3 . G A . . AF=2", header=header)
    said: list[str] = []
    bundle = lab_bundle(tmp_path, SourceFiles("gnomad", (nuclear, other)), said=said)
    assert known(bundle, (3, 1, "A")) == ["gnomad_AF=1"]
    assert known(bundle, (3, 1, "A"), contig="MT") == ["gnomad_AF=2"]
    assert said == ["gnomad: 1 of 3 records cannot be used: the reference has no such contig."]
    assert [(each.name, each.file, each.release) for each in bundle.sources[2:]] == [
        ("gnomad", "1.vcf", "fileDate 2023"),
        ("gnomad", "m.vcf", "not stated"),
    ]


def test_files_of_one_source_declare_the_same_keys(tmp_path: Path) -> None:
    one = vcf(tmp_path / "1.vcf", "1 3 . G A . . AF=1", header=info("AF", "A", "Float"))
    two = vcf(tmp_path / "2.vcf", "1 4 . A C . . AF=1", header=info("AF", "1", "Float"))
    with pytest.raises(RejectedError, match=r"2\.vcf \(mine\) declares other keys than the first"):
        lab_bundle(tmp_path, SourceFiles("mine", (one, two)))


def test_intervals_may_come_in_several_files(tmp_path: Path) -> None:
    (tmp_path / "a.bed").write_text("1\t2\t9\tA\n")
    (tmp_path / "b.bed").write_text("1\t0\t5\tB\n")
    files = (tmp_path / "a.bed", tmp_path / "b.bed")
    bundle = lab_bundle(tmp_path, SourceFiles("panel", files))
    assert known(bundle, (3, 1, "A"), (9, 1, "G")) == ["panel_NAME=B,A", "panel_NAME=A"]


def test_a_source_whose_file_is_missing_is_named(tmp_path: Path) -> None:
    with pytest.raises(RejectedError, match=r"There is no file .*x\.vcf for the source mine"):
        lab_bundle(tmp_path, SourceFiles("mine", (tmp_path / "x.vcf",)))


def test_a_bundle_lists_its_sources(tmp_path: Path) -> None:
    file = vcf(tmp_path / "lab.vcf", "1 3 . G A . . .")
    bundle = lab_bundle(tmp_path, SourceFiles("mine", (file,), release="week 3"))
    verify(bundle)
    assert [(each.name, each.release, each.licence) for each in bundle.sources] == [
        ("lab.fa", "not stated", "not stated"),
        ("lab.gff3", "not stated", "not stated"),
        ("mine", "week 3", "not stated"),
    ]
    assert set(bundle.files) >= {"sources/mine/1.parquet", "genes.gff3.gz"}
    assert not {MANIFEST} & set(bundle.files)
    assert pq.read_schema(bundle.path / "sources/mine/1.parquet").names == [
        "key", "long_form", "info",
    ]  # fmt: skip
