"""How long a message waits before it is tried again.

A queue's own time-out is six times that of the function which it feeds: too long to look again.
"""

from __future__ import annotations

from datetime import timedelta

# Together the first four pauses are 15 parts; from then on each is as long as the fourth.
_PARTS = 12
_LONGEST = 8


def pause(tries: int, lease: timedelta) -> timedelta:
    """Return how long a message waits after so many *tries*.

    Four pauses are longer than a *lease*: a message outlasts whoever was killed at it.
    """
    return lease / _PARTS * min(1 << min(tries - 1, _LONGEST), _LONGEST)
