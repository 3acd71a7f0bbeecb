"""What the benchmarks run is compiled, as where it is installed."""

from __future__ import annotations

import importlib.util
from pathlib import Path

from tests.bench.bytecode import FOLDERS, compile_modules

ROOT = Path(__file__).parents[2]


def test_every_module_is_compiled() -> None:
    compile_modules()
    sources = [path for name in FOLDERS for path in (ROOT / name).rglob("*.py")]
    missing = [
        path for path in sources if not Path(importlib.util.cache_from_source(path)).is_file()
    ]
    assert len(sources) > 100
    assert missing == []
