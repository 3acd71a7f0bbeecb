"""Files of the formats that sources come in, and what a bundle makes of them."""

from __future__ import annotations

import gzip
from collections import Counter
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from annotator.compression import BGZIP_END, bgzip
from annotator.reference.runs import Runs
from annotator.reference.sources import SourceFiles
from backend.domain.errors import RejectedError
from tests.unit.annotator.annotated_text import Run
from tests.unit.annotator.lab import (
    COLUMNS,
    HEADER,
    MITOCHONDRION,
    SEQUENCE,
    info,
    kinds,
    known,
    lab_bundle,
    vcf,
)


def test_values_follow_their_alleles(tmp_path: Path) -> None:
    file = vcf(
        tmp_path / "lab.vcf",
        "1 3 . G A,T . . AC=5,7;AD=9,8,6;DP=30;NOTE=x,y;DB",
        "1 4 . A C . . AC=.;DP=.",
        header=info("AC", "A", "Integer")
        + info("AD", "R", "Integer")
        + info("DP", "1", "Integer")
        + info("NOTE", ".")
        + info("DB", "0", "Flag")
        + info("PL", "G", "Integer"),
    )
    bundle = lab_bundle(tmp_path, SourceFiles("mine", (file,)))
    assert kinds(bundle) == [
        "mine_AC:A:Integer", "mine_AD:A:Integer", "mine_DP:A:Integer", "mine_NOTE:A:String",
        "mine_DB:.:Flag",
    ]  # fmt: skip
    assert known(bundle, (3, 1, "A"), (3, 1, "T"), (3, 1, "C"), (4, 1, "C")) == [
        "mine_AC=5;mine_AD=8;mine_DP=30;mine_NOTE=x&y;mine_DB",
        "mine_AC=7;mine_AD=6;mine_DP=30;mine_NOTE=x&y;mine_DB",
        "",
        "",
    ]


def test_keys_are_read_from_info_alone(tmp_path: Path) -> None:
    file = vcf(
        tmp_path / "lab.vcf",
        "1 3 a;AC=7 G A . q;AC=8;DB XAC=1;AC_afr=2;AC",
        "1 4 . A C . q;DB AC=3",
        "1 5 . C G . . .",
        header=info("AC", "1") + info("DB", "0", "Flag"),
    )
    bundle = lab_bundle(tmp_path, SourceFiles("mine", (file,)))
    assert known(bundle, (3, 1, "A"), (4, 1, "C"), (5, 1, "G")) == ["", "mine_AC=3", ""]


def test_alleles_are_found_by_their_normal_form(tmp_path: Path) -> None:
    # All of these delete one CA of the repeat at 6 to 13, or insert one.
    file = vcf(
        tmp_path / "lab.vcf",
        "chr1 12 . CAT T . . N=end",
        "chr1 9 . ACAC AC . . N=middle",
        "chr1 13 . A ACA . . N=more",
        "chr1 2 . TGACC AGACC . . N=padded",
        header=info("N", "1"),
    )
    bundle = lab_bundle(tmp_path, SourceFiles("mine", (file,)))
    assert known(bundle, (5, 3, "C"), (5, 1, "CCA"), (2, 1, "A")) == [
        "mine_N=end&middle",
        "mine_N=more",
        "mine_N=padded",
    ]


def test_the_order_of_records_makes_no_difference(tmp_path: Path) -> None:
    records = [f"1 {at} . {base} N{at} . . N=v{at}" for at, base in enumerate(SEQUENCE, 1)]
    records = [
        record.replace(f"N{at} ", ("C" if base != "C" else "G") + " ")
        for at, (record, base) in enumerate(zip(records, SEQUENCE, strict=True), 1)
    ]
    records += ["1 3 . G A . . N=first", "1 3 . G A . . N=second"]
    hashes = set()
    for order in (records, records[::-1]):
        file = vcf(tmp_path / "lab.vcf", *order, header=info("N", "1"))
        bundle = lab_bundle(tmp_path, SourceFiles("mine", (file,)))
        hashes.add(bundle.files["sources/mine/1.parquet"])
    assert len(hashes) == 1
    assert known(bundle, (3, 1, "A")) == ["mine_N=first&second"]


