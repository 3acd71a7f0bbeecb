"""How many parts of one file are on their way at once."""

from __future__ import annotations

import asyncio
from contextlib import suppress

FIRST_LANES = 2
"""Lanes that send from the start: one sends while the other waits for its answer or the disk."""

QUICK_BYTES_A_SECOND = 64 * 1024**2
"""Where one lane is faster than this, the machine is what limits it, and not the network."""

PATIENCE_SECONDS = 1.0


class Lanes:
    """Opens further lanes where the network is slow: it gives several connections more than one.

    Where it is fast, further lanes would only take the processor from those that send already: on
    two cores, four of them reach nine tenths of what two do.

    Args:
        patience: seconds without a part taken after which the network counts as slow.
    """

    def __init__(self, patience: float = PATIENCE_SECONDS) -> None:
        self._patience = patience
        self._all_wanted = asyncio.Event()
        self._taken = 0

    async def until_wanted(self, lane: int) -> None:
        """Wait until *lane*, from 0, is to send; the first two never wait."""
        while lane >= FIRST_LANES and not self._all_wanted.is_set():
            before = self._taken
            with suppress(TimeoutError):
                await asyncio.wait_for(self._all_wanted.wait(), self._patience)
            if self._taken == before:
                self.open()

    def took(self, size: int, seconds: float) -> None:
        """Note that a part of *size* bytes was taken after so many *seconds*."""
        self._taken += 1
        if size < seconds * QUICK_BYTES_A_SECOND:
            self.open()

    def open(self) -> None:
        """Let every lane begin, or find that nothing is left."""
        self._all_wanted.set()
