from __future__ import annotations

from pathlib import Path

import pysam
import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.normalise import normalise
from annotator.reference.sequence import Sequence, covered_regions

BASES = "GGGCACACACAGGGTTTTTACGTACGTACGNNAAAAATG"


@pytest.fixture(scope="module")
def sequence(tmp_path_factory: pytest.TempPathFactory) -> Sequence:
    file = tmp_path_factory.mktemp("fasta") / "x.fa"
    file.write_text(f">x\n{BASES.lower()}\n")
    pysam.faidx(str(file))
    return Sequence(file)


def apply(position: int, ref: str, alt: str) -> str:
    assert BASES[position - 1 : position - 1 + len(ref)] == ref
    return BASES[: position - 1] + alt + BASES[position - 1 + len(ref) :]


def test_a_deletion_in_a_repeat_moves_to_its_left_end(sequence: Sequence) -> None:
    # Figure 1 of Tan, Abecasis and Kang: six spellings of one deletion of CA.
    spellings = [(8, "CA", ""), (6, "CAC", "C"), (3, "GCACA", "GCA"), (2, "GGCA", "GG")]
    found = {normalise(sequence, "x", at, ref, alt) for at, ref, alt in spellings if alt}
    assert found == {(3, "GCA", "G")}


def test_equal_ends_of_a_substitution_are_trimmed(sequence: Sequence) -> None:
    assert normalise(sequence, "x", 20, "ACGTACG", "ACTTACG") == (22, "G", "T")


def test_at_the_first_base_the_base_behind_anchors(sequence: Sequence) -> None:
    position, ref, alt = normalise(sequence, "x", 1, "GGG", "GG")
    assert apply(position, ref, alt) == BASES[1:]


@given(
    st.integers(1, 30),
    st.integers(1, 6),
    st.text("ACGT", min_size=1, max_size=8),
)
def test_the_normal_form_makes_the_same_sequence(
    sequence: Sequence, position: int, length: int, alt: str
) -> None:
    ref = BASES[position - 1 : position - 1 + length]
    if ref == alt or "N" in ref:
        return
    normal = normalise(sequence, "x", position, ref, alt)
    assert apply(*normal) == apply(position, ref, alt)
    assert normalise(sequence, "x", *normal) == normal


@given(st.integers(1, 45), st.integers(0, 10))
def test_a_range_is_cut_at_the_end_of_the_sequence(
    sequence: Sequence, start: int, length: int
) -> None:
    assert sequence.bases("x", start, start + length - 1) == BASES[start - 1 : start - 1 + length]


def test_a_single_n_does_not_split_what_is_covered(sequence: Sequence, tmp_path: Path) -> None:
    assert covered_regions(sequence, "x", len(BASES)) == ((1, len(BASES)),)
    file = tmp_path / "y.fa"
    file.write_text(f">y\n{'N' * 50}ACGT{'N' * 2000}ACGT\n")
    pysam.faidx(str(file))
    with Sequence(file) as gapped:
        assert covered_regions(gapped, "y", 2058) == ((51, 54), (2055, 2058))
