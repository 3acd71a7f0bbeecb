"""Which human assembly a header speaks of, by the lengths of its contigs or by a name.

Lengths are of the primary assemblies as released by NCBI: NCBI36 (hg18), GRCh37 (hg19), GRCh38
(hg38), and of T2T-CHM13v2.0.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping

KNOWN = ("GRCh37", "GRCh38")
"""The assemblies that the service annotates."""

# Chromosomes 1, 2, 3 ... 22, X and Y, in this order.
_LENGTHS = {
    "NCBI36": (
        247249719, 242951149, 199501827, 191273063, 180857866, 170899992, 158821424, 146274826,
        140273252, 135374737, 134452384, 132349534, 114142980, 106368585, 100338915, 88827254,
        78774742, 76117153, 63811651, 62435964, 46944323, 49691432, 154913754, 57772954,
    ),
    "GRCh37": (
        249250621, 243199373, 198022430, 191154276, 180915260, 171115067, 159138663, 146364022,
        141213431, 135534747, 135006516, 133851895, 115169878, 107349540, 102531392, 90354753,
        81195210, 78077248, 59128983, 63025520, 48129895, 51304566, 155270560, 59373566,
    ),
    "GRCh38": (
        248956422, 242193529, 198295559, 190214555, 181538259, 170805979, 159345973, 145138636,
        138394717, 133797422, 135086622, 133275309, 114364328, 107043718, 101991189, 90338345,
        83257441, 80373285, 58617616, 64444167, 46709983, 50818468, 156040895, 57227415,
    ),
    "T2T-CHM13": (
        248387328, 242696752, 201105948, 193574945, 182045439, 172126628, 160567428, 146259331,
        150617247, 134758134, 135127769, 133324548, 113566686, 101161492, 99753195, 96330374,
        84276897, 80542538, 61707364, 66210255, 45090682, 51324926, 154259566, 62460029,
    ),
}  # fmt: skip
_CHROMOSOMES = (*(str(number) for number in range(1, 23)), "X", "Y")
_OF_LENGTH = {
    (chromosome, length): assembly
    for assembly, lengths in _LENGTHS.items()
    for chromosome, length in zip(_CHROMOSOMES, lengths, strict=True)
}
_NAMES = {
    "NCBI36": r"ncbi_?36|hg18|(?<![a-z0-9])b36|human_b36|build_?36",
    "GRCh37": r"grch_?37|hg19|(?<![a-z0-9])b37|human_g1k_v37|hs37|build_?37",
    "GRCh38": r"grch_?38|hg38|(?<![a-z0-9])b38|hs38|build_?38",
    "T2T-CHM13": r"t2t|chm13|(?<![a-z0-9])hs1(?![a-z0-9])",
}


def guess_assembly(lengths: Mapping[str, int], references: Iterable[str]) -> str | None:
    """Return the assembly that most contigs have the lengths of, else the one that is named.

    Args:
        lengths: of the contigs that the header names, in bases.
        references: the values of ``##reference`` and ``##assembly``.
    """
    found = (_OF_LENGTH.get((_plain(name), length)) for name, length in lengths.items())
    votes = Counter(assembly for assembly in found if assembly is not None)
    if votes:
        return votes.most_common(1)[0][0]
    named = {
        assembly
        for reference in references
        for assembly, pattern in _NAMES.items()
        if re.search(pattern, reference, re.IGNORECASE)
    }
    return named.pop() if len(named) == 1 else None


def _plain(contig: str) -> str:
    """Return the name of a contig in the style of NCBI and Ensembl."""
    return contig[3:] if contig[:3].lower() == "chr" else contig
