"""Where to save a file, and under which name."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QWidget

from desktop.transfer.names import suffix_of
from desktop.ui.language import tr
from desktop.ui.views.dialogs import finished


async def chosen_place(parent: QWidget, suggested: Path) -> Path | None:
    """Let somebody choose a file to save as; the dialog asks before one is replaced.

    A name that is typed without a suffix gets that of the suggested one.  Return None if they
    choose none.
    """
    dialog = QFileDialog(parent, tr("Save as"), str(suggested.parent))
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setFileMode(QFileDialog.FileMode.AnyFile)
    dialog.setDefaultSuffix(suffix_of(suggested.name))
    dialog.selectFile(suggested.name)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    # Closing deletes the dialog, so the file is noted as it is chosen.
    chosen: list[str] = []
    dialog.fileSelected.connect(chosen.append)
    await finished(dialog)
    return Path(chosen[0]) if chosen else None
