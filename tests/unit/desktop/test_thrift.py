"""The process keeps no sources, and still shows them where something went wrong."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

_CHILD = """
import json, linecache
from desktop.thrift import use_little_memory

use_little_memory()
assert linecache.getline(json.__file__, 1)
assert not linecache.cache
raise ValueError("told")
"""


def test_sources_are_not_kept_but_shown(tmp_path: Path) -> None:
    script = tmp_path / "child.py"
    script.write_text(_CHILD, "utf-8")
    ended = subprocess.run([sys.executable, script], capture_output=True, text=True, check=False)
    assert ended.returncode == 1
    assert 'raise ValueError("told")' in ended.stderr


_FROZEN = """
import linecache
from desktop.thrift import use_little_memory

class Loader:
    def __init__(self, source):
        self.source = source

    def get_source(self, name):
        return self.source

use_little_memory()
for name, source in (("bare", None), ("told", "one\\ntwo")):
    scope = {"__name__": name, "__loader__": Loader(source)}
    print(linecache.getlines(f"/frozen/{name}.py", scope))
"""


def test_modules_that_are_no_files_are_looked_up_as_ever() -> None:
    ended = subprocess.run(
        [sys.executable, "-c", _FROZEN], capture_output=True, text=True, check=True
    )
    assert ended.stdout == "[]\n['one\\n', 'two\\n']\n"
