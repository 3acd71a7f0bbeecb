from __future__ import annotations

from collections import Counter
from pathlib import Path

import pysam
import pytest

from annotator.reference.bundle import Bundle
from tests.unit.annotator.annotated_text import HEADER, Annotated, Run, records
from tests.unit.annotator.bcftools import bcftools

FOUR = [
    (("MT", 4769, "A", "G"), "MT-ND2", "synonymous_variant", "LOW", "M", "p.Met100%3D"),
    (("MT", 5036, "A", "G"), "MT-ND2", "synonymous_variant", "LOW", "W", "p.Trp189%3D"),
    (("MT", 3308, "T", "C"), "MT-ND1", "start_lost", "HIGH", "M/T", "p.Met1?"),
    (("MT", 3992, "C", "T"), "MT-ND1", "missense_variant", "MODERATE", "T/M", "p.Thr229Met"),
]
OTHERS = [
    # In the stop of MT-CO1: AGA to AGG, and to GGA.
    (("MT", 7445, "A", "G"), "MT-CO1", "stop_retained_variant", "LOW", "*", "p.Ter514%3D"),
    (("MT", 7443, "A", "G"), "MT-CO1", "stop_lost", "HIGH", "*/G", "p.Ter514GlyextTer?"),
    # ATA to ATG, and to ATT, where translation begins as well.
    (
        ("MT", 3309, "A", "G"),
        "MT-ND1",
        "start_retained_variant&synonymous_variant",
        "LOW",
        "M",
        "p.Met1%3D",
    ),
    (
        ("MT", 3309, "A", "T"),
        "MT-ND1",
        "start_retained_variant&synonymous_variant",
        "LOW",
        "M",
        "p.Met1%3D",
    ),
    # Two bases of one codon.
    (("MT", 4770, "GC", "TG"), "MT-ND2", "missense_variant", "MODERATE", "A/C", "p.Ala101Cys"),
    # The stop T of MT-ND4 that polyadenylation completes.
    (
        ("MT", 12137, "T", "C"),
        "MT-ND4",
        "incomplete_terminal_codon_variant&coding_sequence_variant",
        "LOW",
        "X",
        "",
    ),
    # MT-ND6 is on the other strand.
    (("MT", 14484, "T", "C"), "MT-ND6", "missense_variant", "MODERATE", "M/V", "p.Met64Val"),
]


def entry_of(run: Annotated, at: int, symbol: str) -> dict[str, str]:
    (entry,) = (each for each in run.entries(at) if each["SYMBOL"] == symbol)
    return entry


def test_coding_variants_are_read_by_the_mitochondrial_code(annotated: Run) -> None:
    cases = sorted([*FOUR, *OTHERS])
    run = annotated(records(*(case[0] for case in cases)))
    for at, (_, symbol, terms, impact, residues, change) in enumerate(cases):
        entry = entry_of(run, at, symbol)
        assert (entry["Consequence"], entry["IMPACT"], entry["Amino_acids"]) == (
            terms,
            impact,
            residues,
        )
        assert entry["HGVSp"].partition(":")[2] == change


INDELS = [
    # MT-ND1 begins ATA CCC ATG GCC AAC CTC CTA; its protein MPMANLL.
    (("MT", 3309, "ACCC", "A"), "MT-ND1", "inframe_deletion", "p.Pro2del"),
    (("MT", 3312, "C", "CA"), "MT-ND1", "frameshift_variant", "p.Met3AsnfsTer27"),
    (("MT", 3312, "C", "CATG"), "MT-ND1", "inframe_insertion", "p.Met3dup"),
    (("MT", 3312, "C", "CTGA"), "MT-ND1", "inframe_insertion", "p.Pro2_Met3insTrp"),
    (("MT", 3312, "C", "CAGA"), "MT-ND1", "stop_gained&inframe_insertion", "p.Met3Ter"),
    (("MT", 3312, "CATG", "C"), "MT-ND1", "inframe_deletion", "p.Met3del"),
    (("MT", 3314, "T", "TCGCATA"), "MT-ND1", "stop_gained", "p.Met3delinsIleAlaTer"),
    # In a TGA, which the standard code takes for a stop: a shift all the same.
    (("MT", 4968, "TG", "T"), "MT-ND2", "frameshift_variant", "p.Trp167Ter"),
    (("MT", 5921, "A", "ATACA"), "MT-CO1", "frameshift_variant", "p.Leu7TyrfsTer9"),
    # In the stop codon TAG of MT-ATP8.
    (("MT", 8571, "A", "AA"), "MT-ATP8", "stop_retained_variant", ""),
    # The start codon of MT-CO3 as a whole.
    (("MT", 9206, "AATG", "A"), "MT-CO3", "start_lost&inframe_deletion", "p.Met1?"),
    # The stop of MT-ND4L, which ends as TGA, tryptophan.
    (("MT", 10762, "GCTA", "G"), "MT-ND4L", "stop_lost&inframe_deletion", None),
]


