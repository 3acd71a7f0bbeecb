"""A process of ours that serves requests: a line of JSON each way for every one of them."""

from __future__ import annotations

import json
import os
import selectors
import signal
import subprocess
import sys
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

_POLL_SECONDS = 0.2
_GRACE_SECONDS, _SHORT_GRACE_SECONDS = 5.0, 1.0
_COMPLAINT_BYTES = 2_000
_ROOT = Path(__file__).parents[1]


class EngineError(Exception):
    """The engine failed on input that the guard had let through: a bug, here or in it."""


class Child:
    """A module that runs as a process and may have processes of its own; call ``end``.

    Args:
        name: of what it runs, for people.
        module: is run by this Python; it ends when its standard input does.
        arguments: of its command line.
    """

    def __init__(self, name: str, module: str, *arguments: str) -> None:
        self._name = name
        self._complaints = tempfile.TemporaryFile()  # noqa: SIM115 - closed in end
        # A group of its own, so that what it started can be ended together with it.
        self._process = subprocess.Popen(
            [sys.executable, "-m", module, *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._complaints,
            cwd=_ROOT,
            process_group=0,
        )

    @property
    def pid(self) -> int:
        """The process's id, which is that of its group as well."""
        return self._process.pid

    def ask(self, request: object, tick: Callable[[], None]) -> None:
        """Have *request* done.

        *tick* is called at least every 0.2 s and may raise to stop waiting; the request goes on
        until ``end``.

        Raises:
            EngineError: it failed, or the process ended.
        """
        stdin, stdout = self._pipes()
        try:
            stdin.write(json.dumps(request).encode() + b"\n")
            stdin.flush()
        except BrokenPipeError as error:
            raise EngineError(self._why()) from error
        answer = _answer(stdout, tick)
        if not answer:
            raise EngineError(self._why())
        problem = json.loads(answer)["error"]
        if problem is not None:
            raise EngineError(f"{self._name} failed: {problem} {self._said()}".rstrip())

    def end(self, *, at_once: bool) -> None:
        """End the process and all that it started: *at_once*, or when it has finished."""
        stdin, stdout = self._pipes()
        # A process that serves notices this also while it works, and clears up behind itself.
        with suppress(BrokenPipeError):
            stdin.close()
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(_SHORT_GRACE_SECONDS if at_once else _GRACE_SECONDS)
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        stdout.close()
        self._complaints.close()

    def _pipes(self) -> tuple[IO[bytes], IO[bytes]]:
        """The process's standard input and output."""
        stdin, stdout = self._process.stdin, self._process.stdout
        if stdin is None or stdout is None:
            raise EngineError(f"The process of {self._name} was started without pipes.")
        return stdin, stdout

    def _why(self) -> str:
        """What is known of the end of the process."""
        code = self._process.wait()
        said = self._said() or "it said nothing"
        return f"The process of {self._name} ended with code {code}: {said}"

    def _said(self) -> str:
        """The last of what the process complained of."""
        size = self._complaints.seek(0, os.SEEK_END)
        self._complaints.seek(max(0, size - _COMPLAINT_BYTES))
        return self._complaints.read().decode("utf-8", "replace").strip()


def _answer(stdout: IO[bytes], tick: Callable[[], None]) -> bytes:
    """The process's next line; empty if it has ended."""
    with selectors.DefaultSelector() as selector:
        selector.register(stdout, selectors.EVENT_READ)
        while not selector.select(_POLL_SECONDS):
            tick()
    return stdout.readline()
