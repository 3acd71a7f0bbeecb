"""Which distributions of the environment the app needs: what its extra asks for, and so on."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, distribution, packages_distributions

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

PROJECT = "genomics-annotation-service"
EXTRA = "desktop"


def needed_distributions() -> set[str]:
    """Return the canonical names of all distributions that the app needs on this system."""
    needed: dict[str, set[str]] = {}
    waiting = [(PROJECT, frozenset({EXTRA}))]
    while waiting:
        name, extras = waiting.pop()
        known = needed.setdefault(name, set())
        if known and extras <= known:
            continue
        known |= extras | {""}
        waiting += _requirements(name, known)
    return set(needed)


def other_packages(needed: set[str]) -> list[str]:
    """Return the import packages of the environment that belong to none of *needed*."""
    return sorted(
        package
        for package, owners in packages_distributions().items()
        if not needed & {canonicalize_name(owner) for owner in owners}
    )


def _requirements(name: str, extras: set[str]) -> Iterator[tuple[str, frozenset[str]]]:
    """Yield what *name* asks for here, with these extras of it; nothing if it is not installed."""
    try:
        texts = distribution(name).requires or []
    except PackageNotFoundError:
        return
    for text in texts:
        wanted = Requirement(text)
        marker = wanted.marker
        if marker is None or any(marker.evaluate({"extra": extra}) for extra in extras):
            yield canonicalize_name(wanted.name), frozenset(wanted.extras)
