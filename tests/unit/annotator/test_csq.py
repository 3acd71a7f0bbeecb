"""The csq engine: what lies on one haplotype is seen together, and nothing brings it down."""

from __future__ import annotations

import gzip
import itertools
import os
import random
import select
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotator.alleles import Alleles
from annotator.child import Child
from annotator.compression import open_decompressed
from annotator.csq.answers import Calls, read_mask, write_mask
from annotator.csq.compounds import Call, PhasedRecord, compounds
from annotator.csq.engine import Accepted, CsqEngine
from annotator.csq.genotypes import judge, read_genotypes
from annotator.csq.models import gene_models
from annotator.csq.samples import with_masks
from annotator.csq.selection import compound_calls, worth_calling
from annotator.engine import EngineError
from annotator.lines import Lines, parse_lines
from annotator.reference.build import build
from annotator.reference.bundle import Bundle
from annotator.reference.gaps import coding_spans, gene_spans
from annotator.reference.sequence import Sequence as Bases
from annotator.screen import Group

# DEFB125, forward: ATG AAT ATC CTG ...; the codon after GTG ACC AAA is G and, behind an intron, GT.
FORWARD = "ENST00000382410|protein_coding|+"
# DEFB128, on the other strand: its second codon, AAG, ends at 170259.
REVERSE = "ENST00000334391|protein_coding|-"
BOTH = f"missense|DEFB125|{FORWARD}|2N>2E|68354A>G+68356T>G"
ONLY_FIRST = f"missense|DEFB125|{FORWARD}|2N>2D|68354A>G"
ONLY_SECOND = f"missense|DEFB125|{FORWARD}|2N>2K|68356T>G"


def quiet() -> None:
    """A tick that does nothing."""


def record(
    position: int,
    ref: str,
    alts: str,
    *genotypes: str,
    contig: str = "20",
    number: int | None = None,
    sets: Sequence[str] = (),
) -> PhasedRecord:
    """A record, numbered by its position unless told otherwise."""
    return PhasedRecord(
        number=position if number is None else number,
        contig=contig,
        position=position,
        ref=ref.encode(),
        alts=tuple(alt.encode() for alt in alts.split(",")),
        genotypes=tuple(genotype.encode() for genotype in genotypes),
        phase_sets=tuple(each.encode() for each in sets),
    )


def first(*genotypes: str, sets: Sequence[str] = ()) -> PhasedRecord:
    """The first base of DEFB125's second codon, changed."""
    return record(68354, "A", "G", *genotypes, sets=sets)


def second(*genotypes: str, sets: Sequence[str] = ()) -> PhasedRecord:
    """The third base of that codon, changed."""
    return record(68356, "T", "G", *genotypes, sets=sets)


@pytest.fixture(scope="module")
def engine(demo: Bundle, tmp_path_factory: pytest.TempPathFactory) -> Iterator[CsqEngine]:
    with CsqEngine(demo, tmp_path_factory.mktemp("csq")) as csq:
        yield csq


def said(engine: CsqEngine, *records: PhasedRecord) -> list[str]:
    """INFO/BCSQ of each record."""
    return [call.info.decode() for call in engine.call(records, quiet)]


def joined(engine: CsqEngine, *records: PhasedRecord) -> dict[int, str]:
    """The compound calls by the records' numbers."""
    found = compounds(records, engine.call(records, quiet))
    return {number: info.decode() for number, info in found.items()}


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


def lines_of(*lines: str) -> Lines:
    text = "".join(f"{line}\n" for line in lines).replace(" ", "\t").encode()
    found = parse_lines(text, 1, len(lines[0].split(" ")))
    assert isinstance(found, Lines)
    return found


def accepted(lines: Lines, contig: str) -> Accepted:
    """All alleles of *lines*, which are on one contig."""
    counts = [alts.count(b",") + 1 for alts in lines.values(4).to_pylist()]
    numbers = np.concatenate([np.arange(1, count + 1) for count in counts])
    return Accepted(contig, np.repeat(np.arange(len(lines)), counts), numbers)


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


@settings(max_examples=25, deadline=None)
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


