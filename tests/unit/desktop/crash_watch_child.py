"""A start whose file is taken away before it is the first, and which then crashes.

Run by `test_crash_watch`; the argument is the folder that it works on.  Like a program without a
console it has no standard error.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from desktop.support.crashes import CrashWatch


def main(folder: Path) -> None:
    sys.stderr = None
    watch = CrashWatch(folder)
    watch.begin()
    for file in folder.iterdir():
        file.unlink()
    watch.tidy()
    watch.tidy()
    os.abort()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
