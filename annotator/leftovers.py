"""Folders that were left behind by processes that were killed."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def owned(prefix: str) -> str:
    """The beginning of a folder's name that says which process it belongs to."""
    return f"{prefix}{os.getpid()}-"


def clear(parent: Path, prefix: str) -> None:
    """Remove the folders in *parent* that are named by ``owned`` and whose process is gone."""
    for folder in parent.glob(f"{prefix}*-*"):
        owner = folder.name.removeprefix(prefix).partition("-")[0]
        if owner.isdigit() and not _is_alive(int(owner)):
            shutil.rmtree(folder, ignore_errors=True)


def _is_alive(process: int) -> bool:
    """Whether there is a process of that number, whoever owns it."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
