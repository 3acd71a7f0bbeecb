"""A report of a bug, as it is shown before anything of it is kept."""

from __future__ import annotations

import platform
import traceback
from datetime import datetime
from pathlib import Path

from backend import __version__
from desktop.support.activity import redacted


def bug_report(error: BaseException, at: datetime, home: Path) -> str:
    """Return what happened and where, on several lines.

    The error's own message is in it, since the person reads it first and may leave it out.
    """
    lines = traceback.format_exception(error)
    told = [redacted(line, str(home)) for whole in lines for line in whole.splitlines()]
    head = f"gas-desktop {__version__}, Python {platform.python_version()}, {platform.platform()}"
    return "\n".join([f"{at:%Y-%m-%d %H:%M:%S}Z", head, "", *told]) + "\n"
