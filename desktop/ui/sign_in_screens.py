"""The screens before anybody is signed in, as pictures and tests show them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtWidgets import QWidget

from desktop.auth.errors import SignInTimedOutError
from desktop.choices import Choices
from desktop.errors import KeyringLockedError, KeyringRefusedError
from desktop.platform.opening import COPY_LINK
from desktop.ui.actions.settings import ADDRESS
from desktop.ui.error_words import in_words
from desktop.ui.language import tr
from desktop.ui.shell_sample import SETTINGS
from desktop.ui.views.connection import ConnectionDialog
from desktop.ui.views.main_window import MainWindow


def sign_in(window: MainWindow) -> MainWindow:
    """The page before anybody is signed in."""
    window.show_sign_in()
    window.sign_in.show_server(SETTINGS.server, SETTINGS.server)
    return window


def waiting(window: MainWindow) -> MainWindow:
    """The page while the browser is open."""
    sign_in(window)
    window.sign_in.show_waiting()
    window.sign_in.allow_copy()
    return window


def no_browser(window: MainWindow) -> MainWindow:
    """The page where no browser could be opened."""
    waiting(window)
    window.sign_in.show_trouble(in_words(COPY_LINK))
    return window


def sign_in_failed(window: MainWindow) -> MainWindow:
    """The page after a sign-in that did not succeed."""
    sign_in(window)
    window.sign_in.show_idle(tr(SignInTimedOutError.remedy))
    return window


def other_server(window: MainWindow) -> MainWindow:
    """The page after another server was chosen."""
    sign_in_failed(window)
    window.sign_in.show_server("http://127.0.0.1:8400", SETTINGS.server)
    return window


def sign_in_locked(window: MainWindow) -> MainWindow:
    """A sign-in that is kept in a keyring that is locked."""
    sign_in(window)
    window.sign_in.show_locked(tr(KeyringLockedError.title), tr(KeyringLockedError.remedy))
    return window


def sign_in_not_kept(window: MainWindow) -> MainWindow:
    """A sign-in that the keyring does not take."""
    sign_in(window)
    window.sign_in.show_locked(tr(KeyringRefusedError.title), tr(KeyringRefusedError.remedy))
    return window


def sign_in_starting(window: MainWindow) -> MainWindow:
    """A kept sign-in is looked for."""
    sign_in(window)
    window.sign_in.show_starting()
    return window


def connection() -> QWidget:
    """How the service is reached, before anybody is signed in."""
    dialog = ConnectionDialog(None)
    choices = Choices(server=SETTINGS.server, certificates=SETTINGS.choices.certificates)
    dialog.show_settings(replace(SETTINGS, choices=choices))
    dialog.ask_restart()
    return dialog


def connection_refused() -> QWidget:
    """A server that is none."""
    dialog = ConnectionDialog(None)
    dialog.show_settings(replace(SETTINGS, choices=Choices()))
    dialog.fields.server.setText("gas example")
    dialog.refuse("server", tr(ADDRESS))
    return dialog


SIGN_IN_SCREENS: dict[str, Callable[[MainWindow], MainWindow]] = {
    "sign_in": sign_in,
    "waiting": waiting,
    "no_browser": no_browser,
    "sign_in_failed": sign_in_failed,
    "other_server": other_server,
    "sign_in_locked": sign_in_locked,
    "sign_in_not_kept": sign_in_not_kept,
    "sign_in_starting": sign_in_starting,
}
