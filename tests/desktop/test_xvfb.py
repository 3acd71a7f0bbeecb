"""The app on a real screen: it starts, paints, and ends in order."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtGui import QImage

from desktop.ui.theme.tokens import LIGHT
from tests.desktop.http_service import HttpService
from tests.desktop.screen import virtual_screen

ROOT = Path(__file__).parents[2]


@pytest.fixture
def display() -> Iterator[str]:
    with virtual_screen() as name:
        yield name


@pytest.mark.xvfb
def test_the_app_paints_and_ends_in_order(
    display: str, service: HttpService, tmp_path: Path
) -> None:
    script = Path(__file__).with_name("xvfb_window.py")
    environment = {
        **os.environ,
        "DISPLAY": display,
        "QT_QPA_PLATFORM": "xcb",
        "PYTHONPATH": str(ROOT),
        "HOME": str(tmp_path),
    }
    ended = subprocess.run(
        [sys.executable, str(script), service.url, str(tmp_path)],
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (ended.returncode, ended.stderr) == (0, "")
    picture = QImage(str(tmp_path / "screen.png"))
    colours = {
        picture.pixelColor(x, y).name()
        for x in range(0, picture.width(), 4)
        for y in range(0, picture.height(), 4)
    }
    assert {LIGHT.bg, LIGHT.panel, LIGHT.accent} <= colours
