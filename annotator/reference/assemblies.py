"""What is known of the human assemblies: chromosome lengths and the names that contigs go by.

Lengths are of the primary assemblies as released by NCBI: NCBI36 (hg18), GRCh37 (hg19), GRCh38
(hg38). The mitochondrion is told apart by its length alone: 16,569 is the revised Cambridge
reference (NC_012920.1), 16,571 the Yoruba sequence (NC_001807.4) that UCSC's hg19 calls chrM.
"""

from __future__ import annotations

import re

RCRS_LENGTH = 16_569
YORUBA_LENGTH = 16_571

_CHROMOSOMES = (*(str(number) for number in range(1, 23)), "X", "Y")
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
}  # fmt: skip

_PSEUDOAUTOSOMAL = {
    ("GRCh37", "X"): ((60_001, 2_699_520), (154_931_044, 155_260_560)),
    ("GRCh37", "Y"): ((10_001, 2_649_520), (59_034_050, 59_363_566)),
    ("GRCh38", "X"): ((10_001, 2_781_479), (155_701_383, 156_030_895)),
    ("GRCh38", "Y"): ((10_001, 2_781_479), (56_887_903, 57_217_415)),
}

_RCRS = "NC_012920.1"

# The versions of NC_000001 ... NC_000024 in GRCh37; each is one higher in GRCh38.
_REFSEQ_VERSIONS = (
    10, 11, 11, 11, 9, 11, 13, 10, 11, 10, 9, 11, 10, 8, 9, 9, 10, 9, 9, 10, 8, 10, 10, 9,
)  # fmt: skip
_LATER = {"GRCh37": 0, "GRCh38": 1}

_NAMES = (
    ("NCBI36", re.compile(r"ncbi_?36|hg18|(?<![a-z0-9])b36|human_b36|build_?36", re.IGNORECASE)),
    (
        "GRCh37",
        re.compile(r"grch_?37|hg19|(?<![a-z0-9])b37|human_g1k_v37|hs37|build_?37", re.IGNORECASE),
    ),
    ("GRCh38", re.compile(r"grch_?38|hg38|(?<![a-z0-9])b38|hs38|build_?38", re.IGNORECASE)),
    ("T2T-CHM13", re.compile(r"t2t|chm13|(?<![a-z0-9])hs1(?![a-z0-9])", re.IGNORECASE)),
)


def chromosome_length(assembly: str, contig: str) -> int | None:
    """Length in bases of *contig* (any style of name) in *assembly*; None if not known here."""
    name = plain_name(contig)
    if name == "MT":
        return RCRS_LENGTH
    if name not in _CHROMOSOMES or assembly not in _LENGTHS:
        return None
    return _LENGTHS[assembly][_CHROMOSOMES.index(name)]


def assembly_of_length(contig: str, length: int) -> str | None:
    """The assembly in which *contig* has *length* bases; None for the mitochondrion and others."""
    name = plain_name(contig)
    if name not in _CHROMOSOMES:
        return None
    at = _CHROMOSOMES.index(name)
    return next((key for key, lengths in _LENGTHS.items() if lengths[at] == length), None)


def assembly_of_text(text: str) -> str | None:
    """The one assembly that *text* (a ``##reference`` or ``##assembly`` value) names, if any."""
    found = [assembly for assembly, pattern in _NAMES if pattern.search(text)]
    return found[0] if len(found) == 1 else None


def plain_name(contig: str) -> str:
    """*contig* without ``chr``, the mitochondrion as ``MT``: the style of NCBI and Ensembl."""
    name = contig[3:] if contig[:3].lower() == "chr" else contig
    return "MT" if name.upper() in {"M", "MT"} else name


def contig_name(assembly: str, contig: str) -> str:
    """The plain name of *contig*, also if RefSeq's accession names it, of *assembly* if given."""
    name = plain_name(contig)
    if not name.startswith("NC_"):
        return name
    if name == _RCRS:
        return "MT"
    return next((each for each in _CHROMOSOMES if name in _accession(assembly, each)), name)


def pseudoautosomal(assembly: str, contig: str) -> tuple[tuple[int, int], ...]:
    """Where X and Y have the same sequence: 1-based inclusive ranges on one of the two.

    Files may have genes there on X alone, and sequences may have N there on Y. Source: Genome
    Reference Consortium, "Human genome overview", PAR locations.
    """
    return _PSEUDOAUTOSOMAL.get((assembly, plain_name(contig)), ())


def aliases(assembly: str, contig: str) -> tuple[str, ...]:
    """Every other name under which *contig* of *assembly* is found in files."""
    name = plain_name(contig)
    found: tuple[str, ...] = (name, f"chr{name}")
    if name == "MT":
        found = ("MT", "M", "chrM", "chrMT", _RCRS)
    elif name in _CHROMOSOMES:
        found += _accession(assembly, name)
    return tuple(alias for alias in found if alias != contig)


def _accession(assembly: str, name: str) -> tuple[str, ...]:
    """RefSeq's accession of a chromosome, where the assembly is one of those known here."""
    if assembly not in _LATER:
        return ()
    at = _CHROMOSOMES.index(name)
    return (f"NC_{at + 1:06d}.{_REFSEQ_VERSIONS[at] + _LATER[assembly]}",)
