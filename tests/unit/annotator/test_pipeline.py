"""The whole pipeline on real files."""

from __future__ import annotations

from pathlib import Path

import pysam
import pytest

from annotator.reference.bundle import Bundle, demo_folder
from annotator.reference.sequence import Sequence
from backend.local.verdict import judge
from tests.unit.annotator.annotated_text import (
    HEADER,
    Annotated,
    Run,
    columns_but_info,
    original_records,
    records,
)


@pytest.fixture(scope="module")
def demo_run(annotated: Run) -> Annotated:
    return annotated(demo_folder() / "demo.vcf", name="demo.vcf")


def test_every_record_of_the_demo_comes_back_unaltered(demo_run: Annotated) -> None:
    originals = original_records(demo_folder() / "demo.vcf")
    assert len(originals) > 100
    assert list(map(columns_but_info, demo_run.lines)) == list(map(columns_but_info, originals))
    for line, original in zip(demo_run.lines, originals, strict=True):
        info = original.split("\t")[7]
        assert line.split("\t")[7].startswith("" if info == "." else info)


def test_known_variants_get_their_known_consequence(demo_run: Annotated) -> None:
    verdict = judge(
        demo_folder() / "demo.vcf", demo_run.outcome.result, demo_folder() / "expected.json"
    )
    assert verdict.ok, verdict
    assert verdict.known == 23


def test_a_wrong_consequence_would_be_noticed(demo_run: Annotated, tmp_path: Path) -> None:
    expected = tmp_path / "expected.json"
    text = (demo_folder() / "expected.json").read_text()
    expected.write_text(text.replace('"start_lost"', '"missense_variant"'))
    verdict = judge(demo_folder() / "demo.vcf", demo_run.outcome.result, expected)
    (fault,) = verdict.wrong
    assert fault.startswith("MT:3308 T>C")


def test_the_counts_add_up(demo_run: Annotated) -> None:
    summary = demo_run.outcome.summary
    assert summary.variants_in == summary.variants_out == len(demo_run.lines)
    assert summary.annotated + summary.passed_through == summary.variants_in
    assert sum(summary.reasons.values()) == summary.passed_through
    assert sum(summary.consequences.values()) == summary.annotated
    assert set(summary.reasons) == {
        *("breakend", "no_alt", "non_acgt", "outside_reference", "star", "symbolic"),
    }
    assert summary.to_json()["variants_in"] == summary.variants_in
    assert f"  {'read':<34} {summary.variants_in:>12,}\n" in demo_run.log


def test_the_result_is_indexed_and_other_tools_read_it(demo_run: Annotated) -> None:
    with pysam.VariantFile(str(demo_run.outcome.result)) as result:
        fields = str(result.header.info["CSQ"].description).split("Format: ")[1].split("|")
        (prion,) = result.fetch("20", 4_680_250, 4_680_251)
        (entry,) = prion.info["CSQ"]
    assert fields[:4] == ["Allele", "Consequence", "IMPACT", "SYMBOL"]
    assert dict(zip(fields, entry.split("|"), strict=True))["SYMBOL"] == "PRNP"


def test_the_header_says_where_the_annotation_comes_from(demo_run: Annotated, demo: Bundle) -> None:
    text = "\n".join(demo_run.header)
    assert f'BundleHash="{demo.hash}"' in text
    assert 'Engine="vepyr 0.10.0"' in text
    assert text.count("##GAS_source=<") == len(demo.sources)
    assert demo_run.header[-1] == HEADER.splitlines()[-1]


def test_an_earlier_annotation_stays_beside_the_new_one(
    annotated: Run, demo_run: Annotated
) -> None:
    again = annotated(demo_run.outcome.result)
    for line, before in zip(again.lines, demo_run.lines, strict=True):
        assert line.split("\t")[7].startswith(before.split("\t")[7] + ";GAS_")
    assert "the new consequences are in GAS_CSQ" in again.log
    assert sum(line.startswith("##INFO=<ID=GAS_CSQ,") for line in again.header) == 1


def test_an_earlier_annotation_is_replaced_where_that_is_asked_for(
    annotated: Run, demo_run: Annotated
) -> None:
    again = annotated(demo_run.outcome.result, replace=True)
    assert again.lines == demo_run.lines
    assert set(again.header) ^ set(demo_run.header) == {
        line for line in (*again.header, *demo_run.header) if line.startswith("##GAS=<")
    }
    assert "its CSQ, GAS_STATUS are replaced" in again.log


def test_a_key_that_the_header_does_not_declare_is_left_alone(annotated: Run) -> None:
    header, columns = HEADER.splitlines()
    run = annotated(f"{header}\n{columns}\nMT\t3308\t.\tT\tC\t.\t.\tDP=3;CSQ=theirs\n")
    assert run.lines[0].split("\t")[7].startswith("DP=3;CSQ=theirs;GAS_CSQ=C|start_lost")


@pytest.mark.parametrize(("name", "count"), [("test.vcf", 350), ("free_1.vcf", 1_141)])
def test_mitochondrial_files_come_back_with_their_genes(
    test_data: Path, annotated: Run, name: str, count: int
) -> None:
    run = annotated(test_data / "course" / name)
    originals = original_records(test_data / "course" / name)
    assert len(run.lines) == count
    assert list(map(columns_but_info, run.lines)) == list(map(columns_but_info, originals))
    genes = [
        line.split("\t")[:4]
        for line in (test_data / "mitochondrion" / "genes.tsv").read_text().splitlines()
        if not line.startswith("#")
    ]
    for at, line in enumerate(run.lines):
        position = int(line.split("\t")[1])
        inside = {gene for start, end, _, gene in genes if int(start) <= position <= int(end)}
        assert inside <= {entry["SYMBOL"] for entry in run.entries(at)} or "GAS_STATUS" in line
        assert "intergenic_variant" not in line


