"""The rows of a result that nobody ever had: made up by number, and such as there could be."""

from __future__ import annotations

from backend.wire import VariantValue

SAMPLES = ("child", "mother", "father")
_LENGTH = 63_000_000
_TERMS = (
    ("intron_variant", "MODIFIER"),
    ("missense_variant", "MODERATE"),
    ("synonymous_variant", "LOW"),
    ("intron_variant", "MODIFIER"),
    ("stop_gained", "HIGH"),
    ("upstream_gene_variant", "MODIFIER"),
    ("frameshift_variant", "HIGH"),
    ("splice_donor_variant", "HIGH"),
    ("3_prime_UTR_variant", "MODIFIER"),
    ("missense_variant", "MODERATE"),
    ("intergenic_variant", "MODIFIER"),
)
_SIGNIFICANCES = (
    None,
    "Pathogenic",
    "Benign",
    None,
    "Likely_pathogenic",
    "Uncertain_significance",
    "Conflicting_classifications_of_pathogenicity",
    "Benign/Likely_benign",
    None,
)
_CHANGES = (("C", "T"), ("G", "A"), ("A", "G"), ("T", "C"), ("A", "T"))
# Genes on either strand have the coding change C>T, with which arginine's codons become others; the
# donor's change is that of its G.
_CODING, _DONOR = (("C", "T"), ("G", "A")), (("G", "A"), ("C", "T"))
_SHIFTS = (("G", "GC"), ("CAT", "C"))
_CALLS = ("0/1", "0/0", "1/1", "0/1", "0|1", "./.", "1/1")
_ZYGOSITIES = {"0/1": "het", "0|1": "het", "1/1": "hom", "0/0": "absent", "./.": "missing"}
_REVIEW = "criteria_provided|_multiple_submitters|_no_conflicts"


def sample_row(number: int) -> dict[str, VariantValue]:
    """Return what the result says of its record *number*, from 1, by column."""
    term, impact = _TERMS[number * 7 % len(_TERMS)]
    ref, alt = _change(term, number)
    at = 1 + number * 104_729 % 4000
    row: dict[str, VariantValue] = {
        "record": number,
        "chrom": "1",
        "pos": 60_000 + number * 997 % _LENGTH,
        "id": f"rs{9_000_000 + number}" if number % 3 else None,
        "ref": ref,
        "alt": alt,
        "allele_number": 1,
        "qual": 30.0 + number % 70,
        "filter": "PASS" if number % 9 else "LowQual",
        "symbol": None if term == "intergenic_variant" else f"DEMO{number * 11 % 40 + 1}",
        "most_severe": term,
        "impact": impact,
        "feature": f"ENST{number % 900 + 100:011d}",
        "biotype": "protein_coding",
        "mane_select": f"NM_{number % 900 + 100:06d}.1" if number % 4 == 0 else None,
        "hgvsc": _coding(term, number, at, f"{ref}>{alt}"),
        "hgvsp": _protein(term, number, at),
        "clinvar_CLNSIG": _SIGNIFICANCES[number * 4 % len(_SIGNIFICANCES)],
        "clinvar_CLNREVSTAT": _REVIEW,
        "clinvar_CLNDN": "Sample_disease",
        "dbsnp_ID": f"rs{9_000_000 + number}" if number % 3 else None,
        "gnomad_AF": None if number % 7 == 0 else (number * 613 % 100_000) ** 2 / 1e10,
    }
    if row["clinvar_CLNSIG"] is None:
        row["clinvar_CLNREVSTAT"] = row["clinvar_CLNDN"] = None
    for place, sample in enumerate(SAMPLES):
        call = _CALLS[(number * 3 + 2 * place) % len(_CALLS)]
        row |= {f"zygosity_{sample}": _ZYGOSITIES[call], f"gt_{sample}": call}
    return row


def _change(term: str, number: int) -> tuple[str, str]:
    """Return alleles that can have the consequence."""
    if term == "frameshift_variant":
        return _SHIFTS[number % len(_SHIFTS)]
    if term in {"missense_variant", "stop_gained"}:
        return _CODING[number % len(_CODING)]
    if term == "splice_donor_variant":
        return _DONOR[number % len(_DONOR)]
    return _CHANGES[number % len(_CHANGES)]


def _coding(term: str, number: int, at: int, change: str) -> str | None:
    """Return what happens to the transcript, at the codon *at* where it is in one."""
    first = 3 * at - 2
    shift = f"{first}_{first + 1}del" if number % len(_SHIFTS) else f"{first + 1}dup"
    changes = {
        "missense_variant": f"{first}C>T",
        "stop_gained": f"{first}C>T",
        "synonymous_variant": f"{first + 2}{change}",
        "frameshift_variant": shift,
        "splice_donor_variant": f"{first}+1G>A",
        "intron_variant": f"{first}+{number % 700 + 21}{change}",
        "3_prime_UTR_variant": f"*{number % 400 + 1}{change}",
    }
    if term not in changes:
        return None
    return f"ENST{number % 900 + 100:011d}.1:c.{changes[term]}"


def _protein(term: str, number: int, at: int) -> str | None:
    changes = {
        "missense_variant": "Arg{}Cys",
        "stop_gained": "Arg{}Ter",
        "frameshift_variant": "Ala{}fs",
        "synonymous_variant": "Ser{}%3D",
    }
    if term not in changes:
        return None
    return f"ENSP{number % 900 + 100:011d}.1:p.{changes[term].format(at)}"
