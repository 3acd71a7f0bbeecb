"""How the C library treats memory that is given back: it is kept for the next batch.

Batch by batch the same arrays come and go, of some megabytes each. By itself glibc returns each of
them to the kernel, which clears as much again for the next: a tenth of the work. What a process
keeps is bounded by ``_KEPT``, and by what it had at its peak.
"""

from __future__ import annotations

import ctypes
import platform

# Numbers of glibc's malloc.h.
_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD = -1, -3

_LARGEST = 32 << 20
"""The largest piece, in bytes, that is kept; glibc allows no more."""

_KEPT = 256 << 20
"""The most bytes at the end of the heap that are kept."""


def keep_freed_memory() -> bool:
    """Have this process keep what it frees; return whether the C library was told.

    Only glibc is; elsewhere nothing changes.
    """
    if platform.libc_ver()[0] != "glibc":
        return False
    mallopt = ctypes.CDLL(None).mallopt
    return bool(mallopt(_M_MMAP_THRESHOLD, _LARGEST) and mallopt(_M_TRIM_THRESHOLD, _KEPT))
