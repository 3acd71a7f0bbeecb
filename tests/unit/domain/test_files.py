"""Keys hold nothing that a user typed; names are safe on any file system."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend import wire
from backend.domain import files
from backend.domain.files import (
    MAX_PARTS,
    download_names,
    file_keys,
    part_size,
    part_sizes,
    safe_name,
)
from backend.domain.job import Status


def test_keys_are_made_of_ids_only() -> None:
    assert file_keys("u1", "j1").input == "in/u1/j1/input"
    assert file_keys("u1", "j1").result == "out/u1/j1/result.vcf.gz"


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("a.vcf", "a.vcf"),
        ("../../etc/passwd", "passwd"),
        ("..\\x", "x"),
        ("CON.vcf", "variants_CON.vcf"),
        ("\u202egnp.vcf", "_gnp.vcf"),
        ("", "variants"),
        ("...", "variants"),
        ("; rm -rf ~;.vcf", "_ rm -rf ~_.vcf"),
        ("$(id).vcf", "_(id).vcf"),
        ("é" * 300, "é" * 120),
    ],
)
def test_name_is_made_safe(name: str, safe: str) -> None:
    assert safe_name(name) == safe


@given(st.text())
def test_safe_name_is_one_harmless_component(name: str) -> None:
    safe = safe_name(name)

    assert safe
    assert safe not in {".", ".."}
    assert not set(safe) & set('/\\\x00\n\r:"<>|?*')
    assert safe_name(safe) == safe


@pytest.mark.parametrize(
    ("name", "result"),
    [
        ("patient.vcf", "patient.annotated.vcf.gz"),
        ("patient.vcf.gz", "patient.annotated.vcf.gz"),
        ("UPPER.VCF", "UPPER.annotated.vcf.gz"),
        ("a.b.bcf", "a.b.annotated.vcf.gz"),
        (".vcf", "vcf.annotated.vcf.gz"),
    ],
)
def test_result_is_named_after_the_input(name: str, result: str) -> None:
    assert download_names(name).result == result


@given(st.integers(1, 5 * 1024**4))
def test_parts_make_up_the_file(size: int) -> None:
    whole = part_size(size)
    sizes = part_sizes(size) if size < 10**12 else []

    assert whole * MAX_PARTS >= size
    assert sum(sizes) in {size, 0}
    assert all(part == whole for part in sizes[:-1])


def test_app_and_service_cut_files_alike() -> None:
    """The app knows the wire format only, so the two constants stand there as well."""
    assert (wire.MIN_PART_BYTES, wire.MAX_PARTS) == (files.MIN_PART_BYTES, files.MAX_PARTS)


def test_app_and_service_speak_of_the_same_statuses() -> None:
    assert [s.value for s in wire.JobStatus] == [s.value for s in Status]
