"""A process of the local stack: started, awaited, watched, ended.

A child says that it is ready by one line of JSON on its standard output, which may carry what
others need to know of it.  What it writes to standard error goes to a log file.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from backend.domain.errors import UnavailableError

_LOG_TAIL = 2000


@dataclass(frozen=True, slots=True)
class Command:
    """How to start a child.

    Attributes:
        environ: added to this process's own environment.
        ready_within: how long it may take to be ready, in seconds.
        stop_within: how long it may take to end after SIGTERM, in seconds.
    """

    name: str
    argv: tuple[str, ...]
    environ: Mapping[str, str] = field(default_factory=dict)
    ready_within: float = 60.0
    stop_within: float = 10.0


class Child:
    """One run of a command; *folder* gets its log and the note of its process id."""

    def __init__(self, command: Command, folder: Path) -> None:
        self.command = command
        self.log = folder / "logs" / f"{command.name}.log"
        self._note = folder / "run" / f"{command.name}.pid"
        self._ready: dict[str, Any] | None = None
        self._said = threading.Event()
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it; a run that an earlier supervisor left behind is ended first."""
        for path in (self.log, self._note):
            path.parent.mkdir(parents=True, exist_ok=True)
        _end_leftover(self._note, self.command)
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                self.command.argv,
                env={**os.environ, **self.command.environ},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=log,
                # Ctrl+C in the terminal is the supervisor's to act on.
                start_new_session=True,
            )
        self._note.write_text(str(self._process.pid), "ascii")
        threading.Thread(target=self._listen, args=(self._process.stdout,), daemon=True).start()

    def _listen(self, stdout: IO[bytes]) -> None:
        """Take the ready line, then keep the pipe empty until the child ends."""
        with stdout:
            for line in stdout:
                if self._ready is None:
                    with contextlib.suppress(ValueError):
                        self._ready = json.loads(line)
                        self._said.set()
        self._said.set()

    def wait_ready(self) -> dict[str, Any]:
        """Return what the child said of itself when it was ready.

        Raises:
            UnavailableError: it ended, or it takes too long; the message ends with its log.
        """
        self._said.wait(self.command.ready_within)
        if self._ready is None:
            raise UnavailableError(f"{self.command.name} did not start. {self.log_tail()}")
        return self._ready

    @property
    def pid(self) -> int | None:
        """The process id while it runs."""
        running = self._process is not None and self._process.poll() is None
        return self._process.pid if running and self._process is not None else None

    def terminate(self) -> None:
        """Ask it to end."""
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()

    def wait_ended(self) -> None:
        """Wait until it has ended; kill it when it takes too long."""
        if self._process is None:
            return
        try:
            self._process.wait(self.command.stop_within)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._note.unlink(missing_ok=True)

    def log_tail(self) -> str:
        """Return the end of its log, to be shown when it failed."""
        text = self.log.read_text("utf-8", errors="replace") if self.log.exists() else ""
        return f"The end of {self.log}:\n{text[-_LOG_TAIL:]}"


def _end_leftover(note: Path, command: Command) -> None:
    """End a run that a killed supervisor left, if its process id is still that command's."""
    try:
        pid = int(note.read_text("ascii"))
    except (OSError, ValueError):
        return
    if not _is_running(pid, command):
        return
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGTERM)
        deadline = time.monotonic() + command.stop_within
        while _is_running(pid, command) and time.monotonic() < deadline:
            time.sleep(0.05)
        os.kill(pid, signal.SIGKILL)


def _is_running(pid: int, command: Command) -> bool:
    # Without -ww the line is cut at the terminal's width.
    query = ["ps", "-ww", "-o", "stat=", "-o", "args=", "-p", str(pid)]
    shown = subprocess.run(
        query,
        capture_output=True,
        text=True,
        check=False,
    ).stdout.strip()
    return bool(shown) and not shown.startswith("Z") and all(a in shown for a in command.argv[1:])
