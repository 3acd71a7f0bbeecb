"""The wheel scrolls the page, and changes no setting on its way."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QDoubleSpinBox, QSpinBox, QWidget
from pytestqt.qtbot import QtBot

from desktop.choices import LEAST_BANDWIDTH, Choices
from desktop.settings import Settings
from desktop.ui.views.main_window import MainWindow
from desktop.ui.views.settings import SettingsPage
from desktop.ui.views.sidebar import Page

NOTCH = QPoint(0, -120)


def scroll_over(widget: QWidget) -> None:
    """Turn the wheel by one notch towards oneself, over *widget*."""
    window = widget.window()
    QTest.wheelEvent(window.windowHandle(), widget.mapTo(window, widget.rect().center()), NOTCH)


def values(window: MainWindow) -> list[object]:
    page = window.settings
    spins, combos = (page.parts, page.bandwidth), (page.scheme, page.language)
    return [*(spin.value() for spin in spins), *(combo.currentIndex() for combo in combos)]


def test_the_wheel_over_a_setting_scrolls_the_page(filled: MainWindow) -> None:
    page = filled.settings
    filled.resize(filled.minimumSize())
    filled.open_page(Page.SETTINGS)
    page.notifications.setFocus()
    QApplication.processEvents()
    found = [page.findChildren(kind) for kind in (QSpinBox, QDoubleSpinBox, QComboBox)]
    controls = [control for each in found for control in each]
    assert len(controls) == 4
    before, moved, bar = values(filled), [], page.verticalScrollBar()
    for control in controls:
        bar.setValue(0)
        page.ensureWidgetVisible(control)
        place = bar.value()
        scroll_over(control)
        moved.append(bar.value() > place)
        assert not control.hasFocus()
    assert values(filled) == before
    assert moved == [True] * 4


def test_the_wheel_over_the_control_one_is_in_changes_it(filled: MainWindow, qtbot: QtBot) -> None:
    filled.activateWindow()
    filled.open_page(Page.SETTINGS)
    parts = filled.settings.parts
    parts.setValue(4)
    parts.setFocus()
    qtbot.waitUntil(parts.hasFocus)
    scroll_over(parts)
    assert parts.value() == 3


def test_a_narrow_bandwidth_is_not_called_none(window: MainWindow) -> None:
    said = []
    for bandwidth in (None, LEAST_BANDWIDTH, 20_000_000, 2_500_000):
        choices = Choices(bandwidth=bandwidth)
        window.settings.show_settings(Settings("", Path(), Path(), choices=choices))
        said.append(window.settings.bandwidth.text())
    assert said == ["no limit", "0.02 MB/s", "20 MB/s", "2.5 MB/s"]


@pytest.mark.usefixtures("german")
def test_a_bandwidth_is_shown_and_typed_with_a_german_comma(qapp: QApplication) -> None:
    page = SettingsPage()
    shown = []
    for value in (20.0, 100.0, 2.5):
        page.bandwidth.setValue(value)
        shown.append(page.bandwidth.text())
    assert shown == ["20 MB/s", "100 MB/s", "2,5 MB/s"]
    page.bandwidth.lineEdit().setText("30,50 MB/s")
    page.bandwidth.interpretText()
    assert (page.bandwidth.value(), page.bandwidth.text()) == (30.5, "30,5 MB/s")
    page.deleteLater()
