"""Memory that is given back is kept, in a process of its own: the setting stays for good."""

from __future__ import annotations

import platform
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
PAGES = 3 * (20 << 20) // 4096

ROUNDS = """
import resource, sys
from annotator.allocation import keep_freed_memory

def faults():
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt

def round():
    held = [bytearray(20 << 20) for _ in range(3)]
    for each in held:
        each[::4096] = bytes(len(range(0, len(each), 4096)))

if sys.argv[1] == "kept":
    assert keep_freed_memory()
round()
before = faults()
for _ in range(4):
    round()
print(faults() - before)
"""


def faults(how: str) -> int:
    """Return how many pages the kernel gave for the same memory once more, four times."""
    command = [sys.executable, "-c", ROUNDS, how]
    return int(subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout)


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only glibc is told")
def test_memory_that_was_freed_is_not_asked_for_again() -> None:
    assert faults("by itself") > 3 * PAGES
    assert faults("kept") < PAGES // 10
