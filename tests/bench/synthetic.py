"""A sample's variants on a real sequence: made up, and the same for the same seed everywhere.

Of the sites 85 % are SNVs (two transitions for each transversion, 2 % of them with two ALTs),
7.5 % insertions and 7.5 % deletions. One diploid sample has 5 keys of FORMAT; a record has 7 keys
of INFO; 70 % of the heterozygous genotypes are phased.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from random import Random

BASES = "ACGT"
_TRANSITIONS = {"A": "G", "G": "A", "C": "T", "T": "C"}
_SNVS, _INSERTIONS = 0.85, 0.075
_TRANSITION, _SECOND_ALT = 2 / 3, 0.02
_LONGER_INSERTION, _LONGEST_INSERTION = 0.67, 20
_LONGER_DELETION, _LONGEST_DELETION = 0.70, 30
_CLEAR = 40
"""Bases from a site on that are known, so that no deletion reaches into N."""

_HOMOZYGOUS, _PHASED = 0.35, 0.7


@dataclass(frozen=True, slots=True)
class Site:
    """A place with alternate alleles, as a VCF spells them; *position* is 1-based."""

    position: int
    ref: str
    alts: tuple[str, ...]


class Draw:
    """Chance from a seed alone.

    It uses ``random.Random.random``, the one method that Python keeps the same from version to
    version.
    """

    def __init__(self, seed: int) -> None:
        self._next = Random(seed).random

    def share(self) -> float:
        """A number from 0 to below 1."""
        return self._next()

    def chance(self, share: float) -> bool:
        """True in *share* of the cases."""
        return self._next() < share

    def below(self, count: int) -> int:
        """A whole number from 0 to below *count*."""
        return int(self._next() * count)

    def one_of(self, choices: str) -> str:
        """One character of *choices*."""
        return choices[self.below(len(choices))]

    def length(self, longer: float, longest: int) -> int:
        """A length from 1 to *longest*, one more in *longer* of the cases."""
        length = 1
        while length < longest and self.chance(longer):
            length += 1
        return length


def draw_sites(bases: str, count: int, seed: int) -> Iterator[Site]:
    """Draw *count* sites on a contig, in ascending order, each position once.

    Args:
        bases: of the whole contig, upper case; sites keep away from what is not A, C, G or T.
        count: at most a small part of the contig's length.
        seed: the same gives the same sites.
    """
    draw = Draw(seed)
    for position in _positions(bases, count, draw):
        kind = draw.share()
        if kind < _SNVS:
            yield _snv(bases, position, draw)
        elif kind < _SNVS + _INSERTIONS:
            yield _insertion(bases, position, draw)
        else:
            yield _deletion(bases, position, draw)


def _positions(bases: str, count: int, draw: Draw) -> list[int]:
    """*count* positions from which on the bases are known."""
    known, found = set(BASES), set[int]()
    while len(found) < count:
        start = draw.below(len(bases) - _CLEAR)
        if known.issuperset(bases[start : start + _CLEAR]):
            found.add(start + 1)
    return sorted(found)


def _snv(bases: str, position: int, draw: Draw) -> Site:
    ref = bases[position - 1]
    transition = _TRANSITIONS[ref]
    others = "".join(base for base in BASES if base not in {ref, transition})
    alts = transition if draw.chance(_TRANSITION) else draw.one_of(others)
    if draw.chance(_SECOND_ALT):
        left = "".join(base for base in BASES if base not in {ref, alts})
        alts += draw.one_of(left)
    return Site(position, ref, tuple(alts))


def _insertion(bases: str, position: int, draw: Draw) -> Site:
    ref = bases[position - 1]
    length = draw.length(_LONGER_INSERTION, _LONGEST_INSERTION)
    return Site(position, ref, (ref + "".join(draw.one_of(BASES) for _ in range(length)),))


def _deletion(bases: str, position: int, draw: Draw) -> Site:
    length = draw.length(_LONGER_DELETION, _LONGEST_DELETION)
    return Site(position, bases[position - 1 : position + length], (bases[position - 1],))


def header(contig: str, length: int, declarations: Iterable[str], sample: str = "") -> str:
    """The header of a VCF file, with *sample* if it has one."""
    columns = ["CHROM", "POS", "ID", "REF", "ALT", "QUAL", "FILTER", "INFO"]
    if sample:
        columns += ["FORMAT", sample]
    lines = [
        "##fileformat=VCFv4.2",
        f"##contig=<ID={contig},length={length}>",
        *(f"##{each}" for each in declarations),
        "#" + "\t".join(columns),
    ]
    return "".join(f"{line}\n" for line in lines)


def _declare(kind: str, key: str, number: str, type_: str) -> str:
    return f'{kind}=<ID={key},Number={number},Type={type_},Description="{key}">'


SAMPLE_DECLARATIONS = (
    'FILTER=<ID=PASS,Description="All filters passed">',
    _declare("INFO", "AC", "A", "Integer"),
    _declare("INFO", "AF", "A", "Float"),
    _declare("INFO", "AN", "1", "Integer"),
    _declare("INFO", "DP", "1", "Integer"),
    _declare("INFO", "FS", "1", "Float"),
    _declare("INFO", "MQ", "1", "Float"),
    _declare("INFO", "QD", "1", "Float"),
    _declare("FORMAT", "GT", "1", "String"),
    _declare("FORMAT", "AD", "R", "Integer"),
    _declare("FORMAT", "DP", "1", "Integer"),
    _declare("FORMAT", "GQ", "1", "Integer"),
    _declare("FORMAT", "PL", "G", "Integer"),
)


_TWO_ALTS = ("1/2", "AC=1,1;AF=0.5,0.5", "2,14,15", "900,400,380,420,0,450")
_BOTH = ("1/1", "AC=2;AF=1", "1,30", "900,90,0")
_ONE = ("0/1", "AC=1;AF=0.5", "16,15", "420,0,450")


def sample_records(contig: str, sites: Iterable[Site], seed: int) -> Iterator[str]:
    """Each site as a line of a VCF with one sample."""
    draw = Draw(seed)
    for site in sites:
        genotype, counts, depths, likelihoods = _genotype(site, draw)
        quality = 50 + draw.below(1950)
        strand_bias, by_depth = draw.below(5000) / 1000, 5 + draw.below(3000) / 100
        yield (
            f"{contig}\t{site.position}\t.\t{site.ref}\t{','.join(site.alts)}\t{quality}\tPASS\t"
            f"{counts};AN=2;DP=31;FS={strand_bias:.3f};MQ=60;QD={by_depth:.2f}\t"
            f"GT:AD:DP:GQ:PL\t{genotype}:{depths}:31:99:{likelihoods}\n"
        )


def _genotype(site: Site, draw: Draw) -> tuple[str, str, str, str]:
    """GT, the counts in INFO, AD and PL."""
    if len(site.alts) == 1 and draw.chance(_HOMOZYGOUS):
        return _BOTH
    genotype, counts, depths, likelihoods = _ONE if len(site.alts) == 1 else _TWO_ALTS
    return _phased(genotype, draw), counts, depths, likelihoods


def _phased(genotype: str, draw: Draw) -> str:
    """A heterozygous genotype, in 70 % of the cases with the haplotypes told."""
    if not draw.chance(_PHASED):
        return genotype
    first, second = genotype.split("/")
    return f"{first}|{second}" if draw.chance(0.5) else f"{second}|{first}"
