"""The table of rows in README.md is true: every test that it names is there."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
ROWS = {*range(1, 16), 18, *range(20, 28)}


@dataclass(frozen=True)
class Named:
    """A file, and a test in it or all that are named by the row."""

    row: int
    path: Path
    test: str


def _named() -> Iterator[Named]:
    for line in (HERE / "README.md").read_text("utf-8").splitlines():
        found = re.match(r"\| (\d+) \|.*\| ([^|]*) \|$", line)
        for place in re.findall(r"`([^`]+)`", found[2]) if found else ():
            path, _, test = place.partition("::")
            folder = ROOT if path.startswith("tests/") else HERE
            yield Named(int(found[1]) if found else 0, folder / path, test)


def _tests(path: Path) -> set[str]:
    tree = ast.parse(path.read_text("utf-8"))
    functions = (ast.FunctionDef, ast.AsyncFunctionDef)
    return {node.name for node in ast.walk(tree) if isinstance(node, functions)}


NAMED = list(_named())


def test_every_row_has_a_test() -> None:
    assert {named.row for named in NAMED} == ROWS


@pytest.mark.parametrize("named", NAMED, ids=lambda named: f"{named.row}-{named.path.name}")
def test_what_the_table_names_is_there(named: Named) -> None:
    tests = _tests(named.path)
    if named.test:
        assert named.test in tests
    else:
        assert any(test.startswith(f"test_row_{named.row:02d}_") for test in tests)


def test_every_test_of_a_row_is_in_the_table() -> None:
    listed = {(named.row, named.path) for named in NAMED if not named.test}
    for path in HERE.glob("test_*.py"):
        for test in _tests(path):
            row = re.match(r"test_row_(\d\d)_", test)
            if row:
                assert (int(row[1]), path) in listed, test
