"""The process that bcftools csq runs in: one call for each line of JSON on standard input.

Run as ``python -m annotator.csq.process``. A line is the list of the call's arguments; the answer
is a line with ``error``, which is null when the call succeeded. Each call runs in a fork of its
own: csq keeps state from one call to the next, and what it takes for impossible crashes it. The
process ends when its standard input does, and ends the call that is going on.
"""

from __future__ import annotations

import json
import os
import select
import signal
import sys

_STDIN = 0


def main() -> None:
    """Answer requests until there are no more."""
    # What csq prints goes to standard error, so that answers stay readable.
    answers = os.dup(1)
    os.dup2(2, 1)
    import pysam.bcftools  # noqa: F401 - loaded once, for all forks

    for line in iter(sys.stdin.buffer.readline, b""):
        error = _call(json.loads(line), answers)
        os.write(answers, json.dumps({"error": error}).encode() + b"\n")


def _call(arguments: list[str], answers: int) -> str | None:
    """Why the call with *arguments* failed, or None."""
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        os.close(answers)
        os.close(reading)
        _run(arguments, writing)
    os.close(writing)
    said = _listen(reading, child)
    os.close(reading)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    if code < 0:
        return f"it was ended by signal {signal.Signals(-code).name}"
    return said.decode("utf-8", "replace") or (f"it ended with code {code}" if code else None)


def _run(arguments: list[str], writing: int) -> None:
    """Call csq and end this process; what goes wrong is said to *writing*."""
    from pysam import bcftools

    code = 1
    try:
        bcftools.csq(*arguments, catch_stdout=False)
        code = 0
    except BaseException as problem:  # noqa: BLE001 - whatever it is, the parent is told
        os.write(writing, f"{type(problem).__name__}: {problem}".encode())
    finally:
        os._exit(code)


def _listen(reading: int, child: int) -> bytes:
    """All that *child* says; without a parent that waits for it, both processes end."""
    said = b""
    while True:
        ready, _, _ = select.select([reading, _STDIN], [], [])
        # The parent sends one request at a time, so this is the end of its pipe.
        if _STDIN in ready:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            os._exit(0)
        data = os.read(reading, 4096)
        if not data:
            return said
        said += data


if __name__ == "__main__":
    main()
