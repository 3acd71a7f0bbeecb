"""Translation by NCBI's genetic codes 1 (standard) and 2 (vertebrate mitochondrial).

Source: NCBI, "The Genetic Codes", compiled by Elzanowski and Ostell; code 2 has AGA and AGG as
stops, ATA as methionine and TGA as tryptophan.
"""

from __future__ import annotations

import enum
from itertools import product

_CODONS = tuple("".join(codon) for codon in product("TCAG", repeat=3))
_AMINO_ACIDS = {
    1: "FFLLSSSSYY**CC*WLLLLPPPPHHQQRRRRIIIMTTTTNNKKSSRRVVVVAAAADDEEGGGG",
    2: "FFLLSSSSYY**CCWWLLLLPPPPHHQQRRRRIIMMTTTTNNKKSS**VVVVAAAADDEEGGGG",
}
_TABLES = {code: dict(zip(_CODONS, acids, strict=True)) for code, acids in _AMINO_ACIDS.items()}
_STARTS = {1: frozenset({"ATG"}), 2: frozenset({"ATG", "ATA", "ATT", "ATC", "GTG"})}
_COMPLEMENT = str.maketrans("ACGTN", "TGCAN")

THREE_LETTERS = {
    "A": "Ala", "C": "Cys", "D": "Asp", "E": "Glu", "F": "Phe", "G": "Gly", "H": "His",
    "I": "Ile", "K": "Lys", "L": "Leu", "M": "Met", "N": "Asn", "P": "Pro", "Q": "Gln",
    "R": "Arg", "S": "Ser", "T": "Thr", "V": "Val", "W": "Trp", "Y": "Tyr", "X": "Xaa",
    "*": "Ter",
}  # fmt: skip
"""Amino acids as HGVS writes them; a stop is Ter, one that is not known is Xaa."""


class GeneticCode(enum.IntEnum):
    """A code by its number at NCBI."""

    STANDARD = 1
    VERTEBRATE_MITOCHONDRIAL = 2

    def amino_acid(self, codon: str) -> str:
        """One letter for *codon* in upper case; ``X`` for one that is partial or ambiguous."""
        return _TABLES[self].get(codon, "X")

    def translate(self, sequence: str) -> str:
        """The protein of the whole codons in *sequence*, stops as ``*``; a rest is left out."""
        table = _TABLES[self]
        whole = len(sequence) - len(sequence) % 3
        return "".join([table.get(sequence[at : at + 3], "X") for at in range(0, whole, 3)])

    def is_start(self, codon: str) -> bool:
        """Whether translation can begin with *codon*."""
        return codon in _STARTS[self]


def reverse_complement(sequence: str) -> str:
    """The other strand of *sequence* (ACGTN in upper case), read from its own 5' end."""
    return sequence.translate(_COMPLEMENT)[::-1]
