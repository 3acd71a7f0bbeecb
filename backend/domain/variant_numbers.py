"""How the numbers of a result's table are written as text, whoever writes them."""

from __future__ import annotations


def number_text(number: float) -> str:
    """Return the fewest digits that tell *number* from all others: 1000, 0.25, 1.5e-05."""
    return repr(number).removesuffix(".0")
