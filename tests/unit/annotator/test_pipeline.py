"""The whole pipeline on real files, broken files and the same variants written in other ways."""

from __future__ import annotations

import gzip
import os
import signal
from pathlib import Path

import pysam
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotator.batches import in_batches
from annotator.engine import EngineError, VepyrEngine
from annotator.known import contradictions
from annotator.pipeline import Request, annotate
from annotator.reference.build import build
from annotator.reference.bundle import Bundle, demo_folder
from annotator.reference.sequence import Sequence
from annotator.ticking import Ticker
from backend.domain.errors import RejectedError
from tests.unit.annotator.conftest import HEADER, Annotated, Run, records


def columns_but_info(line: str) -> list[str]:
    columns = line.split("\t")
    return columns[:7] + columns[8:]


def original_records(file: Path) -> list[str]:
    return [line for line in file.read_text().splitlines() if not line.startswith("#")]


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
    assert contradictions(demo_run.outcome.result, demo_folder() / "expected.json") == []


def test_a_wrong_consequence_would_be_noticed(demo_run: Annotated, tmp_path: Path) -> None:
    expected = tmp_path / "expected.json"
    text = (demo_folder() / "expected.json").read_text()
    expected.write_text(text.replace('"start_lost"', '"missense_variant"'))
    (fault,) = contradictions(demo_run.outcome.result, expected)
    assert fault.startswith("MT:3308 T>C should be MT-ND1 missense_variant")


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
    assert f"read {summary.variants_in:>39,}" in demo_run.log


def test_the_result_is_indexed_and_other_tools_read_it(demo_run: Annotated) -> None:
    with pysam.VariantFile(str(demo_run.outcome.result)) as result:
        fields = result.header.info["CSQ"].description.split("Format: ")[1].split("|")
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


def test_annotating_a_result_again_changes_nothing(annotated: Run, demo_run: Annotated) -> None:
    again = annotated(demo_run.outcome.result)
    assert again.outcome.result.read_bytes() == demo_run.outcome.result.read_bytes()
    assert "the CSQ in it is replaced" in again.log


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


@pytest.mark.parametrize("name", ["free_2.vcf", "premium_1.vcf"])
def test_files_of_another_assembly_are_refused(
    test_data: Path, tmp_path: Path, demo: Bundle, name: str
) -> None:
    request = Request(test_data / "course" / name, tmp_path, (demo,), name)
    with pytest.raises(RejectedError, match="names NCBI36"):
        annotate(request, lambda done, total: None)
    log = (tmp_path / "annotation.log").read_text()
    assert log.startswith("Refused: The header's ##reference names NCBI36")
    assert [file.name for file in tmp_path.iterdir()] == ["annotation.log"]


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("UPPER.VCF", "All 2 records lie on contigs that no installed reference has (1, 5)"),
        ("badpos.vcf", "Line 3: POS is 'abc'"),
        ("blank.vcf", "Line 3 is empty"),
        ("contig.vcf", "no installed reference has (chrUn_gl000211)"),
        ("dot.vcf", "no installed reference has (1, 5)"),
        ("indel.vcf", "no installed reference has (1)"),
        ("inj.vcf", "Line 3: POS is '1 OR 1=1'"),
        ("records.vcf", "All 10 records lie on contigs that no installed reference has (21)"),
        ("short.vcf", "Line 3 has 7 columns; VCF needs at least 8."),
        ("sv.vcf", "no installed reference has (1)"),
    ],
)
def test_malformed_files_are_refused_with_a_clear_reason(
    test_data: Path, tmp_path: Path, demo: Bundle, name: str, reason: str
) -> None:
    request = Request(test_data / "malformed" / name, tmp_path, (demo,), name)
    with pytest.raises(RejectedError) as refused:
        annotate(request, lambda done, total: None)
    assert reason in str(refused.value)


def test_a_file_without_records_is_annotated(test_data: Path, annotated: Run) -> None:
    run = annotated(test_data / "malformed" / "empty.vcf")
    assert run.lines == []
    assert run.outcome.index.stat().st_size > 0


def conformance_files() -> list[str]:
    folder = Path(__file__).parents[4] / "shared" / "data"
    folder = Path(os.environ.get("GAS_TEST_DATA", folder)) / "hts_specs_vcf"
    return sorted(file.relative_to(folder).as_posix() for file in folder.glob("*/*.vcf"))


def test_the_specifications_files_are_annotated_or_refused(
    test_data: Path, tmp_path: Path, demo: Bundle
) -> None:
    for name in conformance_files():
        file = test_data / "hts_specs_vcf" / name
        try:
            outcome = annotate(Request(file, tmp_path, (demo,), name), lambda done, total: None)
        except RejectedError as error:
            assert str(error).endswith((".", "`."))
        else:
            assert outcome.summary.variants_in == outcome.summary.variants_out


