"""vepyr and bcftools csq, which share no code, on the same variants of chromosome 20.

Compared is the most severe term for each variant and transcript. Where they differ, the difference
belongs to a class that is named here with its reason; one that belongs to none fails the test.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from annotator.compression import open_decompressed
from annotator.consequence import FIELDS, worst
from annotator.csq.engine import Accepted, CsqEngine
from annotator.engine import VepyrEngine, plain_fasta
from annotator.lines import Lines, parse_lines
from annotator.normalise import normalise
from annotator.reference.build import build
from annotator.reference.bundle import Bundle
from annotator.reference.sequence import Sequence

SEED = 20
DRAWN_PER_EXON = 24
BESIDE_EXON = 20
REAL = (
    "hail_1000G_100samples.chr20", "gatk_NA12878.20_10M", "gonl.chr20", "vt_indels.chr20",
)  # fmt: skip
HEADER = b"##fileformat=VCFv4.2\n##contig=<ID=20>\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n"

Variant = tuple[int, str, str]
Pairs = dict[tuple[int, str], frozenset[str]]

TERMS = {
    "3_prime_utr": "3_prime_UTR_variant",
    "5_prime_utr": "5_prime_UTR_variant",
    "inframe_altering": "protein_altering_variant",
    "inframe_deletion": "inframe_deletion",
    "inframe_insertion": "inframe_insertion",
    "start_lost": "start_lost",
    "stop_gained": "stop_gained",
    "stop_lost": "stop_lost",
}
"""csq's terms that are more than VEP's without ``_variant``."""

UNNAMED = {
    "intron_variant", "splice_polypyrimidine_tract_variant",
    "upstream_gene_variant", "downstream_gene_variant",
}  # fmt: skip
"""Where csq says nothing of a transcript: it names none in introns, and none beside genes."""

SPLICE_SITES = {"splice_donor_variant", "splice_acceptor_variant"}
UTRS = {"5_prime_UTR_variant", "3_prime_UTR_variant"}
ENDS = {
    "start_lost", "start_retained_variant", "stop_lost", "stop_retained_variant",
    "coding_sequence_variant", "frameshift_variant", "splice_region_variant",
}  # fmt: skip
"""What is said where the coding sequence begins or ends."""


STARTED = {
    "frameshift_variant", "inframe_insertion", "inframe_deletion", "start_retained_variant",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Case:
    """A variant and what both engines say of it for one transcript."""

    variant: Variant
    vepyr: frozenset[str]
    csq: frozenset[str]

    @property
    def worst(self) -> tuple[str, str]:
        """The most severe terms."""
        return worst("&".join(sorted(self.vepyr))), worst("&".join(sorted(self.csq)))

    @property
    def longer(self) -> int:
        """Bases that ALT has more than REF."""
        return len(self.variant[2]) - len(self.variant[1])


@dataclass(frozen=True, slots=True)
class Difference:
    """A class of differences; of several that hold, the first counts."""

    name: str
    reason: str
    holds: Callable[[Case], bool]


DIFFERENCES = (
    Difference(
        "finer terms",
        "VEP has terms of its own for bases 3 to 6 of an intron, which csq calls splice region",
        lambda case: (
            case.worst[0] in {"splice_donor_region_variant", "splice_donor_5th_base_variant"}
            and case.worst[1] == "splice_region_variant"
        ),
    ),
    Difference(
        "whole codons",
        "csq calls any whole codons that are put in an insertion; VEP only where the amino acids "
        "beside them stay, else protein altering",
        lambda case: case.worst == ("protein_altering_variant", "inframe_insertion"),
    ),
    Difference(
        "inserted stop",
        "an insertion that brings a stop in the middle of a protein: VEP 115 takes the stop for "
        "the protein's own if the codon's amino acid stays before it, and vepyr also where there "
        "is no such codon, and where the frame is shifted; csq is right to say that it is gained",
        lambda case: (
            case.longer > 0
            and {"inframe_insertion", "stop_retained_variant"} <= case.vepyr
            and case.worst[1] in {"stop_gained", "frameshift_variant"}
        ),
    ),
    Difference(
        "stop of a frameshift",
        "VEP names the stop that a shifted frame meets within the variant's own codons",
        lambda case: (
            {"stop_gained", "frameshift_variant"} <= case.vepyr
            and case.worst[1] == "frameshift_variant"
        ),
    ),
    Difference(
        "start codon",
        "csq takes the start for lost by each insertion or deletion in or right behind its codon, "
        "and then tells of no shift; VEP looks for the codon",
        lambda case: (
            case.longer != 0 and case.worst[1] == "start_lost" and case.worst[0] in STARTED
        ),
    ),
    Difference(
        "insertion at a splice site",
        "between exon and intron, or in the intron's first bases where these could be the "
        "exon's as well: VEP gives it to the exon, csq to the splice site",
        lambda case: (
            case.longer > 0
            and case.worst[1] in SPLICE_SITES
            and "splice_region_variant" in case.vepyr
        ),
    ),
    Difference(
        "deletion from UTR into intron",
        "csq sees the exon's base that goes, and not the splice site beside it",
        lambda case: (
            case.longer < 0
            and case.worst[0] in SPLICE_SITES
            and bool(UTRS & case.vepyr)
            and case.worst[1] in UTRS | {"coding_sequence_variant"}
        ),
    ),
    Difference(
        "insertion at an exon's end in the UTR",
        "csq calls the exon's last bases splice region also where the insertion is inside",
        lambda case: (
            case.longer > 0 and case.worst[0] in UTRS and case.worst[1] == "splice_region_variant"
        ),
    ),
    Difference(
        "border of coding sequence and UTR",
        "a change of both: VEP asks whether the whole codon is there in what remains, csq says "
        "that coding sequence changed, or takes what is cut for a shift",
        lambda case: bool(UTRS & case.vepyr) and set(case.worst) <= ENDS | UTRS,
    ),
    Difference(
        "insertion at the border of coding sequence and UTR",
        "an insertion right before the first or behind the last coding base is UTR to csq",
        lambda case: case.longer > 0 and case.worst[1] in UTRS,
    ),
    Difference(
        "stop of a deletion",
        "codons that a deletion joins to a stop: csq tells of the deletion alone; in a few of "
        "these vepyr sees a stop that its own codons do not have",
        lambda case: case.longer < 0 and case.worst == ("stop_gained", "inframe_deletion"),
    ),
    Difference(
        "deletion in the stop codon",
        "vepyr does not say that the stop is lost, though its own amino acids do; csq is right",
        lambda case: case.longer < 0 and case.worst == ("inframe_deletion", "stop_lost"),
    ),
)


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


def drawn(bundle: Bundle, sequence: Sequence) -> Iterator[Variant]:
    """Made-up variants in and beside each exon: half of them of single bases, no delins."""
    chance = random.Random(SEED)
    table = pq.read_table(bundle.tables / "transcript" / "chr20.parquet", columns=["exons"])
    for exon in (exon for row in table.to_pylist() for exon in row["exons"]):
        for _ in range(DRAWN_PER_EXON):
            position = chance.randint(exon["start"] - BESIDE_EXON, exon["end"] + BESIDE_EXON)
            base = sequence.bases("20", position, position)
            length = chance.choice([1, 2, 3, 3, 4, 6, 9])
            kind = chance.choices(["single", "several", "insertion", "deletion"], [50, 10, 20, 20])
            if kind == ["insertion"]:
                yield position, base, base + "".join(chance.choices("ACGT", k=length))
            elif kind == ["deletion"]:
                yield position, sequence.bases("20", position, position + length), base
            else:
                last = position + (0 if kind == ["single"] else chance.randint(1, 2))
                ref = sequence.bases("20", position, last)
                yield position, ref, "".join(chance.choice("ACGT".replace(b, "")) for b in ref)


def real(folder: Path, sequence: Sequence) -> Iterator[Variant]:
    """The alleles of real files that the guard would let through."""
    for name in REAL:
        with open_decompressed(folder / f"{name}.vcf.gz") as stream:
            lines = [line.decode().split("\t", 5) for line in stream if not line.startswith(b"#")]
        for _, start, _, ref, alts, _ in lines:
            position = int(start)
            for alt in alts.split(","):
                if not (ref + alt).strip("ACGT") and alt != ref:
                    assert sequence.bases("20", position, position + len(ref) - 1) == ref
                    yield position, ref, alt


def by_vepyr(bundle: Bundle, lines: Lines, folder: Path) -> Pairs:
    """Each variant's terms by transcript."""
    source, target = folder / "in.vcf", folder / "out.vcf"
    source.write_bytes(HEADER + lines.text)
    with VepyrEngine(bundle, plain_fasta(bundle.fasta, folder)) as engine:
        engine.annotate(source, target, lambda: None)
    found: Pairs = {}
    for line in target.read_text().splitlines():
        columns = line.split("\t")
        for entry in columns[7][4:].split(",") if not line.startswith("#") else []:
            values = dict(zip(FIELDS, entry.split("|"), strict=True))
            if values["Feature_type"] == "Transcript":
                place = int(columns[2]), values["Feature"]
                found[place] = frozenset(values["Consequence"].split("&"))
    return found


