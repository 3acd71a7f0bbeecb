"""A newer version as it is in pictures: plainly synthetic."""

from __future__ import annotations

from dataclasses import replace

from desktop.choices import Choices
from desktop.ui.sample import NOW
from desktop.ui.shell_sample import SETTINGS
from desktop.ui.views.main_window import MainWindow
from desktop.ui.views.sidebar import Page
from desktop.update.release import Release

RELEASE = Release(
    version="1.2.0",
    released=NOW.date(),
    page="https://gas.example.org/download",
    summary="Results open twice as fast, and a folder of files can be annotated at once.",
)
_SET_UP = Choices(update_manifest="https://gas.example.org/manifest.json")


def show_release(window: MainWindow) -> None:
    """Tell of a newer version."""
    window.release_bar.show_release(RELEASE)


def show_update_settings(window: MainWindow) -> None:
    """Show the settings of updates, with an address whose key is missing."""
    window.settings.show_settings(replace(SETTINGS, choices=_SET_UP))
    window.open_page(Page.SETTINGS)
    window.show()
    bar = window.settings.verticalScrollBar()
    bar.setValue(bar.maximum())
