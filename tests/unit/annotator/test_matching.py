from __future__ import annotations

from dataclasses import replace

import pytest

from annotator.intake import Header, Piece
from annotator.matching import candidates, choose
from annotator.reference.bundle import Bundle
from annotator.reference.sequence import Sequence
from annotator.survey import Survey, take_survey
from backend.domain.errors import RejectedError

COLUMNS = b"#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO"


def header(lengths: dict[str, int] | None = None, *references: str) -> Header:
    return Header((), COLUMNS, "4.2", lengths or {}, references)


def survey(*variants: tuple[str, int, str]) -> Survey:
    text = "".join(f"{c}\t{p}\t.\t{r}\tC\t.\t.\t.\n" for c, p, r in variants)
    return take_survey([Piece(text.encode(), len(variants))], header(), lambda count: None)


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        (header({"chr20": 64_444_167}), "contig lengths in the header are those of GRCh38"),
        (header({"20": 12}), "those of no assembly that is known here"),
        (header({"chrM": 16_571}), "it is the Yoruba sequence NC_001807"),
        (header({"MT": 16_000}), "MT has 16,000 bases in the header, but 16,569 in the reference"),
        (header(None, "human_b36_both.fasta"), "##reference names NCBI36"),
    ],
)
def test_a_header_of_another_assembly_is_refused_with_what_is_installed(
    demo: Bundle, given: Header, reason: str
) -> None:
    with pytest.raises(RejectedError) as refused:
        candidates(given, (demo,), "detect")
    assert reason in str(refused.value)
    assert "Installed: demo (GRCh37: 20, MT)." in str(refused.value)


def test_an_assembly_that_is_not_installed_is_refused(demo: Bundle) -> None:
    with pytest.raises(RejectedError, match="No reference for GRCh38 is installed"):
        candidates(header(), (demo,), "GRCh38")


@pytest.mark.parametrize(
    ("given", "assembly"),
    [
        (header({"20": 63_025_520, "MT": 16_569}), "detect"),
        (header({"chr20": 63_025_520, "chrM": 16_571}), "detect"),
        (header({"1": 1}, "rCRS"), "detect"),
        (header(None, "hg19.fa"), "detect"),
        (header(None, "human_b36_both.fasta"), "GRCh37"),
    ],
    ids=["lengths", "hg19's mitochondrion", "other contigs", "name", "the person knows better"],
)
def test_a_header_that_does_not_contradict_leaves_the_bundle(
    demo: Bundle, given: Header, assembly: str
) -> None:
    assert candidates(given, (demo,), assembly) == (demo,)


def test_the_yoruba_mitochondrion_is_not_taken_for_the_reference(demo: Bundle) -> None:
    given = header({"chr20": 63_025_520, "chrM": 16_571})
    match = choose(given, survey(("chr20", 61_098, "C"), ("chrM", 100, "A")), (demo,))
    assert set(match.names) >= {"chr20", "MT"}
    assert "chrM" not in match.names
    assert "Yoruba" in match.notes[0]


@pytest.mark.parametrize(
    ("variants", "reason"),
    [
        ([("7", 5, "A")], "The only record lies on contigs that no installed reference has (7)"),
        ([("7", 5, "A"), ("X", 5, "A")], "All 2 records lie on contigs"),
        ([("7", 5, "A")] * 2 + [("MT", 64, "C")], "2 of 3 records lie on contigs"),
        ([(str(n), 5, "A") for n in range(30, 40)], "(30, 31, 32, 33, 34, 35 and 4 more)"),
    ],
)
def test_records_on_contigs_that_are_not_installed_are_refused(
    demo: Bundle, variants: list[tuple[str, int, str]], reason: str
) -> None:
    with pytest.raises(RejectedError) as refused:
        choose(header(), survey(*variants), (demo,))
    assert reason in str(refused.value)


def test_half_of_the_records_on_other_contigs_are_still_passed_through(demo: Bundle) -> None:
    match = choose(header(), survey(("7", 5, "A"), ("MT", 64, "C")), (demo,))
    assert match.bundle is demo


def test_ref_alleles_of_another_assembly_are_refused(demo: Bundle) -> None:
    with Sequence(demo.fasta) as sequence:
        shifted = [
            ("20", p, sequence.bases("20", p + 7, p + 7)) for p in range(70_000, 90_000, 999)
        ]
    with pytest.raises(RejectedError, match="so the file is on another assembly"):
        choose(header(), survey(*shifted), (demo,))


def test_the_bundle_whose_bases_agree_is_chosen(demo: Bundle) -> None:
    # The same folder under another name, whose contig 20 is what the first calls MT.
    (twenty, mitochondrion) = demo.contigs
    other = replace(
        demo,
        hash="0",
        contigs=(replace(mitochondrion, aliases=("20",)), replace(twenty, name="20x")),
    )
    records = survey(*(("20", p, "C") for p in (61_098, 4_680_171)))
    assert choose(header(), records, (other, demo)).bundle is demo