def test_a_number_that_an_allele_has_twice_is_text(tmp_path: Path) -> None:
    header = info("AF", "A", "Float") + info("AC", "A", "Integer") + info("Q", "1", "Integer")
    file = vcf(
        tmp_path / "lab.vcf",
        "1 3 . G A . . AF=0.5;AC=3;Q=often",
        "1 3 . G A . . AF=1e-3;AC=3",
        header=header,
    )
    bundle = lab_bundle(tmp_path, SourceFiles("mine", (file,)))
    assert kinds(bundle) == ["mine_AF:A:String", "mine_AC:A:Integer", "mine_Q:A:String"]
    assert known(bundle, (3, 1, "A")) == ["mine_AF=0.5&1e-3;mine_AC=3;mine_Q=often"]


def test_values_are_safe_in_info(tmp_path: Path) -> None:
    file = tmp_path / "lab.vcf"
    text = "one two;with=x"
    record = "1\t3\t.\tG\tA\t.\t.\tT=Krümel 5%, 10%3B and a=b;L=a,_b,c\n"
    file.write_text(HEADER + info("T", "1") + info("L", ".") + COLUMNS + record, "utf-8")
    bed = tmp_path / "lab.bed"
    bed.write_text(f"1\t2\t3\t{text} 5%2C\n")
    bundle = lab_bundle(tmp_path, SourceFiles("mine", (file,)), SourceFiles("panel", (bed,)))
    assert known(bundle, (3, 1, "A")) == [
        (
            "mine_T=Kr%C3%BCmel_5%25%2C_10%3B_and_a%3Db;mine_L=a%2C_b&c;"
            "panel_NAME=one_two%3Bwith%3Dx_5%252C"
        )
    ]


def test_what_cannot_be_used_is_counted_and_said(tmp_path: Path) -> None:
    file = vcf(
        tmp_path / "lab.vcf",
        "1 3 . G A . . N=1",
        "1 3 . G <DEL> . . N=1",
        "1 3 . G A,* . . N=1",
        "1 4 . A . . . N=1",
        "1 5 . C]1:30] G . . N=1",
        "1 6 . N A . . N=1",
        "1 7 . T A . . N=1",
        "1 999 . T A . . N=1",
        "9 9 . T A . . N=1",
        header=info("N", "1"),
    )
    said: list[str] = []
    bundle = lab_bundle(tmp_path, SourceFiles("mine", (file,)), said=said)
    assert sorted(said) == [
        f"mine: 1 of 9 records cannot be used: {reason}."
        for reason in (
            "ALT is *, an allele missing because of a deletion upstream",
            "ALT is symbolic, such as <DEL>",
            "REF differs from the reference sequence",
            "the position lies outside of what the reference covers",
            "the reference has no such contig",
            "there is no alternate allele, or it equals REF",
        )
    ] + ["mine: 2 of 9 records cannot be used: REF or ALT has letters other than A, C, G and T."]
    assert known(bundle, (3, 1, "A"), (4, 1, "C")) == ["mine_N=1", ""]


def test_a_source_of_another_assembly_is_refused(tmp_path: Path) -> None:
    other = [
        f"1 {at} . {'A' if base != 'A' else 'T'} C . . ." for at, base in enumerate(SEQUENCE, 1)
    ]
    file = vcf(tmp_path / "lab.vcf", *[each for each in other if " C C " not in each])
    with pytest.raises(RejectedError, match=r"lab\.vcf \(mine\): It is on another assembly: REF"):
        lab_bundle(tmp_path, SourceFiles("mine", (file,)))
    assert not list((tmp_path / "bundles").iterdir())