def test_what_csq_refuses_is_an_error_that_says_why(demo: Bundle, tmp_path: Path) -> None:
    wrong = record(68354, "C", "G", "0|1")
    with (
        CsqEngine(demo, tmp_path) as csq,
        pytest.raises(EngineError, match="fasta reference does not match"),
    ):
        csq.call([wrong], quiet)
    assert [each.name for each in tmp_path.iterdir()] == ["gene-models"]


def test_an_end_of_the_process_is_an_error_and_no_hang(demo: Bundle, tmp_path: Path) -> None:
    with CsqEngine(demo, tmp_path) as csq:
        csq.call([first("0|1")], quiet)
        assert csq._child is not None
        os.kill(csq._child.pid, signal.SIGKILL)
        with pytest.raises(EngineError, match="ended with code -9"):
            csq.call([first("0|1")], quiet)


@pytest.fixture
def stuck(demo: Bundle, tmp_path: Path) -> list[str]:
    """Arguments of a call that never ends: its input is a pipe that nobody writes to."""
    os.mkfifo(tmp_path / "in.vcf")
    options = ["-f", str(demo.fasta), "-g", str(gene_models(demo, "20", tmp_path)), "-v", "0"]
    return [*options, "-o", str(tmp_path / "out.vcf"), str(tmp_path / "in.vcf")]


def descendants(process: int) -> list[int]:
    """The processes that *process* has started."""
    return [int(each) for each in
            Path(f"/proc/{process}/task/{process}/children").read_text().split()]  # fmt: skip


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_a_crash_of_csq_is_an_error_and_the_next_call_goes_on(
    demo: Bundle, tmp_path: Path, stuck: list[str]
) -> None:
    child = Child("bcftools csq", "annotator.csq.process")

    def crash() -> None:
        for each in descendants(child.pid):
            os.kill(each, signal.SIGSEGV)

    with pytest.raises(EngineError, match="ended by signal SIGSEGV"):
        child.ask(stuck, crash)
    (tmp_path / "in.vcf").unlink()
    (tmp_path / "in.vcf").write_text("##fileformat=VCFv4.2\n##contig=<ID=20>\n#CHROM\tPOS\tID\t"
                                     "REF\tALT\tQUAL\tFILTER\tINFO\n")  # fmt: skip
    child.ask(stuck, quiet)
    child.end(at_once=False)
    assert (tmp_path / "out.vcf").read_text().startswith("##fileformat=VCF")


class StoppedError(Exception):
    """The work was called off."""


@pytest.mark.skipif(sys.platform != "linux", reason="waits by pidfd")
def test_stopping_leaves_no_process(stuck: list[str]) -> None:
    child = Child("bcftools csq", "annotator.csq.process")
    watched: list[int] = []

    def stop() -> None:
        watched.extend(os.pidfd_open(each) for each in descendants(child.pid))
        if watched:
            raise StoppedError

    with pytest.raises(StoppedError):
        child.ask(stuck, stop)
    child.end(at_once=True)
    require_ended(watched)


@pytest.mark.skipif(sys.platform != "linux", reason="waits by pidfd")
def test_a_call_whose_server_is_gone_is_ended_as_well(stuck: list[str]) -> None:
    child = Child("bcftools csq", "annotator.csq.process")
    watched: list[int] = []

    def kill() -> None:
        watched.extend(os.pidfd_open(each) for each in descendants(child.pid))
        if watched:
            os.kill(child.pid, signal.SIGKILL)

    with pytest.raises(EngineError, match="ended with code -9"):
        child.ask(stuck, kill)
    child.end(at_once=True)
    require_ended(watched)