def by_csq(bundle: Bundle, lines: Lines, folder: Path) -> Pairs:
    """Each variant's terms by transcript, where csq names one, in VEP's words."""
    records = np.arange(len(lines))
    accepted = Accepted("20", records, np.ones_like(records))
    with CsqEngine(bundle, folder) as engine:
        calls = engine.call_lines(lines, [accepted], lambda: None)
    found: Pairs = {}
    for number, info in enumerate(calls.info.to_pylist()):
        for entry in info.decode().split(",") if info else []:
            terms, _, transcript, *_ = entry.split("|")
            if transcript:
                named = {TERMS.get(term, f"{term}_variant") for term in terms.split("&")}
                place = number, transcript
                found[place] = found.get(place, frozenset()) | named
    return found


@pytest.mark.slow
def test_the_engines_agree_but_for_what_is_named(
    chromosome_20: Bundle, test_data: Path, tmp_path: Path
) -> None:
    with Sequence(chromosome_20.fasta) as sequence:
        every = [*drawn(chromosome_20, sequence), *real(test_data / "grch37_chr20", sequence)]
        variants = sorted({normalise(sequence, "20", *variant) for variant in every})
    rows = (f"20\t{p}\t{at}\t{ref}\t{alt}\t.\t.\t.\n" for at, (p, ref, alt) in enumerate(variants))
    lines = parse_lines("".join(rows).encode(), 1, 8)
    assert isinstance(lines, Lines)
    vepyr = by_vepyr(chromosome_20, lines, tmp_path)
    csq = by_csq(chromosome_20, lines, tmp_path)
    assert set(csq) <= set(vepyr)
    unnamed = {worst("&".join(sorted(vepyr[place]))) for place in set(vepyr) - set(csq)}
    assert unnamed == UNNAMED
    cases = [Case(variants[place[0]], vepyr[place], csq[place]) for place in csq]
    differing = [case for case in cases if len(set(case.worst)) > 1]
    classes = Counter(
        next((each.name for each in DIFFERENCES if each.holds(case)), f"unclassified: {case}")
        for case in differing
    )
    assert set(classes) == {each.name for each in DIFFERENCES}
    assert len(cases) > 75_000
    assert len(differing) < 0.08 * len(cases)
    single = [case for case in differing if len(case.variant[1]) == len(case.variant[2]) == 1]
    assert {next(each.name for each in DIFFERENCES if each.holds(case)) for case in single} == {
        "finer terms"
    }
