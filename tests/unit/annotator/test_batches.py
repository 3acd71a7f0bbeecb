"""Where a file is cut into batches."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.batches import batch_records, in_batches
from annotator.gaps import Gaps
from annotator.genetic_code import GeneticCode
from annotator.intake import Header, Piece
from annotator.reference.bundle import Contig

COLUMNS = b"#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO"
HEADER = Header((b"##fileformat=VCFv4.2",), COLUMNS, "4.2")
CONTIG = Contig("20", 1_000, ("chr20",), ((1, 1_000),), GeneticCode.STANDARD)


def gaps(*genes: tuple[int, int]) -> Gaps:
    starts = np.array([start for start, _ in genes], dtype=np.int64)
    ends = np.array([end for _, end in genes], dtype=np.int64)
    return Gaps({"20": CONTIG, "chr20": CONTIG}, lambda _: (starts, ends))


def lines_at(*positions: int, ref: str = "A") -> list[bytes]:
    return [b"20\t%d\t.\t%b\tC\t.\t.\t.\n" % (at, ref.encode()) for at in positions]


@given(
    st.lists(st.integers(1, 60), max_size=40),
    st.integers(1, 12),
    st.integers(20, 300),
    st.integers(1, 9),
    st.lists(st.tuples(st.integers(1, 60), st.integers(0, 9)), max_size=3),
)
def test_batches_hold_all_lines_in_order_within_their_bounds(
    positions: list[int],
    most_records: int,
    most_bytes: int,
    lines_a_piece: int,
    genes: list[tuple[int, int]],
) -> None:
    lines = lines_at(*sorted(positions))
    groups = [lines[at : at + lines_a_piece] for at in range(0, len(lines), lines_a_piece)]
    pieces = [Piece(b"".join(group), len(group)) for group in groups]
    spans = sorted((start, start + length) for start, length in genes)
    batches = list(
        in_batches(pieces, HEADER, records=most_records, gaps=gaps(*spans), most_bytes=most_bytes)
    )
    assert b"".join(batch.text for batch in batches) == b"".join(lines)
    assert [batch.index for batch in batches] == list(range(len(batches)))
    line = 3
    for batch in batches:
        count = batch.text.count(b"\n")
        assert batch.line == line
        assert 1 <= count <= most_records
        assert len(batch.text) <= most_bytes or count == 1
        line += count


@pytest.mark.parametrize(
    ("positions", "genes", "counts", "whole"),
    [
        # Between two genes; in front of a gene; where a gene would be cut anyway.
        ((10, 11, 12, 20, 21, 22), ((9, 13), (19, 23)), [3, 3], [True, True]),
        ((10, 11, 12, 13, 14, 15), ((13, 16),), [3, 3], [True, True]),
        ((10, 11, 12, 13, 14, 15), ((9, 16),), [4, 2], [False, True]),
        ((10, 11, 12, 13, 14, 15), (), [4, 2], [True, True]),
    ],
)
def test_genes_are_kept_together_where_that_is_possible(
    positions: tuple[int, ...],
    genes: tuple[tuple[int, int], ...],
    counts: list[int],
    whole: list[bool],
) -> None:
    pieces = [Piece(b"".join(lines_at(*positions)), len(positions))]
    batches = list(in_batches(pieces, HEADER, records=4, gaps=gaps(*genes)))
    assert [batch.text.count(b"\n") for batch in batches] == counts
    assert [batch.is_whole for batch in batches] == whole


def test_a_deletion_that_reaches_into_a_gene_stays_with_it() -> None:
    reaching = lines_at(1, 2, 10) + lines_at(12, ref="ACGTACGT") + lines_at(18, 19)
    pieces = [Piece(b"".join(reaching), 6)]
    batches = list(in_batches(pieces, HEADER, records=4, gaps=gaps((17, 25))))
    assert [batch.text.count(b"\n") for batch in batches] == [3, 3]


@pytest.mark.parametrize(
    ("genes", "counts"),
    [
        # The last place between genes lies near the end of what a batch may hold, or far from it.
        (((4_000, 6_000),), [7_999, 4_001]),
        (((3_100, 3_999), (4_990, 6_000)), [9_979, 2_021]),
    ],
)
def test_the_last_place_between_genes_is_taken_however_far_it_is(
    genes: tuple[tuple[int, int], ...], counts: list[int]
) -> None:
    lines = lines_at(*(at // 2 for at in range(1, 12_001)))
    pieces = [Piece(b"".join(lines[at : at + 500]), 500) for at in range(0, 12_000, 500)]
    batches = list(in_batches(pieces, HEADER, records=10_000, gaps=gaps(*genes)))
    assert [batch.text.count(b"\n") for batch in batches] == counts
    assert b"".join(batch.text for batch in batches) == b"".join(lines)
    assert all(batch.is_whole for batch in batches)


@pytest.mark.parametrize(
    ("records", "most", "expected"),
    [(0, 100, 1), (10, 100, 10), (11, 100, 6), (200, 100, 100), (201, 100, 51)],
)
def test_a_file_that_is_not_small_has_an_even_number_of_batches(
    records: int, most: int, expected: int
) -> None:
    assert batch_records(records, most) == expected
