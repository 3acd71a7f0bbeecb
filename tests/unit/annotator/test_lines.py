from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.lines import (
    Lines,
    binary,
    cut_out,
    gather,
    in_one,
    numerals,
    parse_lines,
    text_of,
)

FIELD = st.text(st.characters(codec="utf-8", exclude_characters="\t\n"), max_size=6)


def lines_of(text: str, width: int = 8) -> Lines:
    lines = parse_lines(text.encode(), 1, width)
    assert isinstance(lines, Lines)
    return lines


@given(st.sampled_from([8, 9, 10, 130, 200]), st.integers(1, 8), st.data())
def test_columns_are_found_in_lines_of_any_width(
    width: int, count: int, data: st.DataObject
) -> None:
    row = st.lists(FIELD, min_size=width, max_size=width)
    rows = data.draw(st.lists(row, min_size=count, max_size=count))
    lines = lines_of("".join("\t".join(row) + "\n" for row in rows), width)
    assert [lines.line(at).decode() for at in range(count)] == ["\t".join(row) for row in rows]
    for column in (0, 1, 3, 4, 7):
        expected = [row[column].encode() for row in rows]
        assert lines.values(column).to_pylist() == expected
    names = [lines.contigs[code].decode() for code in lines.codes]
    assert names == [row[0] for row in rows]
    assert lines.contigs == list(dict.fromkeys(row[0].encode() for row in rows))


@pytest.mark.parametrize("width", [8, 150])
@pytest.mark.parametrize("wrong", [-2, -1, 1])
def test_the_first_line_of_another_width_is_told(width: int, wrong: int) -> None:
    good = "\t".join("x" * width) + "\n"
    bad = "\t".join("x" * (width + wrong)) + "\n"
    other = "\t".join("x" * (width - wrong)) + "\n"
    assert parse_lines((good * 3 + bad + good + other).encode(), 1, width) == 3


@pytest.mark.parametrize(
    ("text", "position"),
    [("0", 0), ("1", 1), ("007", 7), ("536870911", 536_870_911), ("999999999", 999_999_999)],
)
def test_positions_are_read(text: str, position: int) -> None:
    assert lines_of(f"20\t{text}\t.\tA\tC\t.\t.\t.\n").positions.tolist() == [position]


@pytest.mark.parametrize("text", ["", "x", "-1", "+1", "1.0", "1 ", "1e3", "1234567890", "٣"])
def test_what_is_no_position_is_minus_one(text: str) -> None:
    assert lines_of(f"20\t{text}\t.\tA\tC\t.\t.\t.\n").positions.tolist() == [-1]


def test_no_lines_are_lines() -> None:
    lines = lines_of("")
    assert (len(lines), lines.contigs, lines.positions.tolist()) == (0, [], [])


@given(st.binary(max_size=40), st.lists(st.integers(0, 40), max_size=12))
def test_pieces_are_cut_out_in_either_way(text: bytes, places: list[int]) -> None:
    bounds = sorted(min(place, len(text)) for place in places)[: len(places) // 2 * 2]
    starts, ends = (np.array(bounds[at::2], dtype=np.int64) for at in (0, 1))
    data = np.frombuffer(text, dtype=np.uint8)
    expected = [text[start:end] for start, end in zip(bounds[::2], bounds[1::2], strict=True)]
    assert cut_out(data, starts, ends).to_pylist() == expected
    assert gather(data, starts, ends - starts).to_pylist() == expected


def test_an_array_that_is_a_part_of_another_gives_its_own_text() -> None:
    offsets = np.array([0, 1, 1, 4, 6], dtype=np.int32)
    whole = binary(offsets, np.frombuffer(b"abcdef", dtype=np.uint8))
    assert bytes(text_of(whole)) == b"abcdef"
    assert bytes(text_of(whole.slice(1, 2))) == b"bcd"
    assert bytes(text_of(whole.slice(0, 0))) == b""


def test_numbers_are_written_as_they_are_read() -> None:
    numbers = np.array([0, 7, 4_294_967_295], dtype=np.uint32)
    assert numerals(numbers).to_pylist() == [b"0", b"7", b"4294967295"]


def test_a_column_in_several_pieces_is_put_together() -> None:
    pieces = [pa.array([b"a"]), pa.array([b"b", None])]
    assert in_one(pa.chunked_array(pieces)).to_pylist() == [b"a", b"b", None]
    assert in_one(pa.chunked_array(pieces[:1])).to_pylist() == [b"a"]
    assert in_one(pa.chunked_array([], pa.binary())).to_pylist() == []
