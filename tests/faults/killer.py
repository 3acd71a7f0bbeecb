"""Kills processes of a running stack at random, with SIGKILL."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import threading
from collections import Counter
from collections.abc import Callable

from backend.local.stack import Stack

# The queue gives a message up after five tries, whoever was at fault: no worker is killed while a
# job has used up this many.
TRIES = 3


class Killer(threading.Thread):
    """Kills one of *victims* every now and then, each as often as the others, while it may.

    Args:
        stack: whose processes they are.
        victims: their names at the supervisor.
        every: the shortest and the longest pause, in seconds.
        spares: says whether a victim has to live a little longer.
        most: so many kills are enough for now.
        seed: decides who, and after which pauses.

    Attributes:
        kills: how many there were so far, by victim.
        most: as given; it may be raised.
    """

    def __init__(
        self,
        stack: Stack,
        victims: tuple[str, ...],
        *,
        every: tuple[float, float],
        spares: Callable[[str], bool],
        most: int,
        seed: int,
    ) -> None:
        super().__init__(name="killer", daemon=True)
        self.kills: Counter[str] = Counter()
        self.most = most
        self._stack = stack
        self._victims = victims
        self._every = every
        self._spares = spares
        self._random = random.Random(seed)
        self._ending = threading.Event()

    @property
    def killed(self) -> int:
        """How many kills there were so far."""
        return self.kills.total()

    def run(self) -> None:
        """Kill until stopped."""
        while not self._pauses():
            fewest = min(self.kills[victim] for victim in self._victims)
            left = [victim for victim in self._victims if self.kills[victim] == fewest]
            if self.killed < self.most:
                self._kill(self._random.choice(left))

    def _pauses(self) -> bool:
        return self._ending.wait(self._random.uniform(*self._every))

    def _kill(self, victim: str) -> None:
        pid = self._stack.supervisor.pid(victim)
        if pid is None or self._spares(victim):
            return
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
            self.kills[victim] += 1

    def stop(self) -> None:
        """Let the processes live from now on."""
        self._ending.set()
        self.join()
