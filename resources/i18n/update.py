"""Collect the texts of the window, and compile what is translated.

`python resources/i18n/update.py` brings `gas_de.ts` up to date with the code; translate what is
unfinished in it by `pyside6-linguist` or any editor, then run it again.  A line a language says
how much is done; texts that are not translated are shown in English.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
LANGUAGES = ("de",)
# The names in desktop/sentences.py, and what they are to lupdate.
_MARKS = ("QT_TR_NOOP+=later", "QT_TR_NOOP+=said")


def main() -> int:
    """Update and compile every language; return 0 if all worked."""
    programs = Path(sys.executable).parent
    for language in LANGUAGES:
        texts = HERE / f"gas_{language}.ts"
        subprocess.run(lupdate(programs / "pyside6-lupdate", texts), cwd=ROOT, check=True)
        compiled = ["-qm", str(texts.with_suffix(".qm"))]
        subprocess.run([str(programs / "pyside6-lrelease"), str(texts), *compiled], check=True)
    return 0


def lupdate(program: Path, texts: Path) -> list[str]:
    """Return the command that brings the file *texts* up to date; run it in the project's root."""
    sources = [str(path.relative_to(ROOT)) for path in sorted((ROOT / "desktop").rglob("*.py"))]
    marks = [part for mark in _MARKS for part in ("-tr-function-alias", mark)]
    options = ["-locations", "none", "-no-obsolete"]
    return [str(program), *sources, "-ts", str(texts), *options, *marks]


if __name__ == "__main__":
    sys.exit(main())
