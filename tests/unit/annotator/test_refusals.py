"""Files that must get a clear answer."""

from __future__ import annotations

from pathlib import Path

import pytest

from annotator.pipeline import Request, annotate
from annotator.reference.bundle import Bundle, demo_folder
from backend.domain.errors import RejectedError
from tests.unit.annotator.annotated_text import (
    Run,
)


@pytest.mark.parametrize("name", ["free_2.vcf", "premium_1.vcf"])
def test_files_of_another_assembly_are_refused(
    test_data: Path, tmp_path: Path, demo: Bundle, name: str
) -> None:
    request = Request(test_data / "course" / name, tmp_path, (demo,), name)
    with pytest.raises(RejectedError, match="names NCBI36"):
        annotate(request, lambda done, total: None)
    log = (tmp_path / "annotation.log").read_text()
    assert log.startswith("Refused: The header's ##reference names NCBI36")
    assert [file.name for file in tmp_path.iterdir()] == ["annotation.log"]


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("UPPER.VCF", "All 2 records lie on contigs that no installed reference has (1, 5)"),
        ("badpos.vcf", "Line 3: POS is 'abc'"),
        ("blank.vcf", "Line 3 is empty"),
        ("contig.vcf", "no installed reference has (chrUn_gl000211)"),
        ("dot.vcf", "no installed reference has (1, 5)"),
        ("indel.vcf", "no installed reference has (1)"),
        ("inj.vcf", "Line 3: POS is '1 OR 1=1'"),
        ("records.vcf", "All 10 records lie on contigs that no installed reference has (21)"),
        ("short.vcf", "Line 3 has 7 columns; VCF needs at least 8."),
        ("sv.vcf", "no installed reference has (1)"),
    ],
)
def test_malformed_files_are_refused_with_a_clear_reason(
    test_data: Path, tmp_path: Path, demo: Bundle, name: str, reason: str
) -> None:
    request = Request(test_data / "malformed" / name, tmp_path, (demo,), name)
    with pytest.raises(RejectedError) as refused:
        annotate(request, lambda done, total: None)
    assert reason in str(refused.value)


def test_a_file_without_records_is_annotated(test_data: Path, annotated: Run) -> None:
    run = annotated(test_data / "malformed" / "empty.vcf")
    assert run.lines == []
    assert run.outcome.index is not None
    assert run.outcome.index.stat().st_size > 0


def test_the_specifications_files_are_annotated_or_refused(
    test_data: Path, tmp_path: Path, demo: Bundle
) -> None:
    reasons = {}
    for file in sorted(test_data.glob("hts_specs_vcf/*/*.vcf")):
        name = file.name
        try:
            outcome = annotate(Request(file, tmp_path, (demo,), name), lambda done, total: None)
        except RejectedError as error:
            reasons[name] = str(error)
        else:
            assert outcome.summary.variants_in == outcome.summary.variants_out
    assert all(reason.endswith(".") for reason in reasons.values())


def test_an_engine_that_does_not_exist_is_refused(demo: Bundle, tmp_path: Path) -> None:
    request = Request(demo_folder() / "demo.vcf", tmp_path, (demo,), "demo.vcf", engine="snpeff")
    with pytest.raises(RejectedError, match="There is no engine 'snpeff'; use vepyr"):
        annotate(request, lambda done, total: None)
