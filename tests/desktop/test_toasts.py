"""Toasts can be read, however many there are at a time."""

from __future__ import annotations

from itertools import pairwise

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, QRect
from PySide6.QtGui import QEnterEvent
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from desktop.ui.theme.tokens import Tone
from desktop.ui.views.main_window import MainWindow
from desktop.ui.views.toast import SHOWN_MILLISECONDS, Toast, Toasts

SLOW_LETTERS_A_SECOND = 17
LONG = "It is kept in a folder whose name takes more than one line, and is shown to its end. " * 2


def shown(toasts: Toasts) -> list[Toast]:
    """Return those that are on the screen, the oldest first."""
    column = toasts.layout()
    items = (column.itemAt(place) for place in range(column.count()))
    return [widget for item in items if isinstance(widget := item.widget(), Toast)]


def test_no_word_of_several_toasts_is_cut(window: MainWindow, qtbot: QtBot) -> None:
    # They stay until all are measured, however slow the machine is.
    lasting = Toasts(window.theme, window.whole, milliseconds=60_000)
    lasting.say("sample.vcf is annotated")
    lasting.say("Saved sample.annotated.vcf.gz", LONG)
    lasting.say("Not available", "Try again.", Tone.WARN)
    toasts = shown(lasting)
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


def cards(toasts: Toasts) -> list[str]:
    return [toast.accessibleName() for toast in shown(toasts)]


def test_of_many_toasts_four_are_shown_and_how_many_more(window: MainWindow) -> None:
    for number in range(300):
        window.toasts.say(f"{number}.vcf is annotated")
    assert [name.split(".")[0] for name in cards(window.toasts)] == [
        "0",
        "1",
        "2",
        "3",
        "and 296 more",
    ]
    assert window.toasts.height() < window.height() // 2


def test_trouble_is_not_lost_among_what_went_well(window: MainWindow) -> None:
    for number in range(9):
        window.toasts.say(f"{number}.vcf is annotated")
    window.toasts.say("Not available", "Try again.", Tone.BAD)
    assert "Not available. Try again." in cards(window.toasts)
    assert cards(window.toasts)[-1] == "and 6 more"


def test_of_much_trouble_the_latest_can_be_read(window: MainWindow) -> None:
    for number in range(6):
        window.toasts.say(f"Fault {number}", "Try again.", Tone.BAD)
    read = [f"Fault {number}. Try again." for number in (2, 3, 4, 5)]
    assert cards(window.toasts) == [*read, "and 2 more"]


def test_toasts_leave_the_upper_half_of_a_small_window_alone(window: MainWindow) -> None:
    window.resize(window.minimumSize())
    for _ in range(40):
        window.toasts.say("Saved sample.annotated.vcf.gz", LONG)
    add = window.annotations.add
    window.show_pages()
    place = add.mapTo(window, add.rect().center())
    assert window.childAt(place) is add


def test_what_was_gathered_leaves_too(window: MainWindow, qtbot: QtBot) -> None:
    toasts = Toasts(window.theme, window, milliseconds=100)
    for _ in range(9):
        toasts.say("first")
    qtbot.waitUntil(lambda: not shown(toasts))
    toasts.say("second")
    assert cards(toasts) == ["second"]


def test_each_toast_that_is_shown_is_heard(window: MainWindow) -> None:
    heard: list[str] = []
    toasts = Toasts(window.theme, window, announce=lambda each: heard.append(each.accessibleName()))
    toasts.say("sample.vcf is annotated")
    toasts.say("Nothing is changed", "A key has 44 characters.", Tone.BAD)
    assert heard == ["sample.vcf is annotated", "Nothing is changed. A key has 44 characters."]


@pytest.mark.parametrize("tone", [Tone.WARN, Tone.BAD])
def test_trouble_is_shown_for_as_long_as_it_takes_to_read(window: MainWindow, tone: Tone) -> None:
    window.toasts.say("Saved", LONG)
    window.toasts.say("Not available", "Try again.", tone)
    window.toasts.say("Not available", LONG, tone)
    calm, short, long = (toast.leaving.interval() for toast in shown(window.toasts))
    assert calm == SHOWN_MILLISECONDS
    assert calm < short < long
    assert len(LONG) / (long / 1000) < SLOW_LETTERS_A_SECOND


def enter(toasts: Toasts) -> None:
    """Have the mouse come to *toasts*."""
    place = QPointF(toasts.rect().center())
    QApplication.sendEvent(toasts, QEnterEvent(place, place, place))


def test_toasts_stay_while_the_mouse_is_over_them(window: MainWindow) -> None:
    toasts = window.toasts
    for _ in range(5):
        toasts.say("sample.vcf is annotated")
    assert all(toast.leaving.isActive() for toast in shown(toasts))
    enter(toasts)
    toasts.say("Not available", "Try again.", Tone.BAD)
    assert cards(toasts)[-2:] == ["Not available. Try again.", "and 2 more"]
    assert not any(toast.leaving.isActive() for toast in shown(toasts))
    QApplication.sendEvent(toasts, QEvent(QEvent.Type.Leave))
    assert all(toast.leaving.isActive() for toast in shown(toasts))
