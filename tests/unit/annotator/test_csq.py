"""The csq engine: what lies on one haplotype is seen together, and nothing brings it down."""

from __future__ import annotations

import gzip
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotator.alleles import Alleles
from annotator.compression import open_decompressed
from annotator.csq.answers import Calls, read_mask, write_mask
from annotator.csq.compounds import Call, compounds
from annotator.csq.engine import Accepted, CsqEngine
from annotator.csq.genotypes import judge, read_genotypes
from annotator.csq.models import gene_models
from annotator.csq.samples import with_masks
from annotator.csq.selection import compound_calls, worth_calling
from annotator.reference.bundle import Bundle
from annotator.reference.gaps import coding_spans
from annotator.screen import Group
from tests.unit.annotator.codon import (
    BOTH,
    FORWARD,
    ONLY_FIRST,
    ONLY_SECOND,
    REVERSE,
    accepted,
    first,
    joined,
    lines_of,
    quiet,
    record,
    said,
    second,
)


@pytest.fixture(scope="module")
def engine(demo: Bundle, tmp_path_factory: pytest.TempPathFactory) -> Iterator[CsqEngine]:
    with CsqEngine(demo, tmp_path_factory.mktemp("csq")) as csq:
        yield csq


def test_two_changes_of_a_codon_in_cis_are_one_missense(engine: CsqEngine) -> None:
    records = first("0|1"), second("0|1")
    assert said(engine, *records) == [BOTH, "@68354"]
    assert joined(engine, *records) == {68354: BOTH, 68356: BOTH}


@pytest.mark.parametrize("genotypes", [("0|1", "1|0"), ("0/1", "0/1"), ("0|1", "0/1")])
def test_two_changes_of_a_codon_in_trans_or_without_phase_are_two(
    engine: CsqEngine, genotypes: tuple[str, str]
) -> None:
    records = first(genotypes[0]), second(genotypes[1])
    assert said(engine, *records) == [ONLY_FIRST, ONLY_SECOND]
    assert joined(engine, *records) == {}


@pytest.mark.parametrize("genotype", ["1/1", "1|1", "1"])
def test_what_is_homozygous_or_haploid_is_on_one_haplotype(
    engine: CsqEngine, genotype: str
) -> None:
    assert joined(engine, first(genotype), second(genotype)) == {68354: BOTH, 68356: BOTH}


def test_each_haplotype_of_a_sample_is_told_apart(engine: CsqEngine) -> None:
    calls = engine.call([first("1/1"), second("0|1")], quiet)
    assert calls[0].info.decode() == f"{ONLY_FIRST},{BOTH}"
    assert [read_mask(call.masks[0]) for call in calls] == [{(0, 0), (1, 1)}, {(0, 1)}]


def test_samples_with_and_without_phase_are_told_apart(engine: CsqEngine) -> None:
    calls = engine.call([first("0|1", "0/1", "0|0"), second("0|1", "0/1", "1|0")], quiet)
    assert [call.info.decode() for call in calls] == [
        f"{BOTH},{ONLY_FIRST}",
        f"@68354,{ONLY_SECOND}",
    ]
    assert calls[0].masks == (b"2", b"8", b"0")
    assert calls[1].masks == (b"2", b"8", b"4")


def test_a_compound_on_the_reverse_strand_is_whole_at_each_record(engine: CsqEngine) -> None:
    whole = f"missense|DEFB128|{REVERSE}|2K>2I|170259C>A+170260T>A"
    records = record(170260, "T", "A", "1|0"), record(170259, "C", "A", "1|0")
    assert said(engine, *records) == [whole, "@170260"]
    assert joined(engine, *records) == {170259: whole, 170260: whole}


def test_a_codon_that_an_intron_splits_is_one_codon(engine: CsqEngine) -> None:
    whole = f"missense|DEFB125|{FORWARD}|20G>20L|68408G>C+76646G>T"
    found = joined(engine, record(68408, "G", "C", "0|1"), record(76646, "G", "T", "0|1"))
    assert {info.partition(",")[0] for info in found.values()} == {whole}
    assert set(found) == {68408, 76646}


def test_an_insertion_and_a_deletion_restore_the_frame(engine: CsqEngine) -> None:
    whole = f"missense&inframe_altering|DEFB125|{FORWARD}|2NIL>2NNP|68356T>TA+68361TG>T"
    inserted, deleted = record(68356, "T", "TA", "0|1"), record(68361, "TG", "T", "0|1")
    assert joined(engine, inserted, deleted) == {68356: whole, 68361: whole}
    alone = said(engine, inserted, record(68361, "TG", "T", "1|0"))
    assert all(info.startswith("frameshift|") for info in alone)


