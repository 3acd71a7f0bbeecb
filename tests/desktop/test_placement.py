"""The window fits its screen, and is where it was."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QEvent, QRect, QSize
from PySide6.QtTest import QSignalSpy
from PySide6.QtWidgets import QApplication, QLabel

from desktop.ui.models.columns import Column
from desktop.ui.placement import fitting
from desktop.ui.screens import SCREENS
from desktop.ui.theme.theme import Theme
from desktop.ui.tray import bring_to_front
from desktop.ui.views.main_window import MainWindow

ROOT = Path(__file__).parents[2]
LEAST = (956, 456)
FULL_HD, NOTEBOOK, AT_150, AT_200 = (1920, 1080), (1366, 768), (1280, 720), (960, 540)


def visit(folder: Path, screen: tuple[int, int], *deeds: str) -> dict[str, Any]:
    """Open the window on a screen of so many logical pixels, and close it."""
    width, height = screen
    told = {"name": "screen", "x": 0, "y": 0, "width": width, "height": height}
    (folder / "screen.json").write_text(json.dumps({"screens": [told]}), "utf-8")
    ended = subprocess.run(
        [sys.executable, "-m", "tests.desktop.placement_child", str(folder / "window.ini"), *deeds],
        cwd=ROOT,
        env={**os.environ, "QT_QPA_PLATFORM": f"offscreen:configfile={folder / 'screen.json'}"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (ended.returncode, ended.stderr) == (0, "")
    return dict(json.loads(ended.stdout))


def is_inside(seen: dict[str, Any]) -> bool:
    left, top, right, bottom = seen["frame"]
    least_left, least_top, most_right, most_bottom = seen["screen"]
    across = least_left <= left and right <= most_right
    return across and least_top <= top and bottom <= most_bottom


@pytest.mark.parametrize("screen", [NOTEBOOK, AT_150, AT_200])
def test_the_window_fits_the_screen_with_its_frame(tmp_path: Path, screen: tuple[int, int]) -> None:
    seen = visit(tmp_path, screen)
    assert seen["screen"] == [0, 0, screen[0] - 1, screen[1] - 1]
    assert is_inside(seen)


def test_only_what_does_not_fit_is_smaller(tmp_path: Path) -> None:
    assert fitting(QSize(1360, 860), QRect(0, 0, 1920, 1050)) == QSize(1360, 860)
    assert fitting(QSize(1360, 860), QRect(0, 30, 1366, 738)) == QSize(1350, 698)


def test_the_window_is_where_it_was(tmp_path: Path) -> None:
    first = visit(tmp_path, FULL_HD, "sort", "maximise")
    assert (first["maximised"], first["column"], first["falling"]) == (
        False,
        Column.SUBMITTED,
        True,
    )
    again = visit(tmp_path, FULL_HD)
    assert (again["maximised"], again["column"], again["falling"]) == (True, Column.FILE, False)
    # The next screen is a smaller one.
    assert is_inside(visit(tmp_path, AT_150))


def test_a_title_bar_above_the_screen_is_not_inside() -> None:
    screen = [0, 0, 1279, 719]
    assert is_inside({"frame": [0, 0, 1279, 719], "screen": screen})
    assert not is_inside({"frame": [10, -30, 900, 600], "screen": screen})


@pytest.mark.skipif(os.name == "nt", reason="Windows has no mode that says who reads a file")
def test_where_the_window_was_is_nobody_else_s(tmp_path: Path) -> None:
    visit(tmp_path, FULL_HD)
    assert (tmp_path / "window.ini").stat().st_mode & 0o077 == 0


def test_a_damaged_file_is_none(tmp_path: Path) -> None:
    damaged = "[General]\ngeometry=@ByteArray(\\0\\x1)\n[sort]\ncolumn=77\ndescending=perhaps\n"
    (tmp_path / "window.ini").write_text(damaged, "utf-8")
    seen = visit(tmp_path, NOTEBOOK)
    assert is_inside(seen)
    assert (seen["column"], seen["falling"]) == (Column.SUBMITTED, True)


@pytest.mark.parametrize("screen", ["dashboard", "transfers", "viewer", "viewer_query", "activity"])
def test_a_page_is_scrolled_where_it_cannot_be_so_small(theme: Theme, screen: str) -> None:
    window = SCREENS[screen](theme)
    assert isinstance(window, MainWindow)
    window.show()
    window.resize(*LEAST)
    for _ in range(3):
        QApplication.processEvents()
    assert (window.width(), window.height()) == LEAST
    page = window.pages.currentWidget()
    assert page.height() >= page.minimumSizeHint().height()
    assert window.sidebar.minimumSizeHint().height() <= window.sidebar.height()
    assert window.sidebar._limits.isHidden()
    window.close()
    window.deleteLater()


# Off the screen there is nothing to come before.
@pytest.mark.qt_log_ignore("raise")
def test_a_maximised_window_comes_back_from_the_tray_as_it_was(window: MainWindow) -> None:
    window.showMaximized()
    window.showMinimized()
    bring_to_front(window)
    assert window.isMaximized()
    assert not window.isMinimized()


def test_what_was_drawn_for_another_screen_is_drawn_anew(window: MainWindow) -> None:
    tinted = QSignalSpy(window.theme.changed)
    marks = [
        mark
        for mark in window.findChildren(QLabel)
        if mark.accessibleName() == window.windowTitle()
    ]
    before = [mark.pixmap().cacheKey() for mark in marks]
    for widget in (window, *marks):
        QApplication.sendEvent(widget, QEvent(QEvent.Type.DevicePixelRatioChange))
    assert tinted.count() == 1
    assert marks
    assert not set(before) & {mark.pixmap().cacheKey() for mark in marks}
