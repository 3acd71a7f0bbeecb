"""The contracts of imports name everything that they are about."""

from __future__ import annotations

import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]
SHARED = {"assets", "wire"}
"""What the app takes from the backend, besides its version."""

OF_QT = {"__main__", "app", "selftest", "ui", "wiring"}
"""What of the app may use Qt."""


def contract(name: str) -> dict[str, list[str]]:
    told = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    (found,) = (each for each in told["tool"]["importlinter"]["contracts"] if each["name"] == name)
    return dict(found)


def modules(package: str) -> set[str]:
    folder = ROOT / package
    files = {path.stem for path in folder.glob("*.py")} - {"__init__"}
    return files | {path.parent.name for path in folder.glob("*/__init__.py")}


def named(contracted: list[str], package: str) -> set[str]:
    pieces = (name.split(".") for name in contracted)
    return {piece[1] for piece in pieces if piece[0] == package and len(piece) == 2}


def test_of_the_backend_the_app_is_refused_all_that_is_not_shared() -> None:
    refused = contract("The app knows of the backend the wire format only")["forbidden_modules"]
    assert named(refused, "backend") == modules("backend") - SHARED


def test_all_of_the_app_but_the_window_is_without_qt() -> None:
    without = contract("Qt is the app's, and there the window's")["source_modules"]
    assert named(without, "desktop") == modules("desktop") - OF_QT
