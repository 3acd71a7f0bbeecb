from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotator import stores
from annotator.alleles import LONG, Alleles
from annotator.stores import KEY, LONG_FORM, AlleleStore, write_store
from tests.unit.annotator.test_alleles import ALLELE, columns

SCHEMA = pa.schema([(KEY, pa.uint64()), (LONG_FORM, pa.binary()), ("value", pa.binary())])


def value(allele: tuple[int, int, str]) -> bytes:
    return repr(allele).encode()


def write(file: Path, listed: list[tuple[int, int, str]], rows: int = 1_000) -> None:
    alleles = columns(listed)
    keys = alleles.keys()
    order = np.argsort(keys, kind="stable")
    forms = [alleles.long_form(int(at)) if keys[at] & LONG else None for at in order]
    values = [value(listed[at]) for at in order]
    table = pa.table(
        [pa.array(keys[order]), pa.array(forms, pa.binary()), pa.array(values, pa.binary())],
        schema=SCHEMA,
    )
    write_store(file, table.to_batches(rows), SCHEMA)


def found(store: AlleleStore, alleles: Alleles) -> list[bytes | None]:
    values: list[bytes | None] = store.find(alleles, alleles.keys()).column("value").to_pylist()
    return values


@pytest.fixture(scope="module", autouse=True)
def small_groups() -> object:
    """Row groups of three alleles, so that a handful of them fills several."""
    patch = pytest.MonkeyPatch()
    patch.setattr(stores, "_GROUP_ROWS", 3)
    yield
    patch.undo()


@settings(max_examples=60)
@given(st.lists(ALLELE, max_size=30, unique=True), st.lists(ALLELE, max_size=10), st.data())
def test_a_store_gives_its_own_alleles_and_no_others(
    tmp_path_factory: pytest.TempPathFactory,
    held: list[tuple[int, int, str]],
    others: list[tuple[int, int, str]],
    data: st.DataObject,
) -> None:
    file = tmp_path_factory.mktemp("store") / "20.parquet"
    write(file, held)
    asked = data.draw(st.permutations([*held, *others]))
    expected = [value(each) if each in held else None for each in asked]
    assert found(AlleleStore(file, ["value"]), columns(asked)) == expected


def test_two_long_alleles_with_one_number_are_told_apart(tmp_path: Path) -> None:
    held = [(5, 1, "A" * 13), (5, 1, "C" * 13)]
    alleles = columns(held)
    number = alleles.keys()[0]
    forms = pa.array([alleles.long_form(0), alleles.long_form(1)], pa.binary())
    values = pa.array([b"first", b"second"], pa.binary())
    table = pa.table([pa.array([number, number]), forms, values], schema=SCHEMA)
    write_store(tmp_path / "20.parquet", table.to_batches(), SCHEMA)
    store = AlleleStore(tmp_path / "20.parquet", ["value"])
    rows = store.locate(alleles, np.array([number, number]))
    assert store.fetch(rows).column("value").to_pylist() == [b"first", b"second"]
    stranger = columns([(5, 1, "G" * 13)])
    assert store.locate(stranger, np.array([number])).tolist() == [-1]


def test_the_same_rows_give_the_same_bytes_however_they_come(tmp_path: Path) -> None:
    held = [(position, 1, "A") for position in range(1, 50)]
    write(tmp_path / "one", held)
    write(tmp_path / "other", held, rows=2)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "other").read_bytes()


def test_a_store_of_nothing_finds_nothing(tmp_path: Path) -> None:
    write(tmp_path / "empty", [])
    assert found(AlleleStore(tmp_path / "empty", ["value"]), columns([(1, 1, "A")])) == [None]


def test_a_whole_store_is_read_in_its_order(tmp_path: Path) -> None:
    held = [(position, 1, "A") for position in range(1, 20)]
    write(tmp_path / "store", held)
    tables = list(AlleleStore(tmp_path / "store", ["value"]).tables(5))
    assert len(tables) > 1
    assert [each for table in tables for each in table["value"].to_pylist()] == [*map(value, held)]
