"""How long to wait before something is tried again, and who waits."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

LONGEST_WAIT = 30.0
"""In seconds; whoever comes back to the machine does not wait longer for the app."""

# After some thousand failures, which is a night, a power of two would be beyond any float.
_DOUBLINGS = 16

Pause = Callable[[float], Awaitable[object]]
"""Waits so many seconds, as `asyncio.sleep` does; tests give one that does not."""


def growing(failures: int, longest: float = LONGEST_WAIT) -> float:
    """Return the seconds to wait: one, doubled for each of *failures* before, up to *longest*."""
    return min(longest, 2.0 ** min(failures, _DOUBLINGS))