def test_an_unsorted_file_keeps_its_order_and_has_no_index(annotated: Run) -> None:
    variants = [("MT", 4769, "A", "G"), ("20", 61_098, "C", "T"), ("MT", 3308, "T", "C")]
    run = annotated(records(*variants))
    assert [line.split("\t")[:2] for line in run.lines] == [[c, str(p)] for c, p, *_ in variants]
    assert "the file is not sorted. The result keeps its order and has no index" in run.log
    assert run.outcome.index is None
    alone = [annotated(records(variant)).lines[0] for variant in variants]
    assert run.lines == alone


def test_samples_and_duplicates_come_back_as_they_were(annotated: Run) -> None:
    text = HEADER.rstrip("\n") + "\tFORMAT\tone\ttwo\n"
    record = "chrM\t3308\trs1;rs2\tt\tc,A\t50.0\tq10;s50\tDP=9;DB\tGT:PS\t0|1:7\t./.\n"
    run = annotated(text + record + record)
    original = record.rstrip("\n")
    assert [columns_but_info(line) for line in run.lines] == [columns_but_info(original)] * 2
    assert {entry["Allele"] for entry in run.entries(1)} == {"C", "A"}


def test_position_zero_is_passed_through(annotated: Run) -> None:
    run = annotated(records(("MT", 0, "N", "<DEL>"), ("MT", 3308, "T", "C")))
    assert run.lines[0].endswith("GAS_STATUS=symbolic")


PHASED = HEADER.rstrip("\n") + "\tFORMAT\tone\n"


def phased(*genotypes: str) -> str:
    """Two variants in codon 129 of PRNP, ATG, and one beside any gene."""
    variants = [(4_680_251, "A", "G"), (4_680_252, "T", "C"), (61_098, "C", "T")]
    rows = zip(variants, [*genotypes, "0|1"], strict=True)
    lines = [f"20\t{p}\t.\t{r}\t{a}\t.\t.\t.\tGT\t{gt}\n" for (p, r, a), gt in rows]
    return PHASED + "".join(sorted(lines, key=lambda line: int(line.split("\t")[1])))


TOGETHER = "missense|PRNP|ENST00000379440|protein_coding|+|129M>129A|4680251A>G+4680252T>C"


@pytest.mark.parametrize(
    ("genotypes", "calls"), [(("0|1", "0|1"), 2), (("0|1", "1|0"), 0), (("0|1", "0/1"), 0)]
)
def test_two_variants_of_one_codon_are_called_together_where_they_are_on_one_haplotype(
    annotated: Run, genotypes: tuple[str, str], calls: int
) -> None:
    run = annotated(phased(*genotypes))
    infos = [line.split("\t")[7] for line in run.lines]
    assert [info.partition(";BCSQ=")[2] for info in infos] == ["", *[TOGETHER * (calls > 0)] * 2]
    assert all(info.startswith("CSQ=") for info in infos)
    assert run.outcome.summary.compounds == calls
    assert ("with a phased call" in run.log) == (calls > 0)
    assert any("ID=BCSQ,Number=." in line for line in run.header)


def test_a_gene_that_is_cut_is_told_where_it_matters(annotated: Run) -> None:
    told = "places within a gene where the work had to be divided: 1."
    alone = annotated(phased("0|1", "0|1"), most_records=1)
    assert told in alone.log
    assert alone.outcome.summary.compounds == 0
    assert told not in annotated(phased("0|1", "0|1")).log
    assert told not in annotated(phased("0|1", "0|1").replace("|", "/"), most_records=1).log


def test_the_engine_csq_writes_bcftools_calls_and_whose_they_are(annotated: Run) -> None:
    run = annotated(phased("0|1", "0|1"), engine="csq", table=True)
    beside, first, second = (line.split("\t") for line in run.lines)
    assert (beside[7:], first[7:]) == (
        [".", "GT", "0|1"],
        [f"BCSQ={TOGETHER}", "GT:BCSQ", "0|1:2"],
    )
    assert second[7:] == ["BCSQ=@4680251", "GT:BCSQ", "0|1:2"]
    assert run.outcome.summary.engine.startswith("bcftools csq 1.")
    assert run.outcome.summary.consequences == {"sequence_variant": 2, "missense_variant": 1}
    assert "##FORMAT=<ID=BCSQ,Number=.,Type=Integer" in "\n".join(run.header)
    assert run.outcome.table is not None
    with pysam.VariantFile(str(run.outcome.result)) as result:
        assert [record.info.get("BCSQ") for record in result][1] == (TOGETHER,)


def test_the_engine_csq_gives_every_record_back(annotated: Run) -> None:
    run = annotated(demo_folder() / "demo.vcf", engine="csq", processes=2, most_records=40)
    originals = original_records(demo_folder() / "demo.vcf")
    assert list(map(columns_but_info, run.lines)) == list(map(columns_but_info, originals))
    summary = run.outcome.summary
    assert sum(summary.consequences.values()) == summary.annotated == 151
    assert summary.passed_through == 6


def test_both_engines_know_the_untranslated_ends_of_the_demos_genes(
    annotated: Run, demo: Bundle
) -> None:
    # Behind the stop codon of PRNP.
    with Sequence(demo.fasta) as sequence:
        ref = sequence.bases("20", 4_681_000, 4_681_000)
    text = records(("20", 4_681_000, ref, "A" if ref != "A" else "C"))
    for engine in ("vepyr", "csq"):
        summary = annotated(text, engine=engine).outcome.summary
        assert summary.consequences == {"3_prime_UTR_variant": 1}
