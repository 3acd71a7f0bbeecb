"""The pictures: every screen, in both schemes, sharp at 100 and at 200 %."""

from __future__ import annotations

import inspect
import struct
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage

from desktop.ui.screens import SCREENS
from desktop.ui.screenshots import README, main, take_for_readme
from desktop.ui.theme.theme import Theme

ROOT = Path(__file__).parents[2]
MOST_BYTES = 200_000


def test_pictures_at_200_percent_are_drawn_and_not_enlarged(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "desktop.ui.screenshots", str(tmp_path)]
    subprocess.run([*command, "--screens", "delete"], cwd=ROOT, check=True, capture_output=True)
    names = sorted(path.name for path in tmp_path.iterdir())
    assert names == [
        "delete_dark.png",
        "delete_dark@2x.png",
        "delete_light.png",
        "delete_light@2x.png",
    ]
    plain, sharp = (QImage(str(tmp_path / f"delete_light{end}.png")) for end in ("", "@2x"))
    assert sharp.size() == 2 * plain.size()
    fast = Qt.TransformationMode.FastTransformation
    enlarged = plain.scaled(sharp.size(), Qt.AspectRatioMode.IgnoreAspectRatio, fast)
    assert sharp.convertToFormat(enlarged.format()) != enlarged


def test_pictures_at_150_percent_are_drawn_and_not_enlarged(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "desktop.ui.screenshots", str(tmp_path), "--screens", "delete"]
    for scale in ("1", "1.5"):
        again = [*command, "--scale", scale]
        subprocess.run(again, cwd=ROOT, check=True, capture_output=True)
    plain, sharp = (QImage(str(tmp_path / f"delete_light{end}.png")) for end in ("", "@1.5x"))
    assert sharp.size() == 1.5 * plain.size()
    smooth = Qt.TransformationMode.SmoothTransformation
    enlarged = plain.scaled(sharp.size(), Qt.AspectRatioMode.IgnoreAspectRatio, smooth)
    assert sharp.convertToFormat(enlarged.format()) != enlarged


def test_a_screen_that_is_not_there_is_refused() -> None:
    environ: dict[str, str] = {}
    with pytest.raises(SystemExit):
        main(environ, ["nowhere", "--screens", "no_such_screen"])
    assert environ == {}


def test_only_the_door_of_the_process_has_the_environment() -> None:
    source = Path(inspect.getfile(main)).read_text("utf-8")
    body, _, door = source.partition('if __name__ == "__main__":')
    assert "os.environ" not in body
    assert "os.environ" in door


def test_what_the_readme_shows_is_small(theme: Theme, tmp_path: Path) -> None:
    taken = take_for_readme(tmp_path, theme)
    assert [path.stem for path in taken] == list(README)
    assert all(path.stat().st_size < MOST_BYTES for path in taken)
    assert {screen for screen, _ in README.values()} <= SCREENS.keys()


def test_the_pictures_of_the_readme_are_there() -> None:
    for name in README:
        picture = ROOT / "resources" / "screenshots" / f"{name}.png"
        data = picture.read_bytes()
        assert len(data) < MOST_BYTES
        assert struct.unpack(">II", data[16:24]) == (2720, 1720)
