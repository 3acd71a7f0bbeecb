"""Settings: kept as they are chosen, and followed at once where that can be."""

from __future__ import annotations

import asyncio
from pathlib import Path

from pydantic import ValidationError
from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from desktop.choices import Choices, check_certificates, write_choices
from desktop.errors import ForbiddenError
from desktop.ports import Transfers
from desktop.sentences import reason_of, said
from desktop.settings import Settings
from desktop.transfer.bandwidth import TransferLimits
from desktop.ui.aio import Tasks
from desktop.ui.error_words import in_words
from desktop.ui.language import later, tr
from desktop.ui.theme.tokens import Tone
from desktop.ui.views.dialogs import chosen_file, chosen_folder
from desktop.ui.views.main_window import MainWindow

_NEXT_START = frozenset({"language", "server", "proxy", "certificates"})
ADDRESS = later(
    "An address is like https://gas.example.org or http://127.0.0.1:8400, without spaces."
)
_SENTENCES = {
    "update_manifest": later(
        "An address is like https://gas.example.org/manifest.json, without spaces; it must begin "
        "with https://."
    ),
    "update_key": later("A key has 44 characters, the last of which is =. Copy all of it."),
}


class SettingsActions(QObject):
    """Keeps what is chosen on the page of the settings.

    Attributes:
        settings: as they are now.

    Signals:
        changed: they are others; arg: the Settings.
    """

    changed = Signal(object)

    def __init__(
        self, window: MainWindow, settings: Settings, *, transfers: Transfers, tasks: Tasks
    ) -> None:
        super().__init__(window)
        self._window, self._transfers, self._tasks = window, transfers, tasks
        self._writing = asyncio.Lock()
        self.settings = self._written = settings
        page = window.settings
        page.chosen.connect(self.choose)
        page.folder_wanted.connect(lambda name: self._tasks.start(self._folder(name), "choosing"))
        page.file_wanted.connect(lambda name: self._tasks.start(self._file(name), "choosing"))
        self._follow()

    def choose(self, name: str, value: object) -> None:
        """Choose *value* for *name*; say why where it is not taken."""
        sentence = self.take(name, value)
        self._window.settings.refuse(name, sentence)
        if sentence:
            self._refuse(name, sentence)

    def take(self, name: str, value: object) -> str:
        """Choose *value* for *name*, keep it and follow it; return why it is not taken, else ""."""
        before = self.settings.choices
        if getattr(before, name) == value:
            return ""
        try:
            choices = Choices.model_validate({**before.model_dump(), name: value})
        except ValidationError:
            return tr(_SENTENCES.get(name, ADDRESS))
        self.settings = self.settings.choosing(choices)
        self._follow()
        # It may be taken from another place than the page.
        self._window.settings.refuse(name, "")
        if name in _NEXT_START:
            self._window.settings.ask_restart()
        self._tasks.start(self.save(), "keeping the settings")
        self.changed.emit(self.settings)
        return ""

    async def take_file(self, name: str, parent: QWidget) -> str:
        """Let somebody choose a file for *name*, over *parent*; return why it is not taken.

        It is "" where the file is taken, and where none is chosen.
        """
        title = tr("Further authorities")
        chosen = await chosen_file(parent, title, tr("Certificates (*.pem *.crt *.cer)"))
        if not chosen:
            return ""
        fault = await asyncio.to_thread(check_certificates, Path(chosen))
        if fault is not None:
            words = said(
                "{file} holds no certificates that can be used: {reason}.",
                file=Path(chosen).name,
                reason=fault,
            )
            return in_words(words)
        return self.take(name, Path(chosen))

    async def save(self) -> None:
        """Write the latest choices, unless they are; one at a time, lest an older one come last.

        Raises:
            ForbiddenError: the disk does not take them.
        """
        async with self._writing:
            latest = self.settings
            if latest.file is None or latest is self._written:
                return
            try:
                await asyncio.to_thread(write_choices, latest.file, latest.choices)
            except OSError as error:
                words = said("The settings cannot be kept: {reason}.", reason=reason_of(error))
                raise ForbiddenError(words) from error
            self._written = latest

    def _follow(self) -> None:
        """Have everything that can be changed follow the settings."""
        settings = self.settings
        self._transfers.set_limits(TransferLimits(settings.parallel_parts, settings.bandwidth))
        self._window.theme.follow(settings.choices.scheme)
        self._window.settings.show_settings(settings)

    def _refuse(self, name: str, sentence: str) -> None:
        """Say why it is not taken; what holds is shown again, but what was typed stays."""
        self._window.settings.show_settings(self.settings)
        title = tr("The server is not changed") if name == "server" else tr("Nothing is changed")
        self._window.toasts.say(title, sentence, Tone.BAD)

    async def _folder(self, name: str) -> None:
        begin = self.settings.uploads if name == "uploads" else self.settings.downloads
        chosen = await chosen_folder(self._window, str(begin))
        if chosen:
            self.choose(name, Path(chosen))

    async def _file(self, name: str) -> None:
        if sentence := await self.take_file(name, self._window):
            self._refuse(name, sentence)
