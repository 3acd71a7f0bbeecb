from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.lines import Lines, parse_lines

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
