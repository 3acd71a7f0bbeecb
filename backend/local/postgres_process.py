"""Whether a server runs on a data folder, told from its lock files and from the system."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Postmaster:
    """The process that serves the data folder *data* on the socket file *socket*."""

    data: Path
    socket: Path

    def pid(self) -> int | None:
        """Return the running server's process id, or None; a zombie does not run.

        A pid file that outlived its server, whose number has gone to another program, is seen
        through: the process must have been started on this folder.
        """
        try:
            pid = int((self.data / "postmaster.pid").read_text().split()[0])
        except (FileNotFoundError, IndexError, ValueError):
            return None
        return pid if str(self.data) in _command_line(pid) else None

    def clear(self) -> None:
        """Remove the lock files of a server that does not run.

        Where process 1 does not reap orphans, as in many containers, a killed server stays as a
        zombie and would keep the next one from starting. Two servers can still not meet: each
        one checks the shared memory of the folder as well.
        """
        if self.pid() is None:
            (self.data / "postmaster.pid").unlink(missing_ok=True)
            self.socket.with_name(f"{self.socket.name}.lock").unlink(missing_ok=True)
            self.socket.unlink(missing_ok=True)


def _command_line(pid: int) -> str:
    """Return the command line of a process; it is empty for a zombie and for none."""
    if Path("/proc/self/cmdline").exists():
        try:
            return Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace")
        except (FileNotFoundError, ProcessLookupError):
            return ""
    listed = subprocess.run(
        ["/bin/ps", "-ww", "-o", "command=", "-p", str(pid)],
        check=False,
        capture_output=True,
        text=True,
    )
    return listed.stdout
