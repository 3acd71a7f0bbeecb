"""The benchmark: what it makes up is always the same, and its arithmetic is right."""

from __future__ import annotations

import argparse
import gzip
import hashlib
import sys
from collections import Counter
from pathlib import Path
from random import Random

import pytest

from backend.commands import bench
from backend.domain.errors import RejectedError
from tests.bench.inputs import find_data, once
from tests.bench.measuring import Cost, FailedRunError, Written, inspect, measure
from tests.bench.programs import NAMES, OURS
from tests.bench.snpeff import gtf
from tests.bench.sources import (
    clinvar_records,
    gene_intervals,
    gnomad_records,
    merged,
    site_records,
    some_alleles,
)
from tests.bench.synthetic import Draw, Site, draw_sites, header, sample_records
from tests.bench.targets import TARGETS, Bound, Target, judge

GENES = """\
##gff-version 3
20	MANE	exon	11	20	.	-	.	Parent=transcript:T1;rank=1
20	MANE	gene	11	20	.	-	.	ID=gene:G1;Name=FIRST;biotype=protein_coding
20	MANE	mRNA	11	20	.	-	.	ID=transcript:T1;Parent=gene:G1;Name=FIRST-201
20	MANE	CDS	14	19	.	-	0	ID=CDS:P1;Parent=transcript:T1
20	MANE	three_prime_UTR	11	13	.	-	.	Parent=transcript:T1
"""

SAMPLE = """\
20	164	.	G	A	1926	PASS	AC=2;AF=1;AN=2;DP=31;FS=0.631;MQ=60;QD=26.14	GT:AD:DP:GQ:PL	1/1:1,30:31:99:900,90,0
20	341	.	T	C	532	PASS	AC=2;AF=1;AN=2;DP=31;FS=4.995;MQ=60;QD=11.28	GT:AD:DP:GQ:PL	1/1:1,30:31:99:900,90,0
20	732	.	A	C	1015	PASS	AC=1;AF=0.5;AN=2;DP=31;FS=0.961;MQ=60;QD=29.91	GT:AD:DP:GQ:PL	0|1:16,15:31:99:420,0,450
20	827	.	T	G	506	PASS	AC=2;AF=1;AN=2;DP=31;FS=0.099;MQ=60;QD=13.00	GT:AD:DP:GQ:PL	1/1:1,30:31:99:900,90,0
20	1212	.	GCA	G	789	PASS	AC=1;AF=0.5;AN=2;DP=31;FS=0.568;MQ=60;QD=12.75	GT:AD:DP:GQ:PL	0/1:16,15:31:99:420,0,450
20	1472	.	A	G	785	PASS	AC=1;AF=0.5;AN=2;DP=31;FS=3.304;MQ=60;QD=15.15	GT:AD:DP:GQ:PL	1|0:16,15:31:99:420,0,450
"""  # noqa: E501 - lines of a VCF are as long as they are
DIGEST = "7308550037a0077ded161741f770bcf7c9918381a9aaec1d9822f0ed89b09f4d"
"""Of 5,000 records."""


def sequence(length: int) -> str:
    """Bases by chance, N at both ends and in the middle."""
    next_share = Random(1).random
    bases = "".join("ACGT"[int(next_share() * 4)] for _ in range(length))
    return f"{'N' * 100}{bases[: length // 2]}{'N' * 100}{bases[length // 2 :]}{'N' * 100}"


@pytest.fixture
def genes(tmp_path: Path) -> Path:
    path = tmp_path / "genes.gff3.gz"
    path.write_bytes(gzip.compress(GENES.encode()))
    return path


def cost(seconds: float) -> Cost:
    return Cost(cpu_seconds=seconds, wall_seconds=seconds, peak_megabytes=1)


def test_same_seed_gives_the_same_file_everywhere() -> None:
    few = "".join(sample_records("20", draw_sites(sequence(2_000), 6, 7), 8))
    many = "".join(sample_records("20", draw_sites(sequence(100_000), 5_000, 7), 8))

    assert few == SAMPLE
    assert hashlib.sha256(many.encode()).hexdigest() == DIGEST


def test_sites_ascend_and_keep_away_from_what_is_not_known() -> None:
    bases = sequence(20_000)
    sites = list(draw_sites(bases, 2_000, 7))

    positions = [site.position for site in sites]
    assert positions == sorted(set(positions))
    assert len(sites) == 2_000
    for site in sites:
        assert bases[site.position - 1 :].startswith(site.ref)
        assert set(site.ref) <= set("ACGT")
        assert site.ref not in site.alts
        assert len(set(site.alts)) == len(site.alts)