def test_a_source_with_other_contig_lengths_is_refused(tmp_path: Path) -> None:
    file = vcf(tmp_path / "lab.vcf", "1 3 . G A . . .", header="##contig=<ID=1,length=99>\n")
    with pytest.raises(RejectedError, match="another assembly: 1 has 99 bases in its header, but"):
        lab_bundle(tmp_path, SourceFiles("mine", (file,)))


def test_another_mitochondrion_is_left_out(tmp_path: Path) -> None:
    base = MITOCHONDRION[2]
    file = vcf(
        tmp_path / "lab.vcf",
        "1 3 . G A . . .",
        f"chrM 3 . {base} A . . .",
        header="##contig=<ID=chrM,length=16571>\n",
    )
    said: list[str] = []
    bundle = lab_bundle(tmp_path, SourceFiles("mine", (file,)), said=said)
    assert known(bundle, (3, 1, "A")) == ["mine_KNOWN"]
    assert known(bundle, (3, 1, "A"), contig="MT") == [""]
    assert said[0].startswith("mine: chrM has 16,571 bases in the header, which is another mito")
    assert said[1] == "mine: 1 of 2 records cannot be used: the reference has no such contig."


def test_contigs_go_by_every_name(tmp_path: Path) -> None:
    base = MITOCHONDRION[2]
    names = ("MT", "M", "chrM", "chrMT", "NC_012920.1")
    for name in names:
        file = vcf(tmp_path / "lab.vcf", f"{name} 3 . {base} A . . .")
        bundle = lab_bundle(tmp_path, SourceFiles("mine", (file,)))
        assert known(bundle, (3, 1, "A"), contig="MT") == ["mine_KNOWN"]


def test_clinvar_adds_significance_review_and_disease(tmp_path: Path) -> None:
    file = vcf(
        tmp_path / "clinvar.vcf",
        "1 3 15041 G A . . ALLELEID=3;CLNDN=Syndrome,_mild|not_provided;"
        "CLNREVSTAT=criteria_provided,_single_submitter;CLNSIG=Pathogenic|risk_factor;RS=5",
        header="##fileDate=2024-06-03\n##source=ClinVar\n##reference=GRCh38\n"
        + info("ALLELEID", "1", "Integer")
        + info("CLNDN", ".")
        + info("CLNREVSTAT", ".")
        + info("CLNSIG", ".", text="Aggregate classification")
        + info("RS", "."),
    )
    packed = tmp_path / "clinvar.vcf.gz"
    packed.write_bytes(gzip.compress(file.read_bytes()))
    bundle = lab_bundle(tmp_path, SourceFiles("clinvar", (packed,), licence="public domain"))
    assert known(bundle, (3, 1, "A")) == [
        (
            "clinvar_CLNSIG=Pathogenic|risk_factor;"
            "clinvar_CLNREVSTAT=criteria_provided%2C_single_submitter;"
            "clinvar_CLNDN=Syndrome%2C_mild|not_provided"
        )
    ]
    source = bundle.sources[-1]
    assert (source.name, source.file, source.licence) == (
        "clinvar", "clinvar.vcf.gz", "public domain"
    )  # fmt: skip
    assert source.release == "source ClinVar, fileDate 2024-06-03, reference GRCh38"
    assert bundle.annotations[0].fields[0].description == "clinvar: Aggregate classification"


def test_a_file_that_is_not_clinvars_is_refused_as_clinvar(tmp_path: Path) -> None:
    file = vcf(tmp_path / "lab.vcf", "1 3 . G A . . AC=1", header=info("AC", "A"))
    with pytest.raises(RejectedError, match="declares none of the keys CLNSIG, CLNREVSTAT, CLNDN"):
        lab_bundle(tmp_path, SourceFiles("clinvar", (file,)))


