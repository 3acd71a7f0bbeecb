"""The guard over columns says what the guard says record by record."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from annotator.bases import Bases
from annotator.engine import plain_fasta
from annotator.form import records_of
from annotator.guard import Guard, Reason
from annotator.reference.bundle import Bundle
from annotator.reference.sequence import Sequence
from annotator.screen import Screen, normal_name

Record = tuple[str, int, str, str]


@pytest.fixture(scope="module")
def plain(demo: Bundle, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return plain_fasta(demo.fasta, tmp_path_factory.mktemp("plain"))


@pytest.fixture(scope="module")
def guard(demo: Bundle, plain: Path) -> Iterator[Guard]:
    with Sequence(plain) as sequence:
        yield Guard(sequence, demo.names())


@pytest.fixture(scope="module")
def screen(demo: Bundle, plain: Path, guard: Guard) -> Screen:
    return Screen(guard, Bases(plain), demo.names())


@pytest.fixture(scope="module")
def sequence(plain: Path) -> Iterator[Sequence]:
    with Sequence(plain) as opened:
        yield opened


@st.composite
def written(draw: st.DrawFn) -> tuple[str, int, int, list[str]]:
    """A contig's name, a position, the length of REF and alternate alleles."""
    contig = draw(st.sampled_from(["MT", "chrM", "20", "chr20", "7"]))
    within = st.integers(0, 16_600) if contig in {"MT", "chrM"} else st.integers(59_990, 60_400)
    allele = st.text("ACGT", min_size=1, max_size=6)
    odd = st.sampled_from(["*", "<DEL>", ".", "N", "a", "acg", "R", "A[20:5["])
    alts = st.lists(allele | allele | allele | odd, min_size=1, max_size=3)
    return contig, draw(within), draw(st.integers(1, 6)), draw(alts)


def by_columns(screen: Screen, records: list[Record]) -> object:
    text = "".join(f"{c}\t{p}\t.\t{r}\t{a}\t.\t.\t.\n" for c, p, r, a in records)
    screened = screen.judge(records_of(text.encode(), 1, 8))
    alleles = {}
    for group in screened.groups:
        columns = zip(
            group.records.tolist(),
            group.numbers.tolist(),
            group.alleles.positions.tolist(),
            group.alleles.ref_lengths.tolist(),
            group.alleles.alts.to_pylist(),
            strict=True,
        )
        for at, (record, number, position, length, alt) in enumerate(columns):
            alleles[record, number] = (
                group.alleles.contig, position, length, alt.decode(), group.names.get(at),
            )  # fmt: skip
    return alleles, screened.reasons


def one_by_one(guard: Guard, records: list[Record]) -> object:
    alleles, reasons = {}, {}
    for record, (contig, position, ref, alts) in enumerate(records):
        verdict = guard.judge(contig.encode(), position, ref.encode(), alts.encode())
        if verdict.reasons:
            reasons[record] = verdict.reasons
        for each in verdict.alleles:
            name = each.name if each.name != normal_name(each.ref, each.alt) else None
            alleles[record, each.number] = (
                each.contig, each.position, len(each.ref), each.alt, name,
            )  # fmt: skip
    return alleles, reasons


@settings(max_examples=300)
@given(st.lists(written(), min_size=1, max_size=12), st.sampled_from(["upper", "lower"]))
@example([("MT", 1, 1, ["GG"]), ("MT", 302, 1, ["AC"]), ("MT", 309, 1, ["CC"])], "upper")
@example([("MT", 3306, 3, ["C", "CC"]), ("chrM", 16_569, 1, ["GA"])], "lower")
def test_both_ways_give_the_same_alleles_and_reasons(
    screen: Screen,
    guard: Guard,
    sequence: Sequence,
    drawn: list[tuple[str, int, int, list[str]]],
    case: str,
) -> None:
    records = []
    for contig, position, length, alts in drawn:
        name = {"chrM": "MT", "chr20": "20"}.get(contig, contig)
        ref = sequence.bases(name, position, position + length - 1) if name != "7" else "A"
        ref = ref or "A"
        longer = [ref[0] + alt if alt.isupper() and len(alt) > 2 else alt for alt in alts]
        written_ref = ref.lower() if case == "lower" else ref
        records.append((contig, position, written_ref, ",".join(longer)))
    assert by_columns(screen, records) == one_by_one(guard, records)


def test_records_are_counted_by_contig_under_the_bundles_name(screen: Screen) -> None:
    lines = b"chrM\t5\t.\tA\tC\t.\t.\t.\nMT\t6\t.\tA\tC\t.\t.\t.\n7\t5\t.\tA\tC\t.\t.\t.\n"
    screened = screen.judge(records_of(lines, 1, 8))
    assert screened.contigs == {"MT": 2, "7": 1}
    assert screened.reasons[2] == (Reason.UNKNOWN_CONTIG,)
