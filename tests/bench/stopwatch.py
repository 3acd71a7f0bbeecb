"""Runs one command and prints what it cost; a process of its own for each command.

Run as ``python -I -S stopwatch.py SECONDS OUTPUT COMPLAINTS COMMAND...``: the command's standard
output and error go into the two files, and it is ended after so many seconds. What is printed is
JSON: ``exit``, ``cpu_seconds`` (user and system time of the command and of all its descendants),
``wall_seconds`` and ``peak_kilobytes`` (of the largest of those processes, not their sum).

It imports next to nothing because Linux counts the memory of whoever starts a program into that
program's peak: no peak can be less than this script's own, some 10 MB.
"""

from __future__ import annotations

import ctypes
import json
import os
import signal
import sys
import time
from collections.abc import Iterator

_PR_SET_CHILD_SUBREAPER = 36


def main() -> None:
    """Run the command that the arguments name."""
    limit, output, complaints, *command = sys.argv[1:]
    _adopt_orphans()
    signal.signal(signal.SIGALRM, _give_up)
    begun = time.monotonic()
    child = _start(command, output, complaints)
    signal.alarm(int(limit))
    try:
        _, status, usage = os.wait4(child, 0)
        wall = time.monotonic() - begun
        usages = [usage, *_orphans()]
    except BaseException:
        os.killpg(child, signal.SIGKILL)
        raise
    measured = {
        "exit": os.waitstatus_to_exitcode(status),
        "cpu_seconds": sum(each.ru_utime + each.ru_stime for each in usages),
        "wall_seconds": wall,
        "peak_kilobytes": max(each.ru_maxrss for each in usages),
    }
    sys.stdout.write(json.dumps(measured) + "\n")


def _adopt_orphans() -> None:
    """Become the parent of descendants whose own parent ends without waiting for them.

    A process counts into its parent's time only when the parent waits for it.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1)


def _start(command: list[str], output: str, complaints: str) -> int:
    """Start *command* in a process group of its own; return its id."""
    flags, mode = os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644
    files = [
        (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, mode),
        (os.POSIX_SPAWN_OPEN, 1, output, flags, mode),
        (os.POSIX_SPAWN_OPEN, 2, complaints, flags, mode),
    ]
    return os.posix_spawnp(command[0], command, os.environ, file_actions=files, setpgroup=0)


def _orphans() -> Iterator[os.struct_rusage]:  # type: ignore[name-defined]
    """What each adopted descendant used, once it has ended."""
    while True:
        try:
            yield os.wait4(-1, 0)[2]
        except ChildProcessError:
            return


def _give_up(*_: object) -> None:
    raise TimeoutError("The command took longer than it may.")


if __name__ == "__main__":
    main()