def test_a_change_behind_a_stop_of_the_same_haplotype_says_so(engine: CsqEngine) -> None:
    # ATC, the third codon, cannot become a stop; CTG can become TAG by two changes.
    stop = record(68360, "CT", "TA", "0|1")
    behind = record(68363, "A", "G", "0|1")
    on_the_other = record(68363, "A", "G", "1|0")
    assert said(engine, stop, behind)[1].startswith("*missense|DEFB125|")
    assert joined(engine, stop, behind)[68363].startswith("*missense|DEFB125|")
    assert said(engine, stop, on_the_other)[1].startswith("missense|DEFB125|")
    assert joined(engine, stop, on_the_other) == {}


def test_the_mitochondrion_is_read_by_its_own_code(engine: CsqEngine) -> None:
    found = said(
        engine,
        record(4769, "A", "G", "1", contig="MT"),
        record(3308, "T", "C", "1", contig="MT"),
        record(3992, "C", "T", "1", contig="MT"),
    )
    assert [info.split("|")[0] for info in found] == ["synonymous", "start_lost", "missense"]
    assert found[2].split("|")[5] == "229T>229M"


def test_a_refused_allele_leaves_the_others_their_haplotypes(engine: CsqEngine) -> None:
    records = record(68354, "A", "*,G", "0|2", "1|0"), record(68356, "T", "G,*", "2|1", "0|0")
    assert said(engine, *records) == [BOTH, "@68354"]
    assert [call.masks for call in engine.call(records, quiet)] == [(b"2", b"0")] * 2


def test_alleles_of_one_record_are_each_called(engine: CsqEngine) -> None:
    call = engine.call([record(68356, "T", "C,G", "1|2")], quiet)[0]
    assert call.info.decode() == f"synonymous|DEFB125|{FORWARD}|2N|68356T>C,{ONLY_SECOND}"
    assert read_mask(call.masks[0]) == {(0, 0), (1, 1)}


def test_an_allele_that_no_sample_has_is_called_by_itself(engine: CsqEngine) -> None:
    assert said(engine, first("0|0"), second("0|1")) == [ONLY_FIRST, ONLY_SECOND]
    assert said(engine, first("./."), second(".")) == [ONLY_FIRST, ONLY_SECOND]


def test_an_allele_that_overlaps_another_is_called_by_itself(engine: CsqEngine) -> None:
    found = said(engine, record(68353, "GA", "G", "0|1"), first("0|1"))
    assert found[0].startswith("frameshift|")
    assert found[1] == ONLY_FIRST


@pytest.mark.parametrize("odd", ["0/1/1", "0|9", "0|-1", "A/B", "0|70", "0|1|", "", "|", "0||1"])
def test_a_genotype_that_says_nothing_does_no_harm(engine: CsqEngine, odd: str) -> None:
    assert said(engine, first("0|1", odd), second("0|1", "0/0")) == [BOTH, "@68354"]


def test_a_genotype_of_vcf_4_4_is_read(engine: CsqEngine) -> None:
    assert said(engine, first("|0|1"), second("|0|1")) == [BOTH, "@68354"]
    assert said(engine, first("/0/1"), second("/0/1")) == [ONLY_FIRST, ONLY_SECOND]


@pytest.mark.parametrize("half", ["1/.", ".|1", "./1"])
def test_a_half_known_genotype_is_on_no_haplotype(engine: CsqEngine, half: str) -> None:
    calls = engine.call([first("0|1", half), second("0|1", "1|1")], quiet)
    assert [call.info.decode() for call in calls] == [
        f"{BOTH},{ONLY_FIRST}",
        f"@68354,{ONLY_SECOND}",
    ]
    side = half.index("1") // 2
    assert [read_mask(call.masks[1]) for call in calls] == [{(1, side)}, {(1, 0), (1, 1)}]


def test_records_without_samples_are_called_by_themselves(engine: CsqEngine) -> None:
    calls = engine.call([second(), first()], quiet)
    assert calls == [Call(ONLY_SECOND.encode(), ()), Call(ONLY_FIRST.encode(), ())]


def test_answers_come_in_the_order_of_the_records(engine: CsqEngine) -> None:
    records = [
        record(170260, "T", "A", "1|0"), record(3992, "C", "T", "1", contig="MT"),
        second("0|1"), record(61000, "A", "C", "0|1"), first("0|1"),
    ]  # fmt: skip
    assert [info.split("|")[0] for info in said(engine, *records)] == [
        "missense", "missense", "@68354", "", "missense",
    ]  # fmt: skip
    assert engine.call([], quiet) == []


