from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.genetic_code import GeneticCode, reverse_complement

MITOCHONDRIAL = GeneticCode.VERTEBRATE_MITOCHONDRIAL


@pytest.mark.parametrize(
    ("codon", "standard", "mitochondrial"),
    [("ATA", "I", "M"), ("TGA", "*", "W"), ("AGA", "R", "*"), ("AGG", "R", "*"), ("ATG", "M", "M")],
)
def test_the_two_codes_differ_in_four_codons(codon: str, standard: str, mitochondrial: str) -> None:
    assert GeneticCode.STANDARD.amino_acid(codon) == standard
    assert MITOCHONDRIAL.amino_acid(codon) == mitochondrial


def test_all_other_codons_mean_the_same_in_both_codes() -> None:
    codons = [a + b + c for a in "ACGT" for b in "ACGT" for c in "ACGT"]
    differing = {
        codon
        for codon in codons
        if GeneticCode.STANDARD.amino_acid(codon) != MITOCHONDRIAL.amino_acid(codon)
    }
    assert differing == {"ATA", "TGA", "AGA", "AGG"}


def test_mitochondrial_translation_begins_with_five_codons() -> None:
    codons = [a + b + c for a in "ACGT" for b in "ACGT" for c in "ACGT"]
    starts = {codon for codon in codons if MITOCHONDRIAL.is_start(codon)}
    assert starts == {"ATG", "ATA", "ATT", "ATC", "GTG"}


def test_a_partial_codon_is_left_out_and_an_ambiguous_one_is_unknown() -> None:
    assert GeneticCode.STANDARD.translate("ATGNNATA") == "MX"


@given(st.text("ACGTN"))
def test_the_reverse_complement_of_itself_is_the_sequence(sequence: str) -> None:
    assert reverse_complement(reverse_complement(sequence)) == sequence
