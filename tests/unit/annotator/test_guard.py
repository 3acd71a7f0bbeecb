from __future__ import annotations

from collections.abc import Iterator

import pytest

from annotator.guard import Guard, Reason, vep_names
from annotator.reference.bundle import Bundle
from annotator.reference.sequence import Sequence


@pytest.fixture(scope="module")
def guard(demo: Bundle) -> Iterator[Guard]:
    with Sequence(demo.fasta) as sequence:
        yield Guard(sequence, demo.names())


@pytest.mark.parametrize(
    ("contig", "position", "ref", "alt", "reason"),
    [
        ("MT", 3308, "T", "<DEL>", Reason.SYMBOLIC),
        ("MT", 3308, "T", "<NON_REF>", Reason.SYMBOLIC),
        ("MT", 3308, "T", "T[20:100[", Reason.BREAKEND),
        ("MT", 3308, "T", ".C", Reason.BREAKEND),
        ("MT", 3308, "T", "*", Reason.STAR),
        ("MT", 3308, "T", ".", Reason.NO_ALT),
        ("MT", 3308, "T", "t", Reason.NO_ALT),
        ("MT", 3308, "T", "N", Reason.NON_ACGT),
        ("MT", 3308, "T", "R", Reason.NON_ACGT),
        ("MT", 3308, "T", "bench", Reason.NON_ACGT),
        ("MT", 3106, "CN", "C", Reason.NON_ACGT),
        ("MT", 3308, "A", "C", Reason.REF_MISMATCH),
        ("MT", 3107, "C", "T", Reason.REF_MISMATCH),
        ("7", 3308, "T", "C", Reason.UNKNOWN_CONTIG),
        ("MT", 0, "T", "C", Reason.OUTSIDE_REFERENCE),
        ("MT", 16_570, "T", "C", Reason.OUTSIDE_REFERENCE),
        ("MT", 16_569, "GG", "G", Reason.OUTSIDE_REFERENCE),
        ("20", 60_000, "A", "C", Reason.OUTSIDE_REFERENCE),
        ("20", 5_000_001, "A", "C", Reason.OUTSIDE_REFERENCE),
    ],
)
def test_what_the_engine_must_not_see_has_a_reason(
    guard: Guard, *, contig: str, position: int, ref: str, alt: str, reason: Reason
) -> None:
    verdict = guard.judge(contig.encode(), position, ref.encode(), alt.encode())
    assert verdict.alleles == ()
    assert verdict.reasons == (reason,)


def test_contigs_are_known_by_every_alias_and_bases_in_either_case(guard: Guard) -> None:
    names = [b"MT", b"chrM", b"M", b"NC_012920.1"]
    verdicts = {guard.judge(name, 3308, b"t", b"c") for name in names}
    (only,) = verdicts
    assert [(each.contig, each.position, each.ref, each.alt) for each in only.alleles] == [
        ("MT", 3308, "T", "C")
    ]


def test_the_alleles_that_can_be_annotated_are_kept_beside_those_that_cannot(guard: Guard) -> None:
    verdict = guard.judge(b"MT", 3308, b"T", b"C,*,<NON_REF>,A")
    assert [allele.alt for allele in verdict.alleles] == ["C", "A"]
    assert verdict.reasons == (Reason.STAR, Reason.SYMBOLIC)


def test_the_alleles_of_one_record_are_normalised_each_by_itself(guard: Guard) -> None:
    # rCRS has CCCCCCC at 303 to 309 after AAA.
    verdict = guard.judge(b"MT", 309, b"C", b"CC,T")
    assert [(each.position, each.ref, each.alt, each.name) for each in verdict.alleles] == [
        (302, "A", "AC", "CC"),
        (309, "C", "T", "T"),
    ]


@pytest.mark.parametrize(
    ("ref", "alts", "names"),
    [
        ("A", ["G", "C"], ["G", "C"]),
        ("AT", ["GC"], ["GC"]),
        ("A", ["AT"], ["T"]),
        ("AT", ["A"], ["-"]),
        ("CA", ["C", "CAA"], ["-", "AA"]),
        ("CA", ["C", "TA"], ["C", "TA"]),
        ("CA", ["C", "*"], ["-", "*"]),
        ("AC", ["CC", "A"], ["CC", "A"]),
    ],
)
def test_alleles_are_named_as_vep_names_them(ref: str, alts: list[str], names: list[str]) -> None:
    assert vep_names(ref, alts) == names