def test_dbsnp_adds_identifiers(tmp_path: Path) -> None:
    file = vcf(
        tmp_path / "dbsnp.vcf",
        "1 3 rs12 G A,C . . RS=12",
        "1 3 rs7;COSM1 G A . . RS=7",
        "1 4 COSM2 A C . . .",
        "1 5 . C G . . .",
        header=info("RS", "1", "Integer"),
    )
    bundle = lab_bundle(tmp_path, SourceFiles("dbsnp", (file,)))
    assert known(bundle, (3, 1, "A"), (3, 1, "C"), (4, 1, "C"), (5, 1, "G")) == [
        "dbsnp_ID=rs12&rs7",
        "dbsnp_ID=rs12",
        "",
        "",
    ]


def test_gnomad_adds_frequencies_by_population(tmp_path: Path) -> None:
    keys = ("AF", "AF_XX", "AF_afr", "AF_afr_XX", "AF_nfe", "AF_grpmax", "AF_raw", "faf95")
    file = vcf(
        tmp_path / "gnomad.vcf",
        "1 3 . G A . PASS AC=2;AF=1.5e-05;AF_XX=0;AF_afr=0.00000;AF_afr_XX=0;AF_nfe=2e-05;"
        "AF_grpmax=2e-05;AF_raw=1;faf95=1;grpmax=nfe",
        header=info("AC", "A", "Integer")
        + "".join(info(key, "A", "Float") for key in keys)
        + info("grpmax", "A"),
    )
    bundle = lab_bundle(tmp_path, SourceFiles("gnomad", (file,)))
    assert known(bundle, (3, 1, "A")) == [
        (
            "gnomad_AF=1.5e-05;gnomad_AF_afr=0.00000;gnomad_AF_nfe=2e-05;gnomad_AF_grpmax=2e-05;"
            "gnomad_grpmax=nfe"
        )
    ]
    assert "gnomad_AF:A:Float" in kinds(bundle)


def test_a_line_that_is_no_record_is_named(tmp_path: Path) -> None:
    file = vcf(tmp_path / "lab.vcf", "1 3 . G A . . .", "1 4 . A")
    with pytest.raises(RejectedError, match=r"lab\.vcf \(mine\): Line 4 has 4 columns"):
        lab_bundle(tmp_path, SourceFiles("mine", (file,)))


def test_a_source_that_was_cut_short_is_refused(tmp_path: Path) -> None:
    file = vcf(tmp_path / "lab.vcf", "1 3 . G A . . .")
    packed = tmp_path / "lab.vcf.gz"
    # The mark at the end is missing, though all that is there can be read.
    packed.write_bytes(bgzip(file.read_bytes()))
    with pytest.raises(RejectedError, match=r"lab\.vcf\.gz \(mine\): It is cut short"):
        lab_bundle(tmp_path, SourceFiles("mine", (packed,)))
    packed.write_bytes(packed.read_bytes() + BGZIP_END)
    assert known(lab_bundle(tmp_path, SourceFiles("mine", (packed,))), (3, 1, "A")) == [
        "mine_KNOWN"
    ]


def test_a_file_that_is_called_vcf_is_read_as_vcf(tmp_path: Path) -> None:
    file = tmp_path / "lab.vcf"
    file.write_text("1\t3\t.\tG\tA\n")
    with pytest.raises(RejectedError, match=r"lab\.vcf \(mine\): Line 1 is not ##fileformat=VCF"):
        lab_bundle(tmp_path, SourceFiles("mine", (file,)))


