"""What the sources of a bundle say of alleles, in batches of any kind."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotator.joins import Joins
from annotator.reference.bundle import Bundle
from annotator.reference.sources import SourceFiles
from tests.unit.annotator.lab import SEQUENCE, alleles, info, known, lab_bundle, vcf

BASES = "ACGT"
ALL_SNVS = [
    (at, 1, alt) for at, base in enumerate(SEQUENCE, 1) for alt in BASES if alt != base
]  # fmt: skip


@pytest.fixture(scope="module")
def joined(tmp_path_factory: pytest.TempPathFactory) -> Bundle:
    """A bundle with a source of every second SNV, one of a long insertion, and a panel."""
    folder = tmp_path_factory.mktemp("joined")
    records = [f"1 {at} . {SEQUENCE[at - 1]} {alt} . . N={at}{alt}" for at, _, alt in ALL_SNVS[::2]]
    sites = vcf(folder / "sites.vcf", *records, header=info("N", "1"))
    long = "T" + "ACGT" * 9
    other = vcf(
        folder / "other.vcf",
        f"1 1 . T {long} . . N=long",
        f"1 1 . T {long}A . . N=longer",
        header=info("N", "1"),
    )
    panel = folder / "panel.bed"
    panel.write_text("1\t9\t20\tA\n1\t11\t14\tB\n1\t29\t30\tC\n")
    return lab_bundle(
        folder,
        SourceFiles("sites", (sites,)),
        SourceFiles("other", (other,)),
        SourceFiles("panel", (panel,)),
    )


def test_a_bundle_without_sources_knows_nothing(demo: Bundle) -> None:
    with Joins(demo) as joins:
        assert joins.fields == joins.sources() == ()
        found = joins.fragments(alleles((60_010, 1, "G"), contig="20"))
        assert found.to_pylist() == [b""]
        assert found.type == pa.binary()


def test_keys_and_sources_come_in_the_bundles_order(joined: Bundle) -> None:
    with Joins(joined) as joins:
        assert joins.sources() == ("sites", "other", "panel")
        assert [each.key for each in joins.fields] == ["sites_N", "other_N", "panel_NAME"]


def test_sources_are_joined_in_one_fragment(joined: Bundle) -> None:
    base, alt = ALL_SNVS[36][0], ALL_SNVS[36][2]
    assert known(joined, (base, 1, alt), (2, 1, "A"), (60, 1, "T")) == [
        f"sites_N={base}{alt};panel_NAME=A,B",
        *known(joined, (2, 1, "A")),
        *known(joined, (60, 1, "T")),
    ]
    assert base == 13


def test_long_alleles_are_told_apart(joined: Bundle) -> None:
    long = "T" + "ACGT" * 9
    assert known(joined, (1, 1, long), (1, 1, f"{long}A"), (1, 1, f"{long}C")) == [
        "other_N=long",
        "other_N=longer",
        "",
    ]


def test_insertions_lie_between_bases_and_deletions_on_what_they_remove(joined: Bundle) -> None:
    # The panel has 10 to 20 as A, 12 to 14 as B and 30 as C; 29 is G, 30 is G, 9 is A.
    assert known(
        joined,
        (9, 1, "AG"),  # between 9 and 10: on neither side of A's beginning
        (10, 1, "CG"),  # between 10 and 11
        (20, 1, "AG"),  # between 20 and 21
        (8, 2, "C"),  # removes 9
        (9, 2, "A"),  # removes 10
        (29, 2, "G"),  # removes 30
        (20, 2, "A"),  # removes 21
        (30, 2, "T"),  # removes 31 and replaces 30
        (30, 1, "TC"),  # replaces 30
    ) == ["", "panel_NAME=A", "", "", "panel_NAME=A", "panel_NAME=C", "", *["panel_NAME=C"] * 2]


@settings(max_examples=50)
@given(data=st.data())
def test_an_alleles_fragment_depends_on_nothing_else(joined: Bundle, data: st.DataObject) -> None:
    chosen = data.draw(st.lists(st.sampled_from(ALL_SNVS), max_size=60))
    cut = data.draw(st.integers(0, len(chosen)))
    one_by_one = dict(zip(ALL_SNVS, known(joined, *ALL_SNVS), strict=True))
    with Joins(joined) as joins:
        found = [
            *joins.fragments(alleles(*chosen[:cut])).to_pylist(),
            *joins.fragments(alleles((1, 1, "C"), contig="MT")).to_pylist(),
            *joins.fragments(alleles(*chosen[cut:])).to_pylist(),
        ]
    assert found.pop(cut) == b""
    assert [each.decode() for each in found] == [one_by_one[each] for each in chosen]


def test_however_its_alleles_are_spelled_a_source_is_the_same(tmp_path: Path) -> None:
    # A replaced base, indels in repeats, a replacement of two; with bases around that stay.
    changes = [(3, "G", "A"), (12, "CA", ""), (14, "T", "TT"), (22, "A", ""), (40, "GC", "TG")]
    stores = set()
    for padding in range(4):
        records = []
        for number, (position, ref, alt) in enumerate(changes):
            assert SEQUENCE[position - 1 :].startswith(ref)
            first, behind = max(1, position - 1 - padding), position + len(ref)
            before = SEQUENCE[first - 1 : position - 1]
            after = SEQUENCE[behind - 1 : behind - 1 + padding]
            records.append(f"1 {first} . {before}{ref}{after} {before}{alt}{after} . . N={number}")
        file = vcf(tmp_path / "lab.vcf", *records, header=info("N", "1"))
        bundle = lab_bundle(tmp_path, SourceFiles("mine", (file,)))
        stores.add(bundle.files["sources/mine/1.parquet"])
    assert len(stores) == 1
    assert known(bundle, (5, 3, "C"), (40, 2, "TG")) == ["mine_N=1", "mine_N=4"]