def test_a_call_across_phase_sets_is_no_compound(engine: CsqEngine) -> None:
    assert joined(engine, first("0|1", sets=["7"]), second("0|1", sets=["8"])) == {}
    same = first("0|1", sets=["7"]), second("0|1", sets=["7"])
    assert joined(engine, *same) == {68354: BOTH, 68356: BOTH}
    homozygous = first("0|1", sets=["7"]), second("1/1", sets=["."])
    assert set(joined(engine, *homozygous)) == {68354, 68356}
    other_sample = first("0|1", "0|1", sets=["7", "7"]), second("0|1", "0|1", sets=["8", "7"])
    assert set(joined(engine, *other_sample)) == {68354, 68356}


def test_a_pointer_to_a_record_elsewhere_stays_as_it_is() -> None:
    assert compounds([second("0|1")], [Call(b"@68354", (b"2",))]) == {68356: b"@68354"}


def test_lines_of_a_file_are_called_and_get_the_masks(engine: CsqEngine) -> None:
    lines = lines_of(
        "chr20 61000 x A C 9 . DP=3 GT:DP 0|1:3 0|0:1",
        "chr20 68354 . a g . . . GT:DP:PS 0|1:5:1 0|0",
        "chr20 68356 . t g . . DP=1 GT 0|1 0/1",
        "chr20 68362 . G <DEL>,A . . . DP:GQ 2:4 2:6",
    )
    records, numbers = np.arange(4), np.array([1, 1, 1, 2])
    calls = engine.call_lines(lines, [Accepted("20", records, numbers)], quiet)
    assert [info.decode() for info in calls.info.to_pylist()] == [
        "", BOTH, f"@68354,{ONLY_SECOND}", f"synonymous|DEFB125|{FORWARD}|4L|68362G>A",
    ]  # fmt: skip
    assert [tail.decode() for tail in with_masks(lines, calls).to_pylist()] == [
        "\tGT:DP\t0|1:3\t0|0:1\n",
        "\tGT:DP:PS:BCSQ\t0|1:5:1:2\t0|0:.:.:0\n",
        "\tGT:BCSQ\t0|1:2\t0/1:8\n",
        "\tDP:GQ\t2:4\t2:6\n",
    ]
    without = Calls.none(len(lines), 2)
    assert b"".join(with_masks(lines, without).to_pylist()).count(b"BCSQ") == 0


@pytest.mark.parametrize("refused", ["<DEL>", "<INS>", "N", "A[20:70000[", ".", "gn"])
def test_whatever_the_guard_refuses_csq_does_not_see(engine: CsqEngine, refused: str) -> None:
    lines = lines_of(
        f"20 68354 . A {refused},G . . . GT 0|2 1|0",
        f"20 68356 . T G,{refused} . . . GT 2|1 0|2",
    )
    alleles = Accepted("20", np.arange(2), np.array([2, 1]))
    calls = engine.call_lines(lines, [alleles], quiet)
    assert calls.info.to_pylist() == [BOTH.encode(), b"@68354"]
    assert calls.masks.to_pylist() == [b"2", b"0", b"2", b"0"]


def test_compound_calls_come_by_the_records_index(engine: CsqEngine, demo: Bundle) -> None:
    lines = lines_of(
        "chr20 61000 . A C . . . GT:PS 0|1:1",
        "chr20 68356 . T G . . . GT:PS 0|1:1",
        "chr20 68354 . A G . . . GT:PS 0|1:1",
        "chr20 68363 . A G . . . GT:PS 0/1:.",
    )

    def where(contig: str) -> tuple[np.ndarray, np.ndarray]:
        return coding_spans(demo, contig)

    alleles = [accepted(lines, "20")]
    (chosen,) = worth_calling(lines, alleles, where)
    assert chosen.records.tolist() == [1, 2]
    found = compound_calls(engine, lines, alleles, where, quiet)
    assert found == {1: BOTH.encode(), 2: BOTH.encode()}
    alone = lines_of("chr20 68354 . A G . . . GT 0|1")
    assert compound_calls(engine, alone, [accepted(alone, "20")], where, quiet) == {}
    sites = lines_of("chr20 68354 . A G . . .", "chr20 68356 . T G . . .")
    assert compound_calls(engine, sites, [accepted(sites, "20")], where, quiet) == {}


def test_what_the_guard_let_through_is_taken_from_its_groups() -> None:
    alleles = Alleles("20", np.array([5]), np.array([1]), None)
    group = Group(alleles, np.array([3]), np.array([2]), {})
    assert Accepted.of(group) == Accepted("20", group.records, group.numbers)


