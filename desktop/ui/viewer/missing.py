"""What is said of a result whose annotation is not in the list, as after it was deleted."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from desktop.ports import FileKind
from desktop.transfer.items import Incoming, Item
from desktop.ui.language import tr
from desktop.ui.theme.tokens import Tone
from desktop.ui.views.main_window import MainWindow
from desktop.ui.views.transfers import TransfersPage

_VIEWED = frozenset({FileKind.RESULT, FileKind.TABLE})


def say_missing(window: MainWindow, job_id: str) -> None:
    """Say that there is nothing to look at, and where the file is that was saved of it."""
    saved = next(_saved(window.transfers, job_id), None)
    title = tr("The result cannot be viewed")
    sentence = tr("Its annotation is not in your list; perhaps it was deleted.")
    if saved is not None:
        title = tr("{file} cannot be viewed").format(file=saved.name)
        place = tr("The saved file is in {folder}.").format(folder=saved.parent)
        sentence = f"{sentence} {place}"
    window.toasts.say(title, sentence, Tone.WARN)


def _saved(transfers: TransfersPage, job_id: str) -> Iterator[Path]:
    """Yield the saved files of a job that can be viewed, the one that was chosen first."""
    for item in _items(transfers):
        work = item.work
        if isinstance(work, Incoming) and work.job_id == job_id and work.kind in _VIEWED:
            yield from filter(None, [work.saved])


def _items(transfers: TransfersPage) -> Iterator[Item]:
    model = transfers.model
    rows = (transfers.table.currentIndex().row(), *range(model.rowCount()))
    return (item for row in rows if (item := model.item_at(row)) is not None)
