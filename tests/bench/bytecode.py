"""The project's modules as an installer leaves them: compiled, so that no run compiles them."""

from __future__ import annotations

import compileall
from pathlib import Path

_ROOT = Path(__file__).parents[2]
FOLDERS = ("annotator", "backend", "desktop")


def compile_modules() -> None:
    """Compile what has changed since; where nothing can be written, each run does it for itself."""
    for name in FOLDERS:
        compileall.compile_dir(_ROOT / name, quiet=2)
