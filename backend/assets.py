"""Where the files of `resources/` are: beside the packages, or inside them when installed."""

from __future__ import annotations

from pathlib import Path

_HERE = Path(__file__).parent
_PLACES = (_HERE / "resources", _HERE.parent / "resources")


def asset(name: str) -> Path:
    """Return the path of resources/*name*; raise FileNotFoundError if the installation lacks it."""
    for place in _PLACES:
        if (place / name).exists():
            return place / name
    raise FileNotFoundError(f"resources/{name} is missing: the installation is incomplete.")
