"""One start of the app without its window; run by `test_instance`.

Arguments: the folder that it works on, the file that it is started with, what it does as the first
(`crash`, or wait for so many later starts), and how often it is given the file.  It prints what
became of it, and as the first what it was handed.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QTimer

from desktop.ui.instance import FirstInstance, Start

WATCHDOG_MILLISECONDS = 30_000


def wait(app: QCoreApplication, first: FirstInstance, starts: int) -> list[str]:
    """Return the files of so many later starts."""
    taken: list[str] = []

    def take(files: list[Path]) -> None:
        taken.extend(path.name for path in files)
        if len(taken) == starts:
            app.quit()

    first.called.connect(take)
    QTimer.singleShot(WATCHDOG_MILLISECONDS, app, app.quit)
    app.exec()
    return taken


def main(folder: str, file: str, deed: str, copies: str) -> None:
    app = QCoreApplication([])
    first = FirstInstance(Path(folder))
    start = first.begin([Path(file)] * int(copies))
    if start is Start.FIRST and deed == "crash":
        # Nothing is tidied up, as after a kill.
        os._exit(0)
    taken = wait(app, first, int(deed)) if start is Start.FIRST else []
    first.close()
    sys.stdout.write(" ".join([start, *sorted(taken)]) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
