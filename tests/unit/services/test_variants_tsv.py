"""The app's TSV and that of `gas export` write the same values the same way."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.export.tsv import TsvFile
from backend.services.variants_ports import Row
from backend.services.variants_tsv import tsv

NUMBERS = [
    (1000.0, "1000"), (0.0, "0"), (-0.0, "-0"), (29.000002, "29.000002"), (0.25, "0.25"),
    (1e10, "10000000000"), (1e16, "1e+16"), (6.57e-06, "6.57e-06"), (1e-4, "0.0001"),
    (None, ""),
]  # fmt: skip
SCHEMA = pa.schema([("number", pa.float64()), ("text", pa.string()), ("whole", pa.int64())])


def exported(folder: Path, rows: list[tuple[object, ...]]) -> bytes:
    """What `gas export` writes of the rows."""
    file = folder / "out.tsv"
    named = [dict(zip(SCHEMA.names, row, strict=True)) for row in rows]
    with TsvFile(file) as target:
        target.begin(SCHEMA.names)
        target.write(pa.Table.from_pylist(named, SCHEMA))
    return file.read_bytes()


def sent(rows: list[tuple[object, ...]]) -> bytes:
    """What the app gets of the rows."""
    return b"".join(tsv(SCHEMA.names, [[Row(1, 1, row) for row in rows]]))  # type: ignore[arg-type]


@pytest.mark.parametrize(("number", "text"), NUMBERS)
def test_a_number_has_no_more_digits_than_it_needs(
    tmp_path: Path, number: float | None, text: str
) -> None:
    row = (number, "x", 1)
    assert sent([row]).split(b"\n")[1] == f"{text}\tx\t1".encode()
    assert exported(tmp_path, [row]) == sent([row])


@given(
    st.lists(
        st.tuples(
            st.none() | st.floats(allow_nan=False, allow_infinity=False),
            st.none() | st.text(st.characters(exclude_categories=["Cs"]), max_size=6),
            st.none() | st.integers(-(2**63), 2**63 - 1),
        )
    )
)
def test_both_write_the_same_bytes(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[object, ...]]
) -> None:
    assert exported(tmp_path_factory.mktemp("t"), rows) == sent(rows)
