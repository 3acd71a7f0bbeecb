"""Toasts can be read, however many there are at a time."""

from __future__ import annotations

from itertools import pairwise

from PySide6.QtCore import QPoint, QRect
from PySide6.QtWidgets import QFrame, QLabel
from pytestqt.qtbot import QtBot

from desktop.ui.theme.tokens import Tone
from desktop.ui.views.main_window import MainWindow
from desktop.ui.views.toast import Toasts

LONG = "It is kept in a folder whose name takes more than one line, and is shown to its end. " * 2


def shown(toasts: Toasts) -> list[QFrame]:
    """Return those that are on the screen, the oldest first."""
    column = toasts.layout()
    items = (column.itemAt(place) for place in range(column.count()))
    return [widget for item in items if isinstance(widget := item.widget(), QFrame)]


def test_no_word_of_several_toasts_is_cut(window: MainWindow, qtbot: QtBot) -> None:
    window.toasts.say("sample.vcf is annotated")
    window.toasts.say("Saved sample.annotated.vcf.gz", LONG)
    window.toasts.say("Not available", "Try again.", Tone.WARN)
    toasts = shown(window.toasts)
    assert len(toasts) == 3
    qtbot.waitUntil(lambda: all(toast.isVisible() for toast in toasts))
    for toast in toasts:
        labels = [label for label in toast.findChildren(QLabel) if label.text()]
        assert labels
        for label in labels:
            assert label.height() >= label.heightForWidth(label.width()) > 0
    places = [QRect(toast.mapTo(window, QPoint()), toast.size()) for toast in toasts]
    assert all(window.rect().contains(place) for place in places)
    assert not any(before.intersects(after) for before, after in pairwise(places))


def test_a_toast_that_leaves_takes_its_room_with_it(window: MainWindow, qtbot: QtBot) -> None:
    toasts = Toasts(window.theme, window, milliseconds=200)
    toasts.say("first", LONG)
    alone = toasts.height()
    toasts.say("second")
    assert toasts.height() > alone
    qtbot.waitUntil(lambda: not shown(toasts))
    assert not toasts.isVisible()
    toasts.say("third")
    assert 0 < toasts.height() < alone
