"""How a sample has an allele, by its genotype."""

from __future__ import annotations

import re
from enum import StrEnum

_SEPARATORS = re.compile(r"[/|]")
_UNKNOWN = "."


class Zygosity(StrEnum):
    """How a sample has an allele.

    `HET` is also a genotype with the allele beside one that nobody knows.
    """

    HET = "het"
    HOM = "hom"
    HEMI = "hemi"
    ABSENT = "absent"
    MISSING = "missing"


CARRIED = (Zygosity.HET, Zygosity.HOM, Zygosity.HEMI)


def zygosity(call: str | None, allele: int | None) -> Zygosity:
    """Return how a sample with this *call* (GT of VCF, such as ``0/1``) has the *allele*.

    Args:
        call: None where the file says nothing.
        allele: from 1; None or 0 for a record without an alternate allele.
    """
    alleles = [each for each in _SEPARATORS.split(call or "") if each]
    copies = alleles.count(str(allele)) if allele else 0
    if copies == 0:
        # What is not known may be any allele.
        return Zygosity.MISSING if not alleles or _UNKNOWN in alleles else Zygosity.ABSENT
    if len(alleles) == 1:
        return Zygosity.HEMI
    return Zygosity.HOM if copies == len(alleles) else Zygosity.HET