PARENT = """
import sys
from annotator.child import Child
child = Child("bcftools csq", "annotator.csq.process")
print(child.pid, flush=True)
child.ask(sys.argv[1:], lambda: print(".", flush=True))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="waits by pidfd")
def test_no_process_outlives_the_one_that_started_it(stuck: list[str]) -> None:
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT, *stuck], stdout=subprocess.PIPE, text=True
    )
    assert parent.stdout is not None
    server = int(parent.stdout.readline())
    working: list[int] = []
    while not working:
        parent.stdout.readline()
        working = descendants(server)
    watched = [os.pidfd_open(each) for each in (server, *working)]
    parent.kill()
    parent.wait()
    parent.stdout.close()
    require_ended(watched)


def require_ended(watched: list[int]) -> None:
    """Fail unless all of the processes end within two seconds."""
    assert watched
    for each in watched:
        assert select.select([each], [], [], 2.0)[0]
        os.close(each)


@pytest.fixture(scope="module")
def chromosome_20(test_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Bundle:
    """A bundle of GRCh37's chromosome 20 with MANE's transcripts."""
    data = test_data / "grch37_chr20"
    return build(
        name="chr20",
        assembly="GRCh37",
        fasta=data / "20.fa.gz",
        genes=data / "MANE_projected.GRCh37.chr20.gff3.gz",
        out=tmp_path_factory.mktemp("chr20"),
    )


@pytest.fixture(scope="module")
def phased(test_data: Path, chromosome_20: Bundle) -> bytes:
    """The records of 100 real people, taken for phased, and made-up ones in coding sequence."""
    file = test_data / "grch37_chr20" / "hail_1000G_100samples.chr20.vcf.gz"
    rows = [
        [*row[:9], *(field[:3].replace(b"/", b"|") for field in row[9:])] for row in rows_of(file)
    ]
    starts, ends = coding_spans(chromosome_20, "20")
    near = starts > 45_000_000
    with Bases(chromosome_20.fasta) as bases:
        rows += made_up(starts[near].tolist(), ends[near].tolist(), bases)
    rows.sort(key=lambda row: int(row[1]))
    return b"".join(b"\t".join([*row[:7], b".", b"GT", *row[9:]]) + b"\n" for row in rows)


def rows_of(file: Path) -> list[list[bytes]]:
    """The columns of a file's records."""
    with open_decompressed(file) as stream:
        return [line.rstrip(b"\n").split(b"\t") for line in stream if not line.startswith(b"#")]


def made_up(starts: list[int], ends: list[int], bases: Bases) -> Iterator[list[bytes]]:
    """Two changes in every coding exon, near each other, that some of 100 samples have."""
    chance = random.Random(20)
    for start, end in zip(starts, ends, strict=True):
        for position in {start, min(start + chance.randint(1, 2), end)}:
            base = bases.bases("20", position, position)
            alt = "CGTA"["ACGT".index(base)]
            kinds = chance.choices([b"0|0", b"0|1", b"1|1", b"1|0"], [90, 5, 2, 3], k=100)
            fixed = f"20 {position} . {base} {alt} . . . ."
            yield [*fixed.encode().split(b" "), *kinds]


@pytest.mark.slow
def test_calls_do_not_depend_on_where_a_file_is_cut_between_genes(
    chromosome_20: Bundle, phased: bytes, tmp_path: Path
) -> None:
    begins, ends = gene_spans(chromosome_20, "20")
    lines = parse_lines(phased, 1, 109)
    assert isinstance(lines, Lines)
    owners = np.searchsorted(begins, lines.positions, "right")
    is_free = lines.positions > np.append(ends, 0)[owners - 1]
    places = np.flatnonzero((owners[1:] != owners[:-1]) | is_free[1:]) + 1
    assert len(places) > 150
    with CsqEngine(chromosome_20, tmp_path) as csq:
        whole = csq.call_lines(lines, [accepted(lines, "20")], quiet)
        parts = []
        for pieces in (places[::2], places[1::7]):
            bounds = [0, *lines.starts[pieces].tolist(), len(phased)]
            for start, end in itertools.pairwise(bounds):
                part = parse_lines(phased[start:end], 1, 109)
                assert isinstance(part, Lines)
                parts.append(csq.call_lines(part, [accepted(part, "20")], quiet))
            together = Calls.joined(parts)
            assert together.info.equals(whole.info)
            assert together.masks.equals(whole.masks)
            parts.clear()
    compound = [info for info in whole.info.to_pylist() if b"@" in info]
    assert len(compound) > 100


