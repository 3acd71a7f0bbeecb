"""What is said while the service gives no answer that helps, until it does again."""

from __future__ import annotations

import logging

from desktop.errors import (
    DesktopError,
    ForbiddenError,
    OfflineError,
    ServerFaultError,
    TooManyError,
    gist,
)
from desktop.ui.error_words import in_words
from desktop.ui.language import later, tr
from desktop.ui.theme.tokens import Tone
from desktop.ui.views.banner import Notice
from desktop.ui.views.main_window import MainWindow
from desktop.ui.wording import duration_text

KEY = "offline"
"""Of the banner."""

# Said where an error has no words of its own: its remedy is for people who try again themselves.
_SHORT: dict[type[DesktopError], str] = {
    OfflineError: later("Offline: the service cannot be reached."),
    ForbiddenError: later(
        "The request for your annotations was refused, by the service or by a proxy on the way "
        "to it."
    ),
    ServerFaultError: later("The service has a problem."),
    TooManyError: later("The service is asked too often."),
}
_log = logging.getLogger(__name__)


class Outage:
    """Says in the window that the service is lost, and that it is back."""

    def __init__(self, window: MainWindow) -> None:
        self._window = window

    def show(self, error: DesktopError, seconds: float) -> None:
        """Say what is the matter, and that the next try is in so many seconds."""
        _log.warning("the service is lost: %s, next try in %.0f s", gist(error), seconds)
        what = _banner_words(error)
        again = tr("Next try in {time}.").format(time=duration_text(max(1.0, seconds)))
        notice = Notice(KEY, f"{what} {again}", _icon(error), Tone.WARN, tr("Try now"))
        self._window.banners.put(notice)
        self._window.annotations.offline.say(_icon(error), *_drawn_words(error))
        self._window.set_offline(offline=True, why=what)

    def end(self) -> None:
        """Say no more of it: the service answers."""
        self._window.banners.take(KEY)
        self._window.set_offline(False)


def _banner_words(error: DesktopError) -> str:
    short = _SHORT.get(type(error))
    if short is not None and error.words.template == error.remedy:
        return tr(short)
    what = in_words(error.words)
    named = isinstance(error, ForbiddenError | TooManyError)
    return f"{tr(error.title)}: {what}" if named else what


def _drawn_words(error: DesktopError) -> tuple[str, str]:
    """Return the title and the sentence that are seen in place of the list."""
    if isinstance(error, ServerFaultError) or type(error) is OfflineError:
        offline = error.words.template == OfflineError.remedy
        title = tr("The service cannot be reached") if offline else tr(error.title)
        soon = tr("Your annotations appear here as soon as it answers. The app keeps trying.")
        return title, soon
    refused = isinstance(error, ForbiddenError)
    title = tr("Your annotations cannot be read") if refused else tr(error.title)
    on = tr("The app keeps trying.")
    return title, f"{_banner_words(error)} {on}"


def _icon(error: DesktopError) -> str:
    return "offline" if isinstance(error, OfflineError) else "warning"
