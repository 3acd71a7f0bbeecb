"""A display counts where it answers, and is asked only where Qt would use it."""

from __future__ import annotations

import socket
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop.platform.display import has_display
from tests.desktop.screen import virtual_screen

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux has these displays")

NOBODY = ":59999"


@pytest.fixture
def compositor(tmp_path: Path) -> Iterator[Path]:
    """Where somebody listens, as a compositor does."""
    place = tmp_path / "wayland-7"
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(place))
        listener.listen()
        yield place


@pytest.mark.xvfb
def test_an_x_server_that_answers_is_a_display() -> None:
    with virtual_screen() as name:
        assert has_display({"DISPLAY": name}, "linux")
        assert has_display({"DISPLAY": name, "QT_QPA_PLATFORM": "wayland;xcb"}, "linux")
        assert not has_display({"DISPLAY": name, "QT_QPA_PLATFORM": "wayland"}, "linux")
    assert not has_display({"DISPLAY": name}, "linux")


@pytest.mark.parametrize("name", [NOBODY, "nonsense", ""])
def test_an_x_server_that_does_not_answer_is_none(name: str) -> None:
    assert not has_display({"DISPLAY": name}, "linux")
    assert not has_display({"DISPLAY": name, "QT_QPA_PLATFORM": "xcb"}, "linux")


def test_a_compositor_that_listens_is_a_display(compositor: Path) -> None:
    named = {"WAYLAND_DISPLAY": compositor.name, "XDG_RUNTIME_DIR": str(compositor.parent)}
    assert has_display(named, "linux")
    assert has_display({**named, "DISPLAY": NOBODY}, "linux")
    assert has_display({**named, "QT_QPA_PLATFORM": "wayland-egl"}, "linux")
    assert not has_display({**named, "QT_QPA_PLATFORM": "xcb"}, "linux")
    assert has_display({"WAYLAND_DISPLAY": str(compositor)}, "linux")


def test_a_compositor_that_is_gone_is_none(tmp_path: Path, compositor: Path) -> None:
    for name in ("wayland-8", "w" * 200):
        assert not has_display({"WAYLAND_DISPLAY": name, "XDG_RUNTIME_DIR": f"{tmp_path}"}, "linux")
    # What a crash left behind is no compositor.
    left = tmp_path / "left"
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(left))
    assert not has_display({"WAYLAND_DISPLAY": str(left)}, "linux")
    assert not has_display({"WAYLAND_DISPLAY": compositor.name}, "linux")


@pytest.mark.parametrize("name", ["offscreen", "minimal", "vnc:size=800x600", "xcb;offscreen"])
def test_what_needs_no_display_is_not_asked_for_one(name: str) -> None:
    assert has_display({"QT_QPA_PLATFORM": name, "DISPLAY": NOBODY}, "linux")


def test_only_linux_can_be_without() -> None:
    assert has_display({}, "darwin")
    assert has_display({}, "win32")
    assert not has_display({}, "linux")
