"""bcftools: the system's, or else the copy that pysam brings."""

from __future__ import annotations

import shutil
import subprocess
import sys
from importlib import metadata

_FROM_PYSAM = (
    "import sys\n"
    "from pysam import bcftools\n"
    "getattr(bcftools, sys.argv[1])(*sys.argv[2:], catch_stdout=False)"
)


def is_installed() -> bool:
    """Whether the system has it."""
    return shutil.which("bcftools") is not None


def version() -> str:
    """Its version as it tells it."""
    if not is_installed():
        return f"the copy in pysam {metadata.version('pysam')}"
    said = subprocess.check_output(command("--version"), text=True)
    return said.splitlines()[0]


def command(*arguments: str) -> tuple[str, ...]:
    """The command with *arguments*; of pysam's copy, its time has the start of Python in it."""
    program = ("bcftools",) if is_installed() else (sys.executable, "-c", _FROM_PYSAM)
    return (*program, *arguments)