def test_kinds_of_variants_have_their_shares() -> None:
    sites = list(draw_sites(sequence(200_000), 20_000, 7))

    kinds = Counter(
        "snv" if len(site.ref) == len(site.alts[0]) else "deletion" if site.ref[1:] else "insertion"
        for site in sites
    )
    first = [site.ref + site.alts[0] for site in sites if len(site.ref) == len(site.alts[0])]
    transitions = sum(each in {"AG", "GA", "CT", "TC"} for each in first)
    assert kinds["snv"] / 20_000 == pytest.approx(0.85, abs=0.01)
    assert kinds["insertion"] / 20_000 == pytest.approx(0.075, abs=0.01)
    assert transitions / kinds["snv"] == pytest.approx(2 / 3, abs=0.01)
    assert sum(len(site.alts) > 1 for site in sites) / kinds["snv"] == pytest.approx(0.02, abs=0.01)


def test_heterozygous_genotypes_are_mostly_phased() -> None:
    sites = draw_sites(sequence(200_000), 20_000, 7)
    genotypes = [line.split("\t")[9].partition(":")[0] for line in sample_records("20", sites, 8)]

    heterozygous = [each for each in genotypes if each != "1/1"]
    assert sum("|" in each for each in heterozygous) / len(heterozygous) == pytest.approx(
        0.7, abs=0.01
    )


def test_share_of_alleles_is_known() -> None:
    sites = list(draw_sites(sequence(200_000), 20_000, 7))
    alleles = sum(len(site.alts) for site in sites)

    known = list(some_alleles(sites, 0.97, Draw(9)))

    assert len(known) / alleles == pytest.approx(0.97, abs=0.005)
    assert all(len(site.alts) == 1 for site in known)


def test_sources_merge_without_sharing_positions() -> None:
    ours = [Site(2, "A", ("C",)), Site(2, "A", ("G",)), Site(9, "A", ("T",))]
    others = [Site(1, "C", ("A",)), Site(2, "A", ("AT",)), Site(9, "A", ("C",))]

    assert list(merged(ours, others)) == [others[0], *ours]


def test_sources_look_like_the_public_ones() -> None:
    site = [Site(5, "A", ("C",))]

    assert list(site_records("20", site)) == ["20\t5\t.\tA\tC\t.\t.\t.\n"]
    (clinvar,) = clinvar_records("20", site, Draw(1))
    (gnomad,) = gnomad_records("20", site, Draw(1))
    assert clinvar == (
        "20\t5\t.\tA\tC\t.\t.\tALLELEID=15000;CLNDN=Made-up_syndrome_1527|not_provided;"
        "CLNREVSTAT=no_assertion_criteria_provided;CLNSIG=Pathogenic\n"
    )
    assert gnomad == (
        "20\t5\t.\tA\tC\t.\t.\tAC=1;AN=152312;AF=6.56547e-06;AF_afr=1.11276e-05;"
        "AF_amr=1.00291e-05;AF_eas=3.34930e-06;AF_nfe=6.50553e-06;AF_sas=5.90224e-06\n"
    )


def test_header_declares_contig_and_sample() -> None:
    assert header("20", 9, ["INFO=<ID=X>"], "S") == (
        "##fileformat=VCFv4.2\n##contig=<ID=20,length=9>\n##INFO=<ID=X>\n"
        "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tS\n"
    )


def test_genes_become_intervals_counted_from_zero(genes: Path) -> None:
    assert list(gene_intervals(genes)) == ["20\t10\t20\tFIRST\n"]


def test_gtf_names_gene_and_transcript_on_every_line(genes: Path) -> None:
    """SnpEff takes a transcript without a line of its own for non-coding."""
    names = (
        'gene_id "G1"; transcript_id "T1"; gene_name "FIRST"; gene_biotype "protein_coding"; '
        'transcript_biotype "protein_coding";\n'
    )

    assert list(gtf(genes)) == [
        f"20\tMANE\texon\t11\t20\t.\t-\t.\t{names}",
        f"20\tMANE\ttranscript\t11\t20\t.\t-\t.\t{names}",
        f"20\tMANE\tCDS\t14\t19\t.\t-\t0\t{names}",
    ]


def test_ratio_is_the_median_of_the_rounds_own_ratios() -> None:
    """The second round ran on a machine half as fast, the third was disturbed."""
    target = Target("t", "", "peer", "ours", Bound.LEAST, 3.0)
    rounds = {
        "peer": [cost(12), cost(24), cost(12)],
        "ours": [cost(4), cost(8), cost(40)],
    }

    assert judge(target, rounds) == 3.0
    assert target.is_met(3.0)
    assert not target.is_met(2.999)


