"""Consequences: the fields of VEP's CSQ, the Sequence Ontology's terms, their order and impact.

Source: Ensembl, "Calculated variant consequences"; the order is of severity, worst first.
"""

from __future__ import annotations

FIELDS = (
    "Allele", "Consequence", "IMPACT", "SYMBOL", "Gene", "Feature_type", "Feature", "BIOTYPE",
    "EXON", "INTRON", "HGVSc", "HGVSp", "cDNA_position", "CDS_position", "Protein_position",
    "Amino_acids", "Codons", "DISTANCE", "STRAND", "FLAGS", "SYMBOL_SOURCE", "CANONICAL",
    "MANE_SELECT", "MANE_PLUS_CLINICAL", "ENSP", "HGVS_OFFSET",
)  # fmt: skip
"""The fields of each CSQ entry, in order, by VEP's names."""

_BY_IMPACT = {
    "HIGH": (
        "transcript_ablation", "splice_acceptor_variant", "splice_donor_variant", "stop_gained",
        "frameshift_variant", "stop_lost", "start_lost", "transcript_amplification",
        "feature_elongation", "feature_truncation",
    ),
    "MODERATE": (
        "inframe_insertion", "inframe_deletion", "missense_variant", "protein_altering_variant",
    ),
    "LOW": (
        "splice_donor_5th_base_variant", "splice_region_variant", "splice_donor_region_variant",
        "splice_polypyrimidine_tract_variant", "incomplete_terminal_codon_variant",
        "start_retained_variant", "stop_retained_variant", "synonymous_variant",
    ),
    "MODIFIER": (
        "coding_sequence_variant", "mature_miRNA_variant", "5_prime_UTR_variant",
        "3_prime_UTR_variant", "non_coding_transcript_exon_variant", "intron_variant",
        "NMD_transcript_variant", "non_coding_transcript_variant",
        "coding_transcript_variant", "upstream_gene_variant", "downstream_gene_variant",
        "TFBS_ablation", "TFBS_amplification", "TF_binding_site_variant",
        "regulatory_region_ablation", "regulatory_region_amplification",
        "regulatory_region_variant", "intergenic_variant", "sequence_variant",
    ),
}  # fmt: skip
IMPACTS = {term: impact for impact, terms in _BY_IMPACT.items() for term in terms}
SEVERITY = {term: rank for rank, term in enumerate(IMPACTS)}
"""Rank of each term; 0 is the worst."""

LEAST = len(SEVERITY)
BESIDE = frozenset({"upstream_gene_variant", "downstream_gene_variant", "intergenic_variant"})
"""Terms of variants that do not touch the gene they are listed with."""


def worst(terms: str) -> str:
    """The most severe of *terms*, which ``&`` separates."""
    if "&" not in terms:
        return terms
    return min(terms.split("&"), key=lambda term: SEVERITY.get(term, LEAST))