def test_bad_records_are_passed_through_and_good_ones_annotated(
    chromosome_21: Bundle, test_data: Path, annotated: Run
) -> None:
    run = annotated(test_data / "malformed" / "records.vcf", chromosome_21)
    statuses = [
        next((x[11:] for x in line.split("\t")[7].split(";") if x.startswith("GAS_STATUS=")), "")
        for line in run.lines
    ]
    by_variant = {tuple(line.split("\t")[1:5:2]) + (line.split("\t")[4],): status
                  for line, status in zip(run.lines, statuses, strict=True)}  # fmt: skip
    assert sorted(statuses) == sorted(
        ["", "", "", "", "star", "symbolic", "ref_mismatch", "non_acgt", "no_alt"]
        + ["outside_reference"]
    )
    assert by_variant["25592836", "T", "A"] == "ref_mismatch"
    assert by_variant["46709990", "A", "C"] == "outside_reference"
    (multi,) = (at for at, line in enumerate(run.lines) if "\tG,T\t" in line)
    assert {entry["Allele"] for entry in run.entries(multi)} == {"G", "T"}


@pytest.fixture(scope="session")
def chromosome_21(test_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Bundle:
    """A bundle of 1 Mb of GRCh38's chromosome 21 with Ensembl's transcripts."""
    data = test_data / "grch38_chr21"
    folder = tmp_path_factory.mktemp("chr21")
    lines = (data / "GRCh38.21_24985581-26000306.fa").read_text().splitlines()[1:]
    fasta = folder / "21.fa"
    fasta.write_text(f">21\n{'N' * 24_985_580}\n" + "\n".join(lines) + "\n")
    return build(
        name="chr21",
        assembly="GRCh38",
        fasta=fasta,
        genes=data / "Homo_sapiens.GRCh38.84.chromosome.21.gff3.gz",
        out=folder,
        lengths={"21": 46_709_983},
    )


AGREED = (
    "Allele", "Consequence", "IMPACT", "SYMBOL", "Gene", "EXON", "INTRON", "HGVSc", "HGVSp",
    "cDNA_position", "CDS_position", "Protein_position", "Amino_acids", "Codons", "DISTANCE",
    "STRAND",
)  # fmt: skip


@pytest.mark.slow
def test_transcripts_are_annotated_as_by_ensembl_vep(
    chromosome_21: Bundle, test_data: Path, annotated: Run
) -> None:
    run = annotated(test_data / "grch38_chr21" / "NA12878.split.vcf.gz", chromosome_21)
    ours = {}
    for at, line in enumerate(run.lines):
        for entry in run.entries(at):
            if entry["Feature_type"] == "Transcript":
                ours[(*line.split("\t")[1:5:2], line.split("\t")[4], entry["Feature"])] = entry
    theirs = by_vep(test_data / "grch38_chr21" / "NA12878.split.VEP115.2_gff84.vcf.gz")
    shared = {place for place in theirs if place[-1] in {place[-1] for place in ours}}
    assert len(shared) > 1_800
    assert shared <= set(ours)
    differing = [
        (place, field, ours[place][field], theirs[place][field])
        for place in shared
        for field in AGREED
        if unversioned(field, ours[place][field]) != unversioned(field, theirs[place][field])
    ]
    assert differing == []


def unversioned(field: str, value: str) -> str:
    """HGVS without the name of its transcript or protein, which the two version differently."""
    return value.rpartition(":")[2] if field.startswith("HGVS") else value


def by_vep(file: Path) -> dict[tuple[str, ...], dict[str, str]]:
    found = {}
    with gzip.open(file, "rt") as lines:
        for line in lines:
            if line.startswith("##INFO=<ID=CSQ"):
                fields = line.split("Format: ")[1].split('"')[0].split("|")
            columns = line.rstrip("\n").split("\t")
            for item in columns[7].split(";") if not line.startswith("#") else []:
                for csq in item[4:].split(",") if item.startswith("CSQ=") else []:
                    entry = dict(zip(fields, csq.split("|"), strict=True))
                    if entry["Feature_type"] == "Transcript":
                        found[columns[1], columns[3], columns[4], entry["Feature"]] = entry
    return found


def demo_variants() -> list[tuple[str, int, str, str]]:
    lines = original_records(demo_folder() / "demo.vcf")
    columns = [line.split("\t") for line in lines]
    return [(c[0], int(c[1]), c[3], c[4]) for c in columns if "N" not in c[3] and c[4].isupper()]


def consequences(run: Annotated) -> list[tuple[str, ...]]:
    """Every entry with the normal form of its variant's place, whatever way it was written."""
    return sorted(
        (line.split("\t")[0].removeprefix("chr").replace("M", "MT").replace("TT", "T"),
         *(entry[field] for field in AGREED[1:]), entry["Feature"])
        for at, line in enumerate(run.lines)
        for entry in run.entries(at)
    )  # fmt: skip


@settings(max_examples=3, deadline=None)
@given(st.lists(st.sampled_from(demo_variants()), min_size=5, max_size=40, unique=True), st.data())
def test_order_names_and_joining_of_records_do_not_matter(
    annotated: Run, variants: list[tuple[str, int, str, str]], data: st.DataObject
) -> None:
    plain = annotated(records(*variants))
    shuffled = data.draw(st.permutations(variants))
    renamed = [({"20": "chr20", "MT": "chrM"}[c], p, r, a) for c, p, r, a in shuffled]
    split = [(c, p, r, a) for c, p, r, alts in renamed for a in alts.split(",")]
    assert consequences(annotated(records(*split))) == consequences(plain)


def test_an_indel_gets_the_same_annotation_however_it_is_written(
    annotated: Run, demo: Bundle
) -> None:
    # One T more in the run of T at 1,728,299 and before it, with and without bases around it.
    with Sequence(demo.fasta) as sequence:
        bases = sequence.bases("20", 4_680_301, 4_680_310)
    spellings = [
        ("20", 4_680_301 + at, bases[at : at + 1], bases[at : at + 1] + bases[at : at + 1])
        for at in (4, 5, 6)
        if bases[4] == bases[at]
    ]
    spellings.append(("20", 4_680_301, bases[:8], bases[:5] + bases[4] + bases[5:8]))
    run = annotated(records(*sorted(spellings)))
    found = {
        tuple(entry[field] for field in AGREED[1:])
        for at in range(len(run.lines))
        for entry in run.entries(at)
    }
    assert len(found) == 1


def test_an_unsorted_file_is_sorted_and_that_is_said(annotated: Run) -> None:
    run = annotated(
        records(("MT", 4769, "A", "G"), ("20", 61_098, "C", "T"), ("MT", 3308, "T", "C"))
    )
    assert [line.split("\t")[:2] for line in run.lines] == [
        ["MT", "3308"],
        ["MT", "4769"],
        ["20", "61098"],
    ]
    assert "the file is not sorted; the result is" in run.log
    assert 'Order="sorted by contig and position"' in "\n".join(run.header)


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


def test_stopping_leaves_neither_result_nor_process(demo: Bundle, tmp_path: Path) -> None:
    class StoppedError(Exception):
        pass

    def stop(done: int, total: int) -> None:
        raise StoppedError

    request = Request(demo_folder() / "demo.vcf", tmp_path, (demo,), "demo.vcf")
    with pytest.raises(StoppedError):
        annotate(request, stop)
    assert list(tmp_path.iterdir()) == []


def test_an_error_ends_the_engines_process_at_once(demo: Bundle, tmp_path: Path) -> None:
    engine = VepyrEngine(demo, tmp_path)
    with pytest.raises(KeyError), engine:
        raise KeyError
    assert engine._process.returncode == -signal.SIGKILL


def test_a_crash_of_the_engine_is_an_error_and_no_hang(demo: Bundle, tmp_path: Path) -> None:
    source = tmp_path / "in.vcf"
    source.write_text(records(("MT", 3308, "T", "C")))
    with VepyrEngine(demo, tmp_path) as engine:
        engine._process.kill()
        with pytest.raises(EngineError, match="ended with code -9"):
            engine.annotate(source, tmp_path / "out.vcf", lambda: None)


def test_input_that_the_engine_refuses_is_an_error(demo: Bundle, tmp_path: Path) -> None:
    with (
        VepyrEngine(demo, tmp_path) as engine,
        pytest.raises(EngineError, match="vepyr failed"),
    ):
        engine.annotate(tmp_path / "absent.vcf", tmp_path / "out.vcf", lambda: None)


def test_an_engine_that_does_not_exist_is_refused(demo: Bundle, tmp_path: Path) -> None:
    request = Request(demo_folder() / "demo.vcf", tmp_path, (demo,), "demo.vcf", engine="snpeff")
    with pytest.raises(RejectedError, match="There is no engine 'snpeff'; use vepyr"):
        annotate(request, lambda done, total: None)


@given(st.lists(st.binary(max_size=20)), st.integers(1, 5), st.integers(1, 50))
def test_batches_hold_all_records_in_order_within_their_bounds(
    lines: list[bytes], most_records: int, most_bytes: int
) -> None:
    batches = list(in_batches(lines, most_records, most_bytes))
    assert [line for batch in batches for line in batch] == lines
    assert all(1 <= len(batch) <= most_records for batch in batches)
    assert all(sum(map(len, batch[:-1])) < most_bytes for batch in batches)


def test_progress_is_told_often_enough_and_not_too_often() -> None:
    told: list[tuple[int, int]] = []
    now = 0.0
    ticker = Ticker(lambda done, total: told.append((done, total)), lambda: now)
    for counted in range(1, 101):
        now = counted / 100
        ticker.counted(counted)
    assert told == [(0, 20), (0, 40), (0, 60), (0, 80), (0, 100)]
    ticker.finished(60)
    ticker.finished(40)
    assert told[-2:] == [(60, 100), (100, 100)]