def test_each_contig_has_its_own_models_and_a_gene_behind_its_end(
    demo: Bundle, tmp_path: Path
) -> None:
    with open_decompressed(demo.genes) as stream:
        lines = [line for line in stream if not line.startswith(b"#")]
    for contig, length in (("20", 63_025_520), ("MT", 16_569)):
        found = gene_models(demo, contig, tmp_path).read_bytes().splitlines(keepends=True)
        place = f"{contig}\tgas\t%s\t{length + 1000}\t{length + 1000}\t.\t+\t.\t"
        assert [line.decode() for line in found[:4]] == [
            "##gff-version 3\n",
            place % "gene" + "ID=gene:.;Name=.;biotype=misc_RNA\n",
            place % "transcript" + "ID=transcript:.;Parent=gene:.;biotype=misc_RNA\n",
            place % "exon" + "Parent=transcript:.\n",
        ]
        assert found[4:] == [line for line in lines if line.startswith(f"{contig}\t".encode())]
    assert {each.name for each in tmp_path.iterdir()} == {"gene-models"}


def test_models_that_another_process_has_made_are_used(demo: Bundle, tmp_path: Path) -> None:
    (tmp_path / "gene-models").mkdir()
    (tmp_path / "gene-models" / "20.gff3").write_text("theirs\n")
    assert gene_models(demo, "20", tmp_path).read_text() == "theirs\n"


def test_a_contig_without_genes_is_called_and_has_no_calls(demo: Bundle, tmp_path: Path) -> None:
    bare = tmp_path / "bare"
    shutil.copytree(demo.path, bare)
    with gzip.open(bare / "genes.gff3.gz", "wt") as stream:
        stream.write("##gff-version 3\n../21\tgas\tgene\t1\t2\t.\t+\t.\tID=gene:g\n")
    with CsqEngine(replace(demo, path=bare), tmp_path) as csq:
        assert said(csq, first("0|1"), second("0|1")) == ["", ""]
    assert {each.name for each in tmp_path.iterdir()} == {"bare", "gene-models"}
    assert {each.name for each in (tmp_path / "gene-models").iterdir()} == {"20.gff3", "MT.gff3"}


LETTERS = st.sampled_from([".", "0", "1", "2", "11", "70", "x"])
GENOTYPES = st.one_of(
    LETTERS,
    st.builds("{}{}{}".format, LETTERS, st.sampled_from("|/"), LETTERS),
    st.sampled_from(["", "0/1/1", "|0|1", "/1", "0|", "0/1|2"]),
)


@given(st.lists(st.tuples(GENOTYPES, GENOTYPES, st.sampled_from(["", ":7", ":7:8"])), min_size=1))
def test_genotypes_in_columns_are_judged_as_each_by_itself(
    rows: list[tuple[str, str, str]],
) -> None:
    lines = lines_of(*(f"1 1 . A C . . . GT:A:B {one}{rest} {two}" for one, two, rest in rows))
    found = read_genotypes(lines)
    for row, pair in enumerate(rows):
        one, two = (judge(each.encode()) for each in pair[:2])
        assert int(found.known[row]) == one.known | two.known
        assert int(found.open[row]) == one.open | two.open
        assert bool(found.odd[row]) == (one.is_odd or two.is_odd)


@given(st.sets(st.tuples(st.integers(0, 59), st.integers(0, 1))))
def test_masks_are_read_as_they_are_written(mask: set[tuple[int, int]]) -> None:
    assert read_mask(write_mask(mask)) == mask


def test_a_mask_goes_on_in_a_second_number_after_thirty_bits() -> None:
    assert read_mask(b"536870912,3") == {(14, 1), (15, 0), (15, 1)}


PLACES = {68354: ("A", "G"), 68356: ("T", "G"), 68359: ("C", "T"), 68360: ("C", "T")}


@settings(max_examples=25)
@given(
    st.dictionaries(
        st.sampled_from(sorted(PLACES)),
        st.tuples(*[st.sampled_from(["0|0", "0|1", "1|0", "1|1", "0/1", "1/1", "."])] * 2),
        min_size=1,
    ),
    st.randoms(use_true_random=False),
)
def test_calls_depend_on_neither_the_order_of_records_nor_that_of_samples(
    engine: CsqEngine, genotypes: dict[int, tuple[str, str]], chance: object
) -> None:
    records = [record(place, *PLACES[place], *pair) for place, pair in genotypes.items()]
    mixed = records[:]
    chance.shuffle(mixed)  # type: ignore[attr-defined]
    turned = [record(place, *PLACES[place], *pair[::-1]) for place, pair in genotypes.items()]
    calls = dict(zip(genotypes, engine.call(records, quiet), strict=True))
    assert calls == {
        each.position: call for each, call in zip(mixed, engine.call(mixed, quiet), strict=True)
    }
    for each, call in zip(turned, engine.call(turned, quiet), strict=True):
        entries = calls[each.position].info.split(b","), call.info.split(b",")
        assert set(entries[0]) == set(entries[1])
        for sample in range(2):
            one = {(entries[0][at], side) for at, side in
                   read_mask(calls[each.position].masks[sample])}  # fmt: skip
            other = {(entries[1][at], side) for at, side in read_mask(call.masks[1 - sample])}
            assert one == other
