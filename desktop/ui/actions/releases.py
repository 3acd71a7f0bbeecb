"""The update notice: looking once a day whether there is a newer version, and telling of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, QTimer

from desktop.errors import DesktopError
from desktop.platform.opening import Opener
from desktop.ports import Clock
from desktop.settings import Settings
from desktop.ui.actions.settings import SettingsActions
from desktop.ui.aio import Tasks
from desktop.ui.error_words import error_words
from desktop.ui.theme.tokens import Tone
from desktop.ui.views.main_window import MainWindow
from desktop.update.release import Release, Releases
from desktop.update.source import ReleaseSource, host_of

LOOK_MILLISECONDS = 3_600_000
"""How often it is looked whether a day is over: the app may stay open for weeks."""


class ReleaseActions(QObject):
    """Shows a newer version at the foot of the window, whoever is signed in or nobody.

    Args:
        chosen: keeps the settings, which say whom to ask.
    """

    def __init__(
        self,
        window: MainWindow,
        chosen: SettingsActions,
        releases: Releases,
        tasks: Tasks,
        *,
        opener: Opener,
        clock: Clock,
    ) -> None:
        super().__init__(window)
        self._bar, self._toasts = window.release_bar, window.toasts
        self._chosen, self._releases = chosen, releases
        self._opener, self._clock, self._tasks = opener, clock, tasks
        self._source = ReleaseSource()
        self._timer = QTimer(self, interval=LOOK_MILLISECONDS)
        self._timer.timeout.connect(self._start_looking)
        self._bar.download_clicked.connect(self.open_page)
        self._bar.later_clicked.connect(self.postpone)
        self._bar.skip_clicked.connect(self.skip)

    def begin(self) -> None:
        """Look now, and from now on."""
        self._source = self._chosen.settings.release_source
        self._chosen.changed.connect(self.follow)
        self._timer.start()
        self._start_looking()

    def follow(self, settings: Settings) -> None:
        """Look again if newer versions are told of elsewhere from now on."""
        if settings.release_source != self._source:
            self._source = settings.release_source
            self._bar.hide()
            self._start_looking()

    def open_page(self) -> None:
        """Open the page of the release that is shown; it is told of again in a day."""
        release = self._bar.release
        if release is None:
            return
        try:
            self._opener.knowing(host_of(release.page)).open(release.page)
        except DesktopError as error:
            self._toasts.say(*error_words(error), Tone.BAD)
        else:
            self.postpone()

    def postpone(self) -> None:
        """Do not tell of the release that is shown for a day."""
        self._answer(lambda release: self._releases.postpone(release, self._clock()))

    def skip(self) -> None:
        """Do not tell of the release that is shown again."""
        self._answer(self._releases.skip)

    def _answer(self, remember: Callable[[Release], Any]) -> None:
        if self._bar.release is not None:
            self._bar.hide()
            self._tasks.start(remember(self._bar.release), "remembering what was said of a version")

    def _start_looking(self) -> None:
        self._tasks.start(self._look(), "looking for a newer version")

    async def _look(self) -> None:
        source = self._source
        release = await self._releases.look(source, self._clock())
        if source != self._source:
            # What was asked of one source is not to be told for another.
            return
        if release is None:
            # It may have been withdrawn meanwhile.
            self._bar.hide()
        else:
            self._bar.show_release(release)
