"""Keeps the processes of the local stack running."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from backend.domain.errors import UnavailableError
from backend.local.child import Child, Command

_LOOK_EVERY = 0.2
_FIRST_BACK_OFF = 0.2
_LONGEST_BACK_OFF = 5.0
# A child that ran this long had started well: the next fault begins with the shortest back-off.
_HEALTHY = 10.0


class Supervisor:
    """Starts children, restarts those that end, and stops them in reverse order.

    Args:
        folder: gets logs and process ids.
        say: told about each restart.
    """

    def __init__(self, folder: Path, say: Callable[[str], None]) -> None:
        self._folder = folder
        self._say = say
        self._watched: list[_Watched] = []
        self._stopping = threading.Event()

    def start(self, command: Command) -> dict[str, Any]:
        """Start a child and return what it says of itself when it is ready.

        Raises:
            UnavailableError: it did not start.
        """
        child = Child(command, self._folder)
        child.start()
        watched = _Watched(child, self._folder, self._say, self._stopping)
        self._watched.append(watched)
        ready = child.wait_ready()
        watched.thread.start()
        return ready

    def pid(self, name: str) -> int | None:
        """Return the process id of the child *name* while it runs."""
        return next((w.child.pid for w in self._watched if w.child.command.name == name), None)

    @property
    def names(self) -> tuple[str, ...]:
        """The children, in the order they were started in."""
        return tuple(w.child.command.name for w in self._watched)

    def stop(self) -> None:
        """End all children: all are asked at once, the last started first."""
        self._stopping.set()
        for watched in reversed(self._watched):
            if watched.thread.ident is not None:
                watched.thread.join()
            watched.child.terminate()
        for watched in reversed(self._watched):
            watched.child.wait_ended()


class _Watched:
    """A child and the thread that starts it again."""

    def __init__(
        self, child: Child, folder: Path, say: Callable[[str], None], stopping: threading.Event
    ) -> None:
        self.child = child
        self._folder = folder
        self._say = say
        self._stopping = stopping
        self.thread = threading.Thread(
            target=self._watch, name=f"watch {child.command.name}", daemon=True
        )

    def _watch(self) -> None:
        back_off, started = _FIRST_BACK_OFF, time.monotonic()
        while not self._stopping.wait(_LOOK_EVERY):
            if self.child.pid is not None:
                continue
            if time.monotonic() - started > _HEALTHY:
                back_off = _FIRST_BACK_OFF
            self._say(f"{self.child.command.name} ended; it starts again in {back_off:.1f} s.")
            if self._stopping.wait(back_off):
                return
            back_off, started = min(2 * back_off, _LONGEST_BACK_OFF), time.monotonic()
            self._restart()

    def _restart(self) -> None:
        self.child = Child(self.child.command, self._folder)
        self.child.start()
        try:
            self.child.wait_ready()
        except UnavailableError as error:
            self._say(str(error))
