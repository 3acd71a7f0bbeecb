"""How long a message waits before it is tried again.

A queue's own time-out is six times that of the function which it feeds: too long to look again.
"""

from __future__ import annotations

from datetime import timedelta

# After the fifth try a queue gives a message up; together the four pauses are 15 parts.
_PARTS = 12


def pause(tries: int, lease: timedelta) -> timedelta:
    """Return how long a message waits after so many *tries*.

    All pauses together are longer than a *lease*: a message outlasts whoever was killed at it.
    """
    return lease / _PARTS * (1 << (tries - 1))