def test_insertions_and_deletions_are_read_by_the_mitochondrial_code(annotated: Run) -> None:
    run = annotated(records(*(case[0] for case in INDELS)))
    for at, (_, symbol, terms, change) in enumerate(INDELS):
        entry = entry_of(run, at, symbol)
        assert entry["Consequence"] == terms
        assert change in (None, entry["HGVSp"].partition(":")[2])


def test_the_ribosomal_gene_around_the_n_of_rcrs_is_there(annotated: Run) -> None:
    run = annotated(records(("MT", 3106, "C", "T")))
    assert entry_of(run, 0, "MT-RNR2")["Consequence"] == "non_coding_transcript_exon_variant"


@pytest.mark.slow
def test_every_single_base_change_agrees_with_bcftools_csq(
    annotated: Run, demo: Bundle, tmp_path: Path
) -> None:
    """All SNVs of rCRS but those at the N; equal but for the start codons.

    bcftools takes ATT, ATC and GTG for a lost start and reads an ATT at the start as isoleucine,
    while NCBI's code 2 begins translation with them. It reports nothing for an incomplete stop.
    """
    bases = pysam.FastaFile(str(demo.fasta)).fetch("MT")
    text = records(
        *(
            ("MT", position, base, alt)
            for position, base in enumerate(bases, 1)
            for alt in "ACGT"
            if base not in (alt, "N")
        )
    )
    source, target = tmp_path / "all.vcf", tmp_path / "csq.vcf"
    source.write_text(text.replace(HEADER[:21], HEADER[:21] + "##contig=<ID=MT>\n"))
    bcftools(
        "csq",
        *("-C", "2", "-l", "-f", str(demo.fasta), "-g", str(demo.genes)),
        *("-p", "a", "-Ov", "-o", str(target), str(source)),
    )
    theirs = dict(_by_bcftools(target))
    run = annotated(text)
    ours = {
        (*_place(line), entry["Feature"]): entry
        for at, line in enumerate(run.lines)
        for entry in run.entries(at, only="|protein_coding|1/1|")
    }
    assert len(run.lines) == 49_704
    assert len(ours) > 34_000
    assert set(theirs) <= set(ours)
    differences = Counter(
        (entry["Protein_position"] == "1", entry["Consequence"].split("&")[0])
        for place, entry in ours.items()
        if theirs.get(place) != (_short(entry["Consequence"]), entry["Amino_acids"])
    )
    assert {key for key in differences if not key[0]} == {
        (False, "incomplete_terminal_codon_variant")
    }
    assert differences[False, "incomplete_terminal_codon_variant"] == 21


def _by_bcftools(file: Path) -> list[tuple[tuple[str, str, str], tuple[str, str]]]:
    """Place and transcript with term and amino acids, in VEP's style of Amino_acids."""
    found = []
    for line in file.read_text().splitlines():
        for item in line.split("\t")[7].split(";") if line[0] != "#" else []:
            for entry in item.removeprefix("BCSQ=").split(","):
                columns = entry.split("|")
                if item.startswith("BCSQ=") and len(columns) > 5:
                    residues = "".join(c for c in columns[5] if not c.isdigit()).replace(">", "/")
                    found.append(((*_place(line), columns[2]), (columns[0], residues)))
    return found


def _place(line: str) -> tuple[str, str]:
    columns = line.split("\t", 5)
    return columns[1], columns[4]


def _short(terms: str) -> str:
    """Bcftools' name of a consequence."""
    return (
        terms.replace("missense_variant", "missense")
        .replace("synonymous_variant", "synonymous")
        .replace("stop_retained_variant", "stop_retained")
    )
