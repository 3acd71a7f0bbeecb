"""How a long piece of work tells how far it is, so that library code prints nothing."""

from __future__ import annotations

from collections.abc import Callable

Progress = Callable[[str, int, int | None], None]
"""Gets what is being done, how much is done, and how much there is if that is known."""


def untold(step: str, done: int, total: int | None) -> None:
    """For callers that nobody watches."""
    del step, done, total


def unsaid(line: str) -> None:
    """For callers that nobody asks."""
    del line