@pytest.mark.parametrize("order", ["sorted", "nearly", "shuffled"])
def test_rows_that_do_not_fit_in_memory_come_back_sorted(tmp_path: Path, order: str) -> None:
    random = np.random.default_rng(7)
    # Many rows share a key, also across the pieces in which runs are read.
    keys = np.sort(random.integers(0, 12_000, 60_000)).astype(np.uint64)
    if order == "nearly":
        keys = keys[np.argsort(np.arange(len(keys)) + random.integers(0, 50, len(keys)))]
    elif order == "shuffled":
        random.shuffle(keys)
    schema = pa.schema([("key", pa.uint64()), ("info", pa.binary())])
    info = [b"%d" % at for at in range(len(keys))]
    given = pa.table([pa.array(keys), pa.array(info, pa.binary())], schema=schema)
    runs = Runs(tmp_path, schema, run_bytes=100_000)
    for start in range(0, len(keys), 1_000):
        runs.add("1" if start % 7_000 else "2", given.slice(start, 1_000))
    assert sorted(runs.contigs()) == ["1", "2"]
    assert len(list(tmp_path.iterdir())) > 10
    back: dict[int, bytes] = {}
    for contig in ("1", "2"):
        last = -1
        for table in runs.merged(contig):
            found = table.column("key").to_pylist()
            # Rows of one key are in one table.
            assert found == sorted(found)
            assert found[0] > last
            last = found[-1]
            back |= {
                int(each): key for each, key in zip(table["info"].to_pylist(), found, strict=True)
            }
    assert back == dict(enumerate(keys.tolist()))


@pytest.mark.slow
def test_real_known_sites_are_found_as_they_were_given(test_data: Path, tmp_path: Path) -> None:
    """Each of 115,492 records of chromosome 21 is taken over and found again."""
    from annotator.reference.build import build

    data = test_data / "grch38_chr21"
    lines = (data / "GRCh38.21_24985581-26000306.fa").read_text().splitlines()[1:]
    fasta = tmp_path / "21.fa"
    fasta.write_text(f">21\n{'N' * 24_985_580}\n" + "\n".join(lines) + "\n")
    said: list[str] = []
    sites = data / "known_sites.chr21_25M.vcf.gz"
    bundle = build(
        name="chr21",
        assembly="GRCh38",
        fasta=fasta,
        genes=data / "Homo_sapiens.GRCh38.84.chromosome.21.gff3.gz",
        out=tmp_path / "out",
        lengths={"21": 46_709_983},
        annotations=[SourceFiles("clinvar", (sites,)), SourceFiles("dbsnp", (sites,))],
        say=said.append,
    )
    assert said == []
    wanted: dict[tuple[int, str, str], set[str]] = {}
    with gzip.open(sites, "rt") as stream:
        for line in stream:
            if line.startswith("#"):
                continue
            _, position, name, ref, alts, *_ = line.split("\t")
            for alt in alts.split(","):
                if len(ref) == len(alt) == 1:
                    wanted.setdefault((int(position), ref, alt), set()).add(name)
    places = [(position, 1, alt) for position, _, alt in wanted]
    found = known(bundle, *places, contig="21")
    ids = [each.split("dbsnp_ID=")[1].split("&") for each in found]
    assert [set(each) for each in ids] == list(wanted.values())
    assert sum("clinvar_CLNSIG=" in each for each in found) > 50


def test_significances_are_counted_as_the_table_has_them(tmp_path: Path, annotated: Run) -> None:
    said = ("Likely_pathogenic,_low_penetrance", "Pathogenic|risk_factor", "Likely_pathogenic")
    clinvar = vcf(
        tmp_path / "clinvar.vcf",
        *(
            f"1 {position} . {SEQUENCE[position - 1]} C . . CLNSIG={words}"
            for position, words in zip((24, 25, 27, 28), (*said, said[0]), strict=True)
        ),
        header="##source=ClinVar\n" + info("CLNSIG", "."),
    )
    bundle = lab_bundle(tmp_path, SourceFiles("clinvar", (clinvar,)))
    lines = clinvar.read_bytes().decode().replace("CLNSIG=", "X=")
    outcome = annotated(lines, bundle, table=True).outcome
    assert outcome.table is not None
    rows = pq.read_table(outcome.table, columns=["picked", "clinvar_CLNSIG"]).to_pylist()
    shown = Counter(row["clinvar_CLNSIG"] for row in rows if row["picked"])
    assert outcome.summary.significances == shown == {said[0]: 2, said[1]: 1, said[2]: 1}
