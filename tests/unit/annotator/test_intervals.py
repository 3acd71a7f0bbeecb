"""Intervals against a search through all of them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.intervals import ENTRIES, Intervals, touched, write_intervals
from tests.unit.annotator.lab import alleles

Range = tuple[int, int]
RANGES = st.tuples(st.integers(1, 60), st.integers(0, 40)).map(lambda r: (r[0], r[0] + r[1]))


def entries(ranges: list[Range]) -> pa.Table:
    ordered = sorted(ranges)
    return pa.table(
        [
            pa.array([start for start, _ in ordered], pa.uint32()),
            pa.array([end for _, end in ordered], pa.uint32()),
            pa.array([f"{start}-{end}".encode() for start, end in ordered], pa.binary()),
        ],
        schema=ENTRIES,
    )


def written(folder: Path, ranges: list[Range], pieces: int = 1) -> Intervals:
    file = folder / "entries.parquet"
    table = entries(ranges)
    step = max(1, -(-table.num_rows // pieces))
    write_intervals(file, [table.slice(at, step) for at in range(0, table.num_rows, step)])
    return Intervals(file, b",".join)


def ask(intervals: Intervals, queries: list[Range]) -> list[str]:
    starts = np.array([start for start, _ in queries], dtype=np.uint32)
    ends = np.array([end for _, end in queries], dtype=np.uint32)
    return [each.decode() for each in intervals.fragments(starts, ends).to_pylist()]


@given(
    ranges=st.lists(RANGES, min_size=1, max_size=40),
    queries=st.lists(RANGES, max_size=40),
    places=st.lists(st.integers(1, 99), max_size=10),
    pieces=st.integers(1, 4),
)
def test_what_overlaps_is_found_however_it_is_nested(
    tmp_path_factory: pytest.TempPathFactory,
    ranges: list[Range],
    queries: list[Range],
    places: list[int],
    pieces: int,
) -> None:
    intervals = written(tmp_path_factory.mktemp("entries"), ranges, pieces)
    # A place between two bases is held by what has both of them.
    asked = queries + [(place + 1, place) for place in places]
    assert ask(intervals, asked) == [
        ",".join(
            f"{start}-{end}" for start, end in sorted(ranges) if start <= last and end >= first
        )
        for first, last in asked
    ]


def test_a_whole_chromosome_hides_nothing_in_it(tmp_path: Path) -> None:
    ranges = [(1, 1_000_000), *((at, at + 5) for at in range(10, 999_000, 100))]
    intervals = written(tmp_path, ranges)
    assert ask(
        intervals, [(500_012, 500_012), (7, 7), (500_050, 500_050), (2_000_000, 2_000_000)]
    ) == [
        "1-1000000,500010-500015",
        "1-1000000",
        "1-1000000",
        "",
    ]


def test_the_last_base_of_entries_is_known(tmp_path: Path) -> None:
    intervals = written(tmp_path, [(3, 9), (5, 7)])
    assert intervals.has_end_at(np.array([6, 7, 8, 9, 10], dtype=np.uint32)).tolist() == [
        False, True, False, True, False,
    ]  # fmt: skip


def test_alleles_touch_the_bases_that_they_change() -> None:
    asked: list[int] = []

    def is_replaced(here: np.ndarray) -> np.ndarray:
        asked.extend(here.tolist())
        return np.array([False, False, True])

    listed = alleles((10, 1, "G"), (10, 3, "A"), (10, 1, "AT"), (10, 3, "G"), (10, 3, "GCC"))
    starts, ends = touched(listed, is_replaced)
    # A single base; a deletion; an insertion; a deletion with a replacement; a replacement.
    assert list(zip(starts.tolist(), ends.tolist(), strict=True)) == [
        (10, 10), (11, 12), (11, 10), (10, 12), (10, 12),
    ]  # fmt: skip
    assert asked == [1, 2, 3]
