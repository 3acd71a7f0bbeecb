"""The same variants written in other ways get the same annotation."""

from __future__ import annotations

import gzip

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotator.compression import BGZIP_END, bgzip
from annotator.reference.bundle import Bundle, demo_folder
from annotator.reference.sequence import Sequence
from tests.unit.annotator.annotated_text import (
    AGREED,
    HEADER,
    Annotated,
    Run,
    columns_but_info,
    original_records,
    records,
)


def demo_variants() -> list[tuple[str, int, str, str]]:
    lines = original_records(demo_folder() / "demo.vcf")
    columns = [line.split("\t") for line in lines]
    return [(c[0], int(c[1]), c[3], c[4]) for c in columns if "N" not in c[3] and c[4].isupper()]


def consequences(run: Annotated) -> list[tuple[str, ...]]:
    """Every entry with the normal form of its variant's place, whatever way it was written."""
    return sorted(
        (*(entry[field] for field in AGREED[1:]), entry["Feature"])
        for at in range(len(run.lines))
        for entry in run.entries(at)
    )


@settings(max_examples=3)
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


@pytest.mark.parametrize("packing", ["gzip", "small blocks", "usual blocks", "CRLF", "no last end"])
def test_the_packing_of_the_input_does_not_matter(annotated: Run, packing: str) -> None:
    text = (demo_folder() / "demo.vcf").read_bytes()
    packed = {
        "gzip": gzip.compress(text),
        "small blocks": b"".join(bgzip(text[at : at + 99]) for at in range(0, len(text), 99)),
        "usual blocks": bgzip(text) + BGZIP_END,
        "CRLF": text.replace(b"\n", b"\r\n"),
        "no last end": text.rstrip(b"\n"),
    }[packing]
    plain, other = annotated(text), annotated(packed)
    assert other.outcome.result.read_bytes() == plain.outcome.result.read_bytes()


def test_the_same_input_gives_the_same_bytes(annotated: Run) -> None:
    one, other = (annotated(demo_folder() / "demo.vcf", table=True, report=True) for _ in range(2))
    for made in ("result", "index", "table", "report", "log"):
        first, second = getattr(one.outcome, made), getattr(other.outcome, made)
        assert first.read_bytes() == second.read_bytes(), made


def test_ten_thousand_samples_come_back(annotated: Run) -> None:
    names = "\t".join(f"s{number}" for number in range(10_000))
    genotypes = "\t".join(["0|1:7", "./.", "1/1"] * 3_333 + ["0/0"])
    header = HEADER.rstrip("\n") + f"\tFORMAT\t{names}\n"
    rows = [f"MT\t{position}\t.\tT\tC\t.\t.\tDP=3\tGT:PS\t{genotypes}" for position in (3308, 3394)]
    run = annotated(header + "\n".join(rows))
    assert [columns_but_info(line) for line in run.lines] == [columns_but_info(row) for row in rows]
    assert all("CSQ=C|" in line for line in run.lines)


def test_a_line_of_sixteen_megabytes_comes_back(annotated: Run) -> None:
    long = "MT\t3308\t.\tT\tC\t.\t.\tX=" + "a" * (16 << 20)
    run = annotated(HEADER + long + "\n" + "MT\t3394\t.\tT\tC\t.\t.\t.\n")
    assert run.lines[0].startswith(long + ";CSQ=C|")
    assert "CSQ=C|" in run.lines[1]
