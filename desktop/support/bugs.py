"""Reports of bugs and crashes, as they are shown before anything of them is kept."""

from __future__ import annotations

import platform
import traceback
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from backend import __version__
from desktop.support.activity import redacted


def bug_report(error: BaseException, at: datetime, home: Path) -> str:
    """Return what happened and where, on several lines.

    The error's own message is in it, since the person reads it first and may leave it out.
    """
    whole = "".join(traceback.format_exception(error))
    return report_text(whole.splitlines(), at, home)


def report_text(lines: Iterable[str], at: datetime, home: Path, version: str = __version__) -> str:
    """Return *lines* without what is secret, under the time, the app's *version* and the system."""
    told = (redacted(line, str(home)) for line in lines)
    head = f"gas-desktop {version}, Python {platform.python_version()}, {platform.platform()}"
    return "\n".join([f"{at:%Y-%m-%d %H:%M:%S}Z", head, "", *told]) + "\n"
