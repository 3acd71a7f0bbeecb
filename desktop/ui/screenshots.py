"""Pictures of every screen, light and dark, at 100 and at 200 %.

`python -m desktop.ui.screenshots FOLDER` takes them all, `--readme` those that the README shows.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable, Mapping, MutableMapping, Sequence
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QWidget

from desktop.choices import Language
from desktop.ui.language import speak
from desktop.ui.screens import SCREENS
from desktop.ui.theme.theme import Theme, dress
from desktop.ui.theme.tokens import DARK, LIGHT

DEFAULT_FAMILY = "DejaVu Sans"
README = {
    "annotations": ("dashboard", "light"),
    "viewer": ("viewer", "light"),
    "summary": ("viewer_summary", "dark"),
}
"""What the README shows: the picture's name, the screen, the scheme."""

_GERMAN = ("dashboard", "transfers", "viewer", "account", "settings")
"""Screens that show whether longer words have room."""

_SCHEMES = {tokens.name: tokens for tokens in (LIGHT, DARK)}
_README_SCALE, _COLOURS = "2", 128
"""Sharp on any screen, and yet below 200 KB."""

_Run = tuple[str, str, Sequence[str]]
_TIGHTEST, _QUICK = 0, 80
"""How Qt names the smallest file that PNG can be without a loss, and one that is soon written."""


def take(
    folder: Path, theme: Theme, names: Iterable[str] = tuple(SCREENS), *, ending: str = ""
) -> list[Path]:
    """Save pictures of screens in both schemes in *folder*, and return where they are."""
    folder.mkdir(parents=True, exist_ok=True)
    chosen, taken = list(names), []
    for name, tokens in _SCHEMES.items():
        theme.use(tokens)
        for screen in chosen:
            path = folder / f"{screen}_{name}{ending}.png"
            _picture(SCREENS[screen](theme)).save(str(path), quality=_QUICK)
            taken.append(path)
    return taken


def take_for_readme(folder: Path, theme: Theme) -> list[Path]:
    """Save what the README shows in *folder*, as small files, and return where they are."""
    folder.mkdir(parents=True, exist_ok=True)
    taken = []
    for name, (screen, scheme) in README.items():
        theme.use(_SCHEMES[scheme])
        path = folder / f"{name}.png"
        _packed(_picture(SCREENS[screen](theme))).save(str(path), quality=_TIGHTEST)
        taken.append(path)
    return taken


def _picture(window: QWidget) -> QImage:
    window.show()
    QApplication.processEvents()
    # Where the keyboard is depends on the system, and pictures should not.
    if (focused := window.focusWidget()) is not None:
        focused.clearFocus()
    picture = window.grab().toImage()
    window.close()
    window.deleteLater()
    return picture


def _packed(picture: QImage) -> QImage:
    """Return *picture* in its most frequent colours, a third of the size on the disk."""
    pixels = memoryview(picture.convertToFormat(QImage.Format.Format_RGB32).constBits()).cast("I")
    table = [colour for colour, _ in Counter(pixels).most_common(_COLOURS)]
    nearest = Qt.ImageConversionFlag.ThresholdDither
    return picture.convertToFormat(QImage.Format.Format_Indexed8, table, nearest)


def main(environ: MutableMapping[str, str], arguments: Sequence[str] | None = None) -> int:
    """Take the pictures, off the screen; return 0 if all were.

    Args:
        environ: the process's own, for Qt takes its platform and scale from nowhere else.
        arguments: without, the process's.
    """
    parser = argparse.ArgumentParser(prog="desktop.ui.screenshots", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--family", default=DEFAULT_FAMILY, help="the font, so that pictures agree")
    parser.add_argument("--readme", action="store_true", help="only what the README shows")
    parser.add_argument("--scale", help="device pixels a pixel; only this scale")
    parser.add_argument("--language", help="only in this language, as de", default="en")
    parser.add_argument("--screens", nargs="+", default=list(SCREENS), choices=list(SCREENS))
    told = parser.parse_args(arguments)
    environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    if told.scale is None and not told.readme:
        runs = _runs(told.screens)
        return max(_run_again(environ, told.folder, told.family, each) for each in runs)
    environ["QT_SCALE_FACTOR"] = told.scale or _README_SCALE
    app = QApplication(sys.argv[:1])
    speak(app, Language(told.language))
    theme = dress(app, told.family)
    if told.readme:
        taken = take_for_readme(told.folder, theme)
    else:
        ending = "" if told.language == "en" else f"_{told.language}"
        ending += "" if told.scale == "1" else f"@{told.scale}x"
        taken = take(told.folder, theme, told.screens, ending=ending)
    sys.stdout.writelines(f"{path}\n" for path in taken)
    return 0


def _runs(screens: Sequence[str]) -> list[_Run]:
    """Return scale, language and screens of each process: Qt takes a scale only at its start."""
    german = [name for name in _GERMAN if name in screens]
    runs: list[_Run] = [(scale, "en", screens) for scale in ("1", "2")]
    return [*runs, ("1", "de", german)] if german else runs


def _run_again(environ: Mapping[str, str], folder: Path, family: str, how: _Run) -> int:
    scale, language, screens = how
    command = [sys.executable, "-m", "desktop.ui.screenshots", str(folder), "--family", family]
    chosen = ["--scale", scale, "--language", language, "--screens", *screens]
    return subprocess.run([*command, *chosen], env=environ, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(os.environ))
