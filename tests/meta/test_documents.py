"""The documents say what the code does."""

from __future__ import annotations

import re
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from backend.domain.events import EVENTS
from backend.domain.job import Event, Status
from backend.settings import documentation

ROOT = Path(__file__).parents[2]
OURS = "genomics-annotation-service"


def between(document: str, name: str) -> list[str]:
    """Return the lines between two marks in a document."""
    text = (ROOT / document).read_text("utf-8")
    found = re.search(rf"<!-- {name}:.*?-->\n(.*?)\n<!-- /{name} -->", text, re.DOTALL)
    assert found, f"{document} has no part marked {name}"
    return found[1].splitlines()


def event_row(event: type[Event]) -> str:
    """Return the row of ARCHITECTURE's table that *event* should have."""
    sources = ", ".join(f"`{status.value}`" for status in Status if status in event.sources)
    target = "the same" if event.target is None else f"`{event.target.value}`"
    return f"| `{event.__name__}` | {sources} | {target} | {event.meaning} |"


def test_table_of_events_is_the_code() -> None:
    assert between("ARCHITECTURE.md", "events")[2:] == [event_row(event) for event in EVENTS]


def test_table_of_settings_is_the_code() -> None:
    rows = [
        f"| `{name}` | {f'`{default}`' if default else ''} | {meaning} |"
        for name, default, meaning in documentation()
    ]

    assert between("README.md", "settings")[2:] == rows


def test_every_setting_that_is_read_is_documented() -> None:
    """No code reads a GAS_ variable that the table does not have."""
    readme = (ROOT / "README.md").read_text("utf-8")
    known = set(re.findall(r"^\| `(GAS_[A-Z_]+)` \|", readme, re.MULTILINE))
    for folder in ("annotator", "backend", "desktop", "lambdas"):
        for path in (ROOT / folder).rglob("*.py"):
            used = set(re.findall(r"\bGAS_[A-Z][A-Z_]+\b", path.read_text("utf-8")))
            strange = {name for name in used - known - NOT_SETTINGS if not name.endswith("_")}
            assert not strange, f"{path.relative_to(ROOT)}: {strange}"


NOT_SETTINGS = {"GAS_CSQ", "GAS_STATUS"}  # INFO keys of the results


@pytest.mark.parametrize("name", ["packaging", "resources"])
def test_folder_is_no_package(name: str) -> None:
    """An __init__.py in packaging/ would hide PyPI's packaging from everything."""
    assert not list((ROOT / name).rglob("__init__.py"))


@pytest.mark.parametrize("name", ["annotator", "backend", "desktop", "lambdas"])
def test_no_dependency_installs_a_package_of_our_name(name: str) -> None:
    assert set(packages_distributions().get(name, [OURS])) <= {OURS}


def test_lock_names_no_host() -> None:
    lock = (ROOT / "requirements.lock").read_text("utf-8")

    assert "://" not in lock
    assert "--index-url" not in lock


def test_documents_name_files_that_exist() -> None:
    for document in ("README.md", "ARCHITECTURE.md", "CONTRIBUTING.md"):
        text = (ROOT / document).read_text("utf-8")
        for link in re.findall(r"\]\((?!https?:|#)([^)#]+)\)", text):
            assert (ROOT / link).exists(), f"{document} links to {link}"
