"""On what the figures were measured: the machine, and the versions of all programs."""

from __future__ import annotations

import os
import platform
from importlib.metadata import version
from pathlib import Path

from backend import __version__
from tests.bench import bcftools, snpeff

_PACKAGES = ("vepyr", "pysam", "numpy", "pyarrow", "deflate")
_PROCESSORS = Path("/proc/cpuinfo")


def describe() -> dict[str, object]:
    """The machine in a few facts; ``load`` is how busy it is now, in processes over a minute."""
    return {
        "cores": len(os.sched_getaffinity(0)),
        "processor": _processor(),
        "system": platform.platform(),
        "load": round(os.getloadavg()[0], 2),
    }


def versions() -> dict[str, str]:
    """Each program's version as it tells it itself."""
    found = {"gas": __version__, "Python": platform.python_version()}
    found |= {name: version(name) for name in _PACKAGES}
    return found | {"bcftools": bcftools.version()} | snpeff.versions()


def _processor() -> str:
    if not _PROCESSORS.is_file():
        return platform.processor()
    lines = _PROCESSORS.read_text("utf-8").splitlines()
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.machine())
