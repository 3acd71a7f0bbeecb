"""Made-up sources for bundles, in the form of the public files: sites, ClinVar, gnomAD, a BED.

Each is a function of a seed, like the sample's sites, some of which it holds.
"""

from __future__ import annotations

import gzip
import heapq
from collections.abc import Iterable, Iterator
from pathlib import Path

from tests.bench.synthetic import Draw, Site

_AN = 152_312
_POPULATIONS = ("afr", "amr", "eas", "nfe", "sas")
_SIGNIFICANCES = (
    *("Pathogenic", "Likely_pathogenic", "Benign", "Likely_benign"),
    *("Uncertain_significance", "Conflicting_classifications_of_pathogenicity"),
)
_REVIEWS = (
    "criteria_provided,_single_submitter",
    "criteria_provided,_multiple_submitters,_no_conflicts",
    "no_assertion_criteria_provided",
)

CLINVAR_DECLARATIONS = (
    'INFO=<ID=ALLELEID,Number=1,Type=Integer,Description="the ClinVar Allele ID">',
    'INFO=<ID=CLNDN,Number=.,Type=String,Description="ClinVar\'s preferred disease name">',
    'INFO=<ID=CLNREVSTAT,Number=.,Type=String,Description="ClinVar review status">',
    'INFO=<ID=CLNSIG,Number=.,Type=String,Description="Aggregate classification">',
)
GNOMAD_DECLARATIONS = (
    'INFO=<ID=AC,Number=A,Type=Integer,Description="Alternate allele count">',
    'INFO=<ID=AN,Number=1,Type=Integer,Description="Total number of alleles">',
    'INFO=<ID=AF,Number=A,Type=Float,Description="Alternate allele frequency">',
    *(
        f'INFO=<ID=AF_{each},Number=A,Type=Float,Description="Alternate allele frequency, {each}">'
        for each in _POPULATIONS
    ),
)


def some_alleles(sites: Iterable[Site], share: float, draw: Draw) -> Iterator[Site]:
    """About *share* of the alleles of *sites*, each as a site of its own."""
    for site in sites:
        for alt in site.alts:
            if draw.chance(share):
                yield Site(site.position, site.ref, (alt,))


def merged(ours: Iterable[Site], others: Iterable[Site]) -> Iterator[Site]:
    """Both in ascending order; of *others* only what lies at a position of its own."""
    both = heapq.merge(
        ((site, True) for site in ours),
        ((site, False) for site in others),
        key=lambda each: (each[0].position, not each[1]),
    )
    last = 0
    for site, is_ours in both:
        if is_ours or site.position != last:
            yield site
        last = site.position


def site_records(contig: str, sites: Iterable[Site]) -> Iterator[str]:
    """Lines of a VCF that says nothing of its sites."""
    for site in sites:
        yield _line(contig, site, ".")


def clinvar_records(contig: str, sites: Iterable[Site], draw: Draw) -> Iterator[str]:
    """Lines of a VCF like ClinVar's."""
    for number, site in enumerate(sites, 15_000):
        significance = _SIGNIFICANCES[draw.below(len(_SIGNIFICANCES))]
        review = _REVIEWS[draw.below(len(_REVIEWS))]
        info = (
            f"ALLELEID={number};CLNDN=Made-up_syndrome_{draw.below(2000)}|not_provided;"
            f"CLNREVSTAT={review};CLNSIG={significance}"
        )
        yield _line(contig, site, info)


def gnomad_records(contig: str, sites: Iterable[Site], draw: Draw) -> Iterator[str]:
    """Lines of a VCF like gnomAD's: most alleles are rare, and populations differ."""
    for site in sites:
        count = 1 + int(draw.share() ** 6 * (_AN - 1))
        frequency = count / _AN
        populations = ";".join(
            f"AF_{each}={min(1.0, frequency * 2 * draw.share()):.5e}" for each in _POPULATIONS
        )
        yield _line(contig, site, f"AC={count};AN={_AN};AF={frequency:.5e};{populations}")


def gene_intervals(genes: Path) -> Iterator[str]:
    """Lines of a BED file with the genes of a GFF3 file: contig, from (0-based), to, name."""
    found = []
    with gzip.open(genes, "rt", encoding="utf-8") as lines:
        for line in lines:
            columns = line.rstrip("\n").split("\t")
            if len(columns) > 2 and columns[2] == "gene":
                attributes = dict(each.split("=", 1) for each in columns[8].split(";"))
                place = (columns[0], int(columns[3]) - 1, int(columns[4]))
                found.append((*place, attributes["Name"]))
    for contig, start, end, name in sorted(found):
        yield f"{contig}\t{start}\t{end}\t{name}\n"


def _line(contig: str, site: Site, info: str) -> str:
    return f"{contig}\t{site.position}\t.\t{site.ref}\t{site.alts[0]}\t.\t.\t{info}\n"
