"""A worker's folders of work under way, in its work folder."""

from __future__ import annotations

import tempfile
from pathlib import Path

from annotator import leftovers

_PREFIX = "job-"


def scratch(work_folder: Path) -> tempfile.TemporaryDirectory[str]:
    """A folder in *work_folder* that goes with the `with` block, or after a crash by the next."""
    return tempfile.TemporaryDirectory(prefix=leftovers.owned(_PREFIX), dir=work_folder)


def clear_leftovers(work_folder: Path) -> None:
    """Make *work_folder*, or remove what workers killed on this machine left in it."""
    work_folder.mkdir(parents=True, exist_ok=True)
    leftovers.clear(work_folder, _PREFIX)
