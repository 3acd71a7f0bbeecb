"""Row 27: what comes in is data: never SQL, and never more fields than were asked for."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from backend.api.app import document
from tests.fakes.service import FakeService
from tests.fakes.uploads import submit

ROOT = Path(__file__).parents[2]
STATEMENTS = {"text", "exec_driver_sql", "execute", "executemany", "executescript", "sql"}
# The statements of the local AWS's journal hold the number of their marks, or a name of a table
# that stands in the code; it serves one machine and takes nothing from outside.
_LOCAL = ROOT / "backend" / "local"


def _sources() -> Iterator[Path]:
    for folder in ("annotator", "backend", "desktop", "lambdas"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            if _LOCAL not in path.parents:
                yield path


def _is_built(node: ast.expr) -> bool:
    """Whether a text is put together from others when the program runs, constants left aside."""
    if isinstance(node, ast.JoinedStr):
        filled = [part.value for part in node.values if isinstance(part, ast.FormattedValue)]
        return not all(_is_harmless(each) for each in filled)
    if isinstance(node, ast.BinOp):
        return True
    called = node.func if isinstance(node, ast.Call) else None
    return isinstance(called, ast.Attribute) and called.attr in {"format", "join", "replace"}


def _is_harmless(node: ast.expr) -> bool:
    """Whether it is a constant of the module, or a number for certain."""
    if isinstance(node, ast.Call):
        return isinstance(node.func, ast.Name) and node.func.id == "int"
    return isinstance(node, ast.Name) and node.id.isupper()


def _statements(scope: ast.AST) -> Iterator[ast.Call]:
    for node in ast.walk(scope):
        if isinstance(node, ast.Call) and node.args:
            name = node.func.attr if isinstance(node.func, ast.Attribute) else ""
            name = node.func.id if isinstance(node.func, ast.Name) else name
            if name in STATEMENTS:
                yield node


def _assigned(function: ast.AST) -> dict[str, list[ast.expr]]:
    """What each name of a function is made of."""
    found: dict[str, list[ast.expr]] = {}
    for node in ast.walk(function):
        if isinstance(node, ast.Assign):
            pairs = [(target, node.value) for target in node.targets]
        elif isinstance(node, ast.AnnAssign | ast.NamedExpr) and node.value is not None:
            pairs = [(node.target, node.value)]
        elif isinstance(node, ast.AugAssign):
            pairs = [(node.target, ast.BinOp(node.target, node.op, node.value))]
        else:
            continue
        for target, value in pairs:
            if isinstance(target, ast.Name):
                found.setdefault(target.id, []).append(value)
    return found


def _texts(node: ast.expr, assigned: dict[str, list[ast.expr]]) -> Iterator[ast.expr]:
    """What a statement's text is made of, a line or more earlier too."""
    yield node
    if isinstance(node, ast.Name):
        others = {name: values for name, values in assigned.items() if name != node.id}
        for value in assigned.get(node.id, ()):
            yield from _texts(value, others)


def _built(tree: ast.AST) -> list[int]:
    """The lines of the statements whose texts are put together."""
    functions = [
        node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    found = [call.lineno for call in _statements(tree) if _is_built(call.args[0])]
    for function in functions:
        assigned = _assigned(function)
        found += [
            call.lineno
            for call in _statements(function)
            if any(_is_built(text) for text in _texts(call.args[0], assigned))
        ]
    return sorted(set(found))


def test_row_27_no_sql_is_put_together() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{line}"
        for path in _sources()
        for line in _built(ast.parse(path.read_text("utf-8")))
    ]
    assert found == []


def test_row_27_the_search_for_sql_finds_what_it_should() -> None:
    bad = ['c.execute(f"select {x}")', 'c.execute("a" + x)', 'text("{}".format(x))',
           'text("a %s" % x)', 'def f(x): s = f"a {x}"; c.execute(s)',
           'def f(x): s = "a"; s += x; t = s; text(t)',
           'async def f(x): s: str = "a" + x; await c.execute(s)',
           'def f(x): c.execute(s) if (s := f"{x}") else 0']  # fmt: skip
    good = ['c.execute("select 1", x)', 'text("a :a")', "c.execute(select(J))",
            'text(f"{LIMIT}{int(x)}")', 'def f(x): s = "a :a"; c.execute(s, x)',
            'def f(x): s = f"{x}"; log(s); t = "a"; c.execute(t)']  # fmt: skip
    assert _built(ast.parse("\n".join(bad))) == [*range(1, len(bad) + 1)]
    assert _built(ast.parse("\n".join(good))) == []


def _bodies() -> Iterator[tuple[str, str]]:
    """Return the names of all models that requests bring, those within others too."""
    described = document()
    for path, methods in described["paths"].items():
        for method, operation in methods.items():
            body = operation.get("requestBody", {}).get("content", {}).get("application/json")
            if body is not None:
                yield f"{method} {path}", body["schema"]["$ref"].rpartition("/")[2]


def _within(schema: Any) -> Iterator[str]:
    if isinstance(schema, dict):
        if "$ref" in schema:
            yield schema["$ref"].rpartition("/")[2]
        for value in schema.values():
            yield from _within(value)
    elif isinstance(schema, list):
        for value in schema:
            yield from _within(value)


@pytest.mark.parametrize(("route", "model"), list(_bodies()))
def test_row_27_a_request_has_no_fields_but_those_that_are_described(
    route: str, model: str
) -> None:
    schemas = document()["components"]["schemas"]
    waiting, seen = [model], set()
    while waiting:
        name = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        schema = schemas[name]
        if schema["type"] == "object":
            assert schema.get("additionalProperties") is False, f"{route}: {name}"
        waiting += _within(schema)


@pytest.mark.parametrize(
    "text", ["' or 1=1 --", "'; drop table accounts; --", "\\' union select 1 --", "%27%20or%201"]
)
def test_row_27_sql_in_a_request_is_text(
    alice: TestClient, bob: TestClient, service: FakeService, text: str
) -> None:
    job_id = submit(alice, service.inputs)
    assert bob.get("/v1/jobs", params={"after": text}).status_code == 422
    assert bob.get("/v1/jobs", params={"limit": text}).status_code == 422
    assert bob.get(f"/v1/jobs/{job_id}{text}").status_code in {404, 422}
    assert bob.get("/v1/events/poll", params={"after": text, "wait": 0}).status_code == 422
    assert bob.get("/v1/jobs").json()["jobs"] == []