def test_target_may_be_an_upper_bound() -> None:
    target = Target("t", "", "joined", "none", Bound.MOST, 1.3)

    assert target.is_met(1.3)
    assert not target.is_met(1.301)


@pytest.mark.parametrize("missing", ["peer", "ours"])
def test_target_is_not_judged_without_both_programs(missing: str) -> None:
    rounds = {"peer": [cost(12)], "ours": [cost(4)]}
    del rounds[missing]

    assert judge(Target("t", "", "peer", "ours", Bound.LEAST, 3.0), rounds) is None


def test_targets_speak_of_programs_that_there_are() -> None:
    assert {name for each in TARGETS for name in (each.over, each.under)} <= set(NAMES)
    assert set(NAMES) >= OURS


def test_what_a_file_holds_is_counted(tmp_path: Path) -> None:
    record = b"20\t5\t.\tA\tC\t.\t.\tCSQ=C|missense|ENSP1:p.Ala1Gly\n"
    plain, packed = tmp_path / "a.vcf", tmp_path / "a.vcf.gz"
    plain.write_bytes(b"#x\n" + record + b"20\t6\t.\tA\tC\t.\t.\t.\n")
    packed.write_bytes(gzip.compress(b"#y\n#z\n" + plain.read_bytes()[3:]))
    digest = hashlib.sha256(plain.read_bytes()[3:]).hexdigest()

    size = plain.stat().st_size
    assert inspect(plain, b"CSQ=") == Written(size, size, 2, 1, 1, digest)
    assert inspect(packed, b"CSQ=") == Written(packed.stat().st_size, size + 3, 2, 1, 1, digest)


def test_work_of_an_abandoned_process_counts(tmp_path: Path) -> None:
    """Its parent ends first and never waits for it."""
    burn = "import time\nwhile time.process_time() < 0.3: pass"
    leave = f"import subprocess, sys; subprocess.Popen([sys.executable, '-c', {burn!r}])"

    assert measure((sys.executable, "-c", leave), tmp_path).cpu_seconds >= 0.3


def test_peak_is_the_programs_own(tmp_path: Path) -> None:
    """Not that of whoever measures it, which Linux would count into it."""
    held = bytearray(b"x") * 100_000_000

    assert measure(("true",), tmp_path).peak_megabytes < 50 < len(held) / 1e6
    hungry = (sys.executable, "-c", "b'x' * 60_000_000")
    assert measure(hungry, tmp_path).peak_megabytes > 60


def test_failed_program_tells_its_last_words(tmp_path: Path) -> None:
    with pytest.raises(FailedRunError, match=r"ended with code 3: no reference"):
        measure(("sh", "-c", "echo no reference >&2; exit 3"), tmp_path)


def test_program_that_is_not_there_fails(tmp_path: Path) -> None:
    with pytest.raises(FailedRunError, match="no-such-program"):
        measure(("no-such-program",), tmp_path)


def test_standard_output_is_kept_on_request(tmp_path: Path) -> None:
    measure(("echo", "kept"), tmp_path, tmp_path / "output")

    assert (tmp_path / "output").read_text() == "kept\n"


def test_half_made_file_is_never_taken_for_the_file(tmp_path: Path) -> None:
    target = tmp_path / "folder" / "file"

    def fail(made: Path) -> None:
        made.write_text("half")
        raise RejectedError

    with pytest.raises(RejectedError):
        once(target, fail)
    assert list(target.parent.iterdir()) == []

    assert once(target, lambda made: made.write_text("whole")).read_text() == "whole"
    assert once(target, fail).read_text() == "whole"


def test_missing_data_is_explained(tmp_path: Path) -> None:
    with pytest.raises(RejectedError, match=r"real chromosome 20 of GRCh37.*--data"):
        find_data(tmp_path, {}, tmp_path)


def test_data_is_found_by_the_tests_own_setting(test_data: Path, tmp_path: Path) -> None:
    found = find_data(None, {"GAS_TEST_DATA": str(test_data)}, tmp_path)

    assert found.fasta.name == "20.fa.gz"
    assert len(found.variants) == 4


def test_unknown_program_is_named_with_the_known_ones(test_data: Path) -> None:
    parser = argparse.ArgumentParser()
    bench.add(parser.add_subparsers())
    arguments = parser.parse_args(["bench", "annotate", "--only", "annovar"])

    with pytest.raises(RejectedError, match=r"no program annovar; choose of passthrough, known,"):
        arguments.run(arguments)
