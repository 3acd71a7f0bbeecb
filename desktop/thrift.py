"""How the process is kept small."""

from __future__ import annotations

import linecache
import sys
from typing import Any

_MMAP_THRESHOLD = -3
_LARGE = 128 * 1024


def use_little_memory() -> None:
    """Keep no sources of modules, and give large blocks of memory back as soon as they are free.

    PySide looks through the source of each module that is imported, and all of it stays in
    `linecache`: 18 MB. So this comes before PySide is imported; a traceback reads it anew.

    Of glibc's memory (mallopt(3)), what was large once and is free now stays between what is small
    and in use, as the threshold above which it does not grows with each large block: 5 MB.
    """
    linecache.cache = _Nothing()
    if sys.platform == "linux":
        _keep_threshold()


def _keep_threshold() -> None:
    import ctypes

    try:
        ctypes.CDLL(None).mallopt(_MMAP_THRESHOLD, _LARGE)
    except AttributeError:
        # Other C libraries do not have it, nor what it is against.
        return


class _Nothing(dict[str, Any]):
    """Takes everything, and keeps no source of a file.

    Of what is no file, as in the frozen app, `linecache` looks up what it has just put in: how the
    source can be had, and then the source.
    """

    def __setitem__(self, key: str, value: tuple[Any, ...]) -> None:
        """Forget it, if it has a time of change, which only files have."""
        if len(value) == 1 or value[1] is None:
            super().__setitem__(key, value)
