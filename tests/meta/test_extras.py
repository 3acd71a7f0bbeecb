"""Each process's extra brings what its packages import, and nothing of another process."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
OURS = {"annotator", "backend", "desktop", "lambdas"}
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]

# Who needs which extra; the rest of backend is shared, and imports what its user has.
USERS = {
    "desktop": ["desktop", "backend/wire"],
    "annotator": [
        "annotator",
        "backend/aws",
        "backend/logs.py",
        "backend/services",
        "backend/setting_kinds.py",
        "backend/settings.py",
        "backend/wiring.py",
    ],
    "server": [
        "backend/api",
        "backend/aws",
        "backend/db",
        "backend/logs.py",
        "backend/payments",
        "backend/processes.py",
        "backend/services",
        "backend/setting_kinds.py",
        "backend/settings.py",
        "backend/utility.py",
        "backend/views.py",
        "backend/wiring.py",
        "backend/wiring_api.py",
        "backend/wiring_archive.py",
        "backend/wiring_billing.py",
        "backend/wiring_database.py",
        "backend/wiring_doorbell.py",
        "backend/wiring_utility.py",
        "backend/wiring_web.py",
        "lambdas",
    ],
    "local": ["backend/local", "desktop/auth", "desktop/client", "desktop/transfer"],
}
HEAVY = {
    "desktop": {"boto3", "stripe", "fastapi", "sqlalchemy", "vepyr", "pysam", "moto"},
    "annotator": {"pyside6-essentials", "fastapi", "sqlalchemy", "stripe", "moto"},
    "server": {"pyside6-essentials", "vepyr", "pysam", "moto"},
}


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def brought(extra: str) -> set[str]:
    """Return the distributions that the extra and the base name, other extras resolved."""
    found = set()
    for requirement in [*PROJECT["dependencies"], *PROJECT["optional-dependencies"][extra]]:
        name, _, extras = re.match(r"([\w.-]+)(\[([\w,-]+)\])?", requirement).groups()  # type: ignore[union-attr]
        if normal(name) == normal(PROJECT["name"]):
            found |= {d for other in extras.split(",") for d in brought(other)}
        else:
            found.add(normal(name))
    return found


def imported(path: Path) -> Iterator[str]:
    """Return the top-level names that a file imports, those for types only left out."""
    tree = ast.parse(path.read_text("utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test):
            node.body = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.partition(".")[0]


def files(place: str) -> list[Path]:
    path = ROOT / place
    return [path] if path.is_file() else sorted(path.rglob("*.py"))


@pytest.mark.parametrize("extra", USERS)
def test_extra_brings_what_is_imported(extra: str) -> None:
    distributions = packages_distributions()
    # They come with what the extra names, by those packages' own requirements.
    with_others = {
        "botocore": "boto3",
        "jeepney": "keyring",
        "psycopg-pool": "psycopg",
        "pyarrow": "vepyr",
        "s3transfer": "boto3",
        "secretstorage": "keyring",
        "shiboken6": "pyside6-essentials",
        "starlette": "fastapi",
        "typing-extensions": "pydantic",
        "werkzeug": "moto",
    }
    has = brought(extra)
    missing = set()
    for name in {n for place in USERS[extra] for path in files(place) for n in imported(path)}:
        if name in OURS or name in sys.stdlib_module_names:
            continue
        names = {normal(d) for d in distributions.get(name, [name])}
        names |= {with_others[d] for d in names if d in with_others}
        if not names & has:
            missing.add(name)
    assert not missing


@pytest.mark.parametrize("extra", HEAVY)
def test_extra_brings_nothing_of_another_process(extra: str) -> None:
    assert not brought(extra) & HEAVY[extra]


def test_lock_has_everything_that_is_named() -> None:
    locked = {
        normal(name)
        for name in re.findall(
            r"^([\w.-]+)==", (ROOT / "requirements.lock").read_text(), re.MULTILINE
        )
    }

    for extra in PROJECT["optional-dependencies"]:
        assert brought(extra) <= locked