@pytest.mark.slow
def test_calls_in_a_gene_do_not_depend_on_the_gene_before(
    chromosome_20: Bundle, tmp_path: Path
) -> None:
    """GNAS has three transcripts that end at one base; csq keeps these in no order of their own."""
    with Bases(chromosome_20.fasta) as sequence:

        def changed(position: int) -> PhasedRecord:
            base = sequence.bases("20", position, position)
            return record(position, base, "ACGT"["CGTA".index(base)], "1/1")

        starts, _ = coding_spans(chromosome_20, "20")
        before = int(starts[starts < 57_400_000][-1]) + 1
        inside = [changed(position) for position in (57_470_675, 57_473_996, 57_478_789)]
        with CsqEngine(chromosome_20, tmp_path) as csq:
            alone = csq.call(inside, quiet)
            assert csq.call([changed(before), *inside], quiet)[1:] == alone
    assert all(call.info.count(b"GNAS") > 2 for call in alone)


@pytest.mark.slow
def test_calls_on_a_phased_file_are_those_of_bcftools_on_the_whole(
    chromosome_20: Bundle, phased: bytes, tmp_path: Path
) -> None:
    """The same csq on the file as it is; but for what nobody has or what overlaps, and the order.

    csq says nothing of those; in which order it says the rest depends on the genes before.
    """
    header = "##fileformat=VCFv4.2\n##contig=<ID=20>\n"
    header += '##FORMAT=<ID=GT,Number=1,Type=String,Description="">\n#CHROM\tPOS\tID\tREF\tALT\t'
    header += "QUAL\tFILTER\tINFO\tFORMAT\t" + "\t".join(map(str, range(100))) + "\n"
    source, target = tmp_path / "in.vcf", tmp_path / "out.vcf"
    source.write_bytes(header.encode() + phased)
    models = gene_models(chromosome_20, "20", tmp_path)
    child = Child("bcftools csq", "annotator.csq.process")
    options = ["-f", str(chromosome_20.fasta), "-g", str(models), "-p", "a", "-v", "0"]
    child.ask([*options, "-o", str(target), str(source)], quiet)
    child.end(at_once=False)
    theirs = [line.split(b"\t")[7] for line in target.read_bytes().splitlines() if line[:1] != b"#"]
    lines = parse_lines(phased, 1, 109)
    assert isinstance(lines, Lines)
    with CsqEngine(chromosome_20, tmp_path) as csq:
        ours = csq.call_lines(lines, [accepted(lines, "20")], quiet).info.to_pylist()
    same = 0
    for one, other in zip(ours, theirs, strict=True):
        if other != b".":
            entries = set(other.removeprefix(b"BCSQ=").split(b","))
            assert entries <= set(one.split(b","))
            same += entries == set(one.split(b","))
    assert same > 0.95 * len(theirs)


@pytest.mark.slow
def test_alleles_of_an_unphased_file_are_called_as_csq_calls_each_by_itself(
    chromosome_20: Bundle, test_data: Path, tmp_path: Path
) -> None:
    rows = rows_of(test_data / "grch37_chr20" / "gatk_NA12878.20_10M.vcf.gz")
    lines = parse_lines(b"".join(b"\t".join(row) + b"\n" for row in rows), 1, 10)
    assert isinstance(lines, Lines)
    genotypes = {row[9].partition(b":")[0] for row in rows}
    assert genotypes <= {b"0/1", b"1/1", b"1/2"}
    sites = parse_lines(b"".join(b"\t".join(row[:8]) + b"\n" for row in rows), 1, 8)
    assert isinstance(sites, Lines)
    with CsqEngine(chromosome_20, tmp_path) as csq:
        ours = csq.call_lines(lines, [accepted(lines, "20")], quiet)
        alone = csq.call_lines(sites, [accepted(sites, "20")], quiet)
    assert ours.info.equals(alone.info)
    assert sum(bool(info) for info in ours.info.to_pylist()) == 30
    has_mask = [mask != b"." for mask in ours.masks.to_pylist()]
    assert has_mask == [bool(info) for info in ours.info.to_pylist()]
