"""Garbage is found in Qt's thread, whichever thread makes it."""

from __future__ import annotations

import gc
import threading
import weakref

import pytest
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.ui.garbage import collect, collected_here


class Loop:
    """Refers to itself, so that only a search for garbage finds it."""

    def __init__(self) -> None:
        self.itself = self


def left_behind(found_in: list[int]) -> None:
    """Leave garbage that notes in which thread it is found."""
    weakref.finalize(Loop(), lambda: found_in.append(threading.get_ident()))


def make_much() -> list[list[int]]:
    """Make so many objects in a thread that Python would look for garbage there."""
    made: list[list[int]] = []
    count = range(10 * gc.get_threshold()[0])
    thread = threading.Thread(target=lambda: made.extend([number] for number in count))
    thread.start()
    thread.join()
    return made


def test_thread_that_makes_much_finds_no_garbage_of_others(qapp: QApplication) -> None:
    found: list[int] = []
    with collected_here(qapp):
        left_behind(found)
        assert make_much()
        assert found == []
    assert found == [threading.get_ident()]
    assert gc.isenabled()


def test_garbage_is_found_in_time_by_the_thread_of_the_events(
    qapp: QApplication, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("desktop.ui.garbage.INTERVAL_MS", 1)
    found: list[int] = []
    with collected_here(qapp):
        left_behind(found)
        made = make_much()
        qtbot.wait_until(lambda: found == [threading.get_ident()])
        assert made


def test_little_garbage_waits_for_more(qapp: QApplication) -> None:
    found: list[int] = []
    with collected_here(qapp):
        gc.collect()
        left_behind(found)
        collect()
        assert found == []


def test_nothing_of_it_is_left(qapp: QApplication) -> None:
    parent = QObject(qapp)
    with collected_here(parent):
        pass
    assert [timer.isActive() for timer in parent.children()] == [False]  # type: ignore[attr-defined]
    parent.deleteLater()
