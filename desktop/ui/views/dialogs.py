"""Dialogs, for decisions only; they are opened, never executed, so no task is held up."""

from __future__ import annotations

import asyncio

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QFileDialog, QLayout, QWidget

from desktop.transfer.folders import SUFFIXES
from desktop.ui.language import tr
from desktop.ui.theme.tokens import SPACE
from desktop.ui.views.controls import answer_to_enter, breakable, button, column, label, row

_WIDTH = 420


class Decision(QDialog):
    """A question with one way to go on and one way back.

    Attributes:
        go: the button that goes on; `back` the one that does not.
    """

    def __init__(
        self,
        parent: QWidget | None,
        *,
        title: str,
        sentence: str,
        go: str,
        back: str = "",
        danger: bool = False,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.go = button(go, "danger" if danger else "primary")
        self.back = button(back or tr("Cancel"))
        self.sentence = label(breakable(sentence), wrap=True)
        self.sentence.setFixedWidth(_WIDTH - 12 * SPACE)
        layout = column(self, margin=6 * SPACE, spacing=3 * SPACE)
        # The size is right from the start; hints that follow later are not known everywhere.
        layout.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)
        layout.addWidget(label(breakable(title), "panel", wrap=True))
        layout.addWidget(self.sentence)
        layout.addSpacing(2 * SPACE)
        buttons = row()
        buttons.addStretch()
        buttons.addWidget(self.back)
        buttons.addWidget(self.go)
        layout.addLayout(buttons)
        self.go.clicked.connect(self.accept)
        self.back.clicked.connect(self.reject)
        answer_to_enter(self.go, self.back)
        # What loses something is never what Enter does, unless somebody has gone to its button.
        (self.back if danger else self.go).setDefault(True)
        (self.back if danger else self.go).setFocus()
        # Qt's own first size is not right on every screen: it keeps to two thirds of it.
        self.ensurePolished()
        self.resize(_WIDTH, layout.totalHeightForWidth(_WIDTH))

    async def decided(self) -> bool:
        """Open the dialog and return whether somebody chose to go on."""
        return await finished(self) == QDialog.DialogCode.Accepted


async def finished(dialog: QDialog) -> int:
    """Open *dialog* and return how it ended; closing it from outside counts as a no."""
    ended: asyncio.Future[int] = asyncio.get_running_loop().create_future()

    def end(code: int) -> None:
        if not ended.done():
            ended.set_result(code)

    dialog.finished.connect(end)
    dialog.open()
    try:
        return await ended
    finally:
        if not ended.done() or ended.cancelled():
            dialog.close()


async def chosen_files(parent: QWidget, folder: str) -> list[str]:
    """Let somebody choose VCF files, beginning in *folder*, and return their paths."""
    patterns = (f"*{suffix}" for suffix in (*SUFFIXES, *map(str.upper, SUFFIXES)))
    # Not every system's dialog takes upper and lower case for the same.
    variants, every = tr("VCF and BCF files"), tr("All files (*)")
    kinds = f"{variants} ({' '.join(patterns)});;{every}"
    dialog = QFileDialog(parent, tr("Add VCF files"), folder, kinds)
    dialog.setOption(QFileDialog.Option.HideNameFilterDetails)
    dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
    return await _chosen(dialog)


async def chosen_folder(parent: QWidget, folder: str) -> str | None:
    """Let somebody choose where to save, beginning in *folder*; None if they do not."""
    dialog = QFileDialog(parent, tr("Choose a folder"), folder)
    dialog.setFileMode(QFileDialog.FileMode.Directory)
    return next(iter(await _chosen(dialog)), None)


async def chosen_file(parent: QWidget, title: str, kinds: str) -> str | None:
    """Let somebody choose one file of these *kinds*, in Qt's form; None if they do not."""
    dialog = QFileDialog(parent, title, "", ";;".join((kinds, tr("All files (*)"))))
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    return next(iter(await _chosen(dialog)), None)


async def _chosen(dialog: QFileDialog) -> list[str]:
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    # Closing deletes the dialog, so the files are noted as they are chosen.
    files: list[str] = []
    dialog.filesSelected.connect(files.extend)
    await finished(dialog)
    return files
