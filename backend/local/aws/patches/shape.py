"""Check that moto's private code is what a patch was written for."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any


class MotoChangedError(RuntimeError):
    """moto's private code is not what a patch relies on: pin the version that it was made for."""


def require(function: Callable[..., Any], *phrases: str) -> None:
    """Refuse to go on unless the source of *function* holds every one of *phrases*.

    Raises:
        MotoChangedError: it does not.
    """
    source = inspect.getsource(function)
    for phrase in phrases:
        if phrase not in source:
            raise MotoChangedError(
                f"{function.__module__}.{function.__qualname__} no longer holds {phrase!r}; "
                "the local stack's patches are for moto 5.2.5"
            )
