"""A selection of variants, saved as a file."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QCloseEvent

from backend.wire import VariantExport, VariantFilter
from desktop.errors import DesktopError, KeyringLockedError, SignedOutError
from desktop.ports import Progress
from desktop.transfer.names import safe_name
from desktop.ui.actions.session import SessionActions
from desktop.ui.aio import STOP_SECONDS, Tasks
from desktop.ui.error_words import error_words
from desktop.ui.language import tr
from desktop.ui.theme.tokens import Tone
from desktop.ui.viewer.export import SUFFIXES, ExportView
from desktop.ui.viewer.query import NO_FILTER
from desktop.ui.views.dialogs import Decision
from desktop.ui.views.main_window import MainWindow
from desktop.ui.views.save_as import chosen_place
from desktop.ui.wording import size_text
from desktop.variant_ports import Variants

Form = Literal["tsv", "xlsx", "vcf"]
_TICK_MILLISECONDS = 250
_VCF_SUFFIX = re.compile(r"(\.(vcf|bcf))?(\.b?gz)?$", re.IGNORECASE)


class ExportActions(QObject):
    """Exports what the filter leaves, one file at a time, without a limit to the rows.

    None outlives the sign-in that began it.

    Args:
        folder: returns where exports are suggested to go, as it is chosen now.
    """

    def __init__(
        self,
        window: MainWindow,
        session: SessionActions,
        *,
        variants: Variants,
        folder: Callable[[], Path],
        tasks: Tasks,
    ) -> None:
        super().__init__(window)
        self._window, self._page = window, window.results
        self._variants, self._folder, self._tasks = variants, folder, tasks
        self._progress = Progress()
        self._name = ""
        self._running: asyncio.Task[Any] | None = None
        self._quitting: asyncio.Task[Any] | None = None
        self._question: Decision | None = None
        self._timer = QTimer(self, interval=_TICK_MILLISECONDS)
        self._timer.timeout.connect(self.refresh)
        self._page.export_clicked.connect(self.export)
        for end in (self._page.strip.cancel_clicked, session.signed_out, session.interrupted):
            end.connect(self.cancel)
        window.closing.connect(self.keep_open)

    def export(self, form: Form) -> None:
        """Save what the filter leaves in a file that somebody chooses."""
        if self._running is None or self._running.done():
            wanted = self._page.variants.filters.wanted
            self._running = self._tasks.start(self._export(form, wanted), "exporting")

    def cancel(self) -> None:
        """Call the export off; nothing of it is left."""
        if self._running is not None:
            self._running.cancel()

    def keep_open(self, event: QCloseEvent) -> None:
        """Ask first, if the window is about to close on an export."""
        if not self._timer.isActive():
            return
        event.ignore()
        if self._quitting is None or self._quitting.done():
            self._quitting = self._tasks.start(self._quit(), "quitting during an export")

    def refresh(self) -> None:
        """Show how far it is."""
        self._page.strip.show_export(ExportView(self._name, self._progress.done))

    async def _quit(self) -> None:
        question = self._question = Decision(
            self._window,
            title=tr("Quit before the export is saved?"),
            sentence=tr("{file} is not complete. If you quit now, nothing of it is kept.").format(
                file=self._name
            ),
            go=tr("Quit"),
            back=tr("Go on exporting"),
            danger=True,
        )
        question.finished.connect(self._forget_question)
        if not await question.decided():
            return
        if self._running is not None:
            self._running.cancel()
            await asyncio.wait([self._running], timeout=STOP_SECONDS)
        self._timer.stop()
        self._window.close()

    def _forget_question(self) -> None:
        self._question = None

    async def _export(self, form: Form, wanted: VariantFilter) -> None:
        job = self._window.model.book.get(self._page.job_id)
        if job is None:
            return
        name = export_name(job.name, form, filtered=wanted != NO_FILTER)
        path = await chosen_place(self._window, self._folder() / name)
        if path is None:
            return
        self._name, self._progress = path.name, Progress()
        self._timer.start()
        self.refresh()
        try:
            asked = VariantExport(format=form, filter=wanted)
            await self._variants.export(job.id, asked, path, self._progress)
        except (SignedOutError, KeyringLockedError):
            raise
        except DesktopError as error:
            title, sentence = error_words(error)
            self._window.toasts.say(f"{path.name}: {title}", sentence, Tone.BAD)
        else:
            size = size_text(self._progress.done)
            self._window.toasts.say(
                tr("Saved {file}").format(file=path.name),
                tr("{size}, in {folder}.").format(size=size, folder=path.parent),
            )
            if self._question is not None:
                # Nothing is lost any more by what was meant.
                self._question.accept()
        finally:
            if self._question is not None:
                self._question.reject()
            self._timer.stop()
            self._page.strip.show_export(None)


def export_name(name: str, form: Form, *, filtered: bool) -> str:
    """Return what a selection of the result of the file *name* is to be called."""
    stem = _VCF_SUFFIX.sub("", name) or "variants"
    return safe_name(f"{stem}.{'selected' if filtered else 'variants'}.{SUFFIXES[form]}")
