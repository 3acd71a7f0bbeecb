"""Where more is told of a variant: addresses on a few sites, made from checked pieces.

What stands in a result comes from somebody's file, so nothing of it is taken into an address that
does not have the form that it should have.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import quote

from backend.wire import VariantValue
from desktop.ui.viewer.columns import ALT, CONTIG, IDENTIFIER, POSITION, REF

_CONTIG = re.compile(r"(?:chr)?([1-9]|1\d|2[0-2]|X|Y|MT?)")
_BASES = re.compile(r"[ACGT]{1,200}")
_RS = re.compile(r"\brs[1-9]\d{0,14}\b")
_TRANSCRIPT = re.compile(r"ENST\d{11}")
_ENSEMBL = {"GRCh37": "grch37.ensembl.org", "GRCh38": "www.ensembl.org"}
_GNOMAD = {"GRCh37": "gnomad_r2_1", "GRCh38": "gnomad_r4"}
# gnomAD has the mitochondrion in its newer data sets only; both assemblies have the same one.
_GNOMAD_MITOCHONDRION = "gnomad_r4"
_CLINVAR = {"GRCh37": "chrpos37", "GRCh38": "chrpos38"}
_STATUS, _UNKNOWN_CONTIG = "gas_status", "unknown_contig"


@dataclass(frozen=True, slots=True)
class Link:
    """An address, and what it is called."""

    title: str
    url: str


def links(assembly: str, values: Mapping[str, VariantValue]) -> list[Link]:
    """Return where more is told of the variant that has *values*.

    Args:
        assembly: of the positions; there are links by position for GRCh37 and GRCh38 only.
        values: by column of the result.
    """
    found = list(_by_position(assembly, values)) if assembly in _ENSEMBL else []
    number = rs_number(values)
    if number is not None:
        found.append(Link("dbSNP", f"https://www.ncbi.nlm.nih.gov/snp/{number}"))
    return found


def transcript_link(assembly: str, transcript: VariantValue) -> str | None:
    """Return Ensembl's page of a transcript, None for what is not one of Ensembl's."""
    found = _TRANSCRIPT.match(str(transcript or ""))
    if found is None or assembly not in _ENSEMBL:
        return None
    return f"https://{_ENSEMBL[assembly]}/Homo_sapiens/Transcript/Summary?t={found[0]}"


def rs_number(values: Mapping[str, VariantValue]) -> str | None:
    """Return the identifier of dbSNP, from dbSNP itself or else from the file."""
    for name in ("dbsnp_ID", IDENTIFIER):
        found = _RS.search(str(values.get(name) or ""))
        if found is not None:
            return found[0]
    return None


def _by_position(assembly: str, values: Mapping[str, VariantValue]) -> Iterable[Link]:
    contig = _CONTIG.fullmatch(str(values.get(CONTIG)))
    position = values.get(POSITION)
    if contig is None or not isinstance(position, int):
        return
    name = "MT" if contig[1].startswith("M") else contig[1]
    if name == "MT" and values.get(_STATUS) == _UNKNOWN_CONTIG:
        # UCSC's hg19 has another mitochondrion, on which the same number is another place.
        return
    end = position + len(str(values.get(REF) or "N")) - 1
    place = f"{name}:{position}-{end}"
    yield Link("Ensembl", f"https://{_ENSEMBL[assembly]}/Homo_sapiens/Location/View?r={place}")
    term = f"{name}[chr] AND {position}[{_CLINVAR[assembly]}]"
    yield Link("ClinVar", f"https://www.ncbi.nlm.nih.gov/clinvar/?term={quote(term)}")
    at, ref, alt = _trimmed(position, str(values.get(REF)), str(values.get(ALT)))
    if _BASES.fullmatch(ref) and _BASES.fullmatch(alt) and ref != alt:
        variant = f"{name.removesuffix('T')}-{at}-{ref}-{alt}"
        dataset = _GNOMAD_MITOCHONDRION if name == "MT" else _GNOMAD[assembly]
        yield Link(
            "gnomAD", f"https://gnomad.broadinstitute.org/variant/{variant}?dataset={dataset}"
        )


def _trimmed(position: int, ref: str, alt: str) -> tuple[int, str, str]:
    """Return an allele as gnomAD names it: without what REF and ALT share but for one base."""
    ref, alt = ref.upper(), alt.upper()
    behind = _shared(ref[:0:-1], alt[:0:-1])
    ref, alt = ref[: len(ref) - behind], alt[: len(alt) - behind]
    before = _shared(ref[:-1], alt[:-1])
    return position + before, ref[before:], alt[before:]


def _shared(one: str, other: str) -> int:
    """Return how many letters are the same at the beginning."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((at for at, (a, b) in pairs if a != b), min(len(one), len(other)))
