"""bcftools as a peer, in a process of its own, as a command leaves state behind in that."""

from __future__ import annotations

import subprocess
import sys

_RUN = """
import sys, pysam.bcftools
getattr(pysam.bcftools, sys.argv[1])(*sys.argv[2:], catch_stdout=False)
"""


def bcftools(command: str, *arguments: str) -> None:
    """Run a command of pysam's bcftools; an error of it raises."""
    subprocess.run(
        [sys.executable, "-c", _RUN, command, *arguments], check=True, capture_output=True
    )
