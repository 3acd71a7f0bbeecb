"""Files are opened and saved under names that other programs know the kind of."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from PySide6.QtWidgets import QFileDialog, QLineEdit, QPushButton

from desktop.ports import FileKind
from desktop.ui.actions.downloads import suggested_name
from desktop.ui.sample import sample_jobs
from desktop.ui.viewer.export_actions import export_name
from desktop.ui.views.dialogs import chosen_files
from desktop.ui.views.main_window import MainWindow
from desktop.ui.views.save_as import chosen_place
from tests.desktop.clicks import click
from tests.desktop.conftest import Run
from tests.desktop.desk import eventually

# Qt's own dialog says it off the screen, where sizes have no limits.
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")
LONG = "x" * 250


async def dialog_of(window: MainWindow) -> QFileDialog:
    await eventually(lambda: window.findChild(QFileDialog))
    dialog = window.findChild(QFileDialog)
    assert dialog is not None
    return dialog


@pytest.mark.parametrize(
    ("suggested", "typed", "saved"),
    [
        ("a.annotated.vcf.gz", "mine", "mine.vcf.gz"),
        ("a.selected.tsv", "mine", "mine.tsv"),
        ("a.selected.tsv", "mine.txt", "mine.txt"),
        ("a", "mine", "mine"),
    ],
)
async def test_a_name_that_is_typed_gets_the_suffix(
    window: MainWindow, arun: Run, tmp_path: Path, *, suggested: str, typed: str, saved: str
) -> None:
    asking = asyncio.ensure_future(chosen_place(window, tmp_path / suggested))
    dialog = await dialog_of(window)
    assert dialog.selectedFiles() == [str(tmp_path / suggested)]
    line = dialog.findChild(QLineEdit)
    assert line is not None
    line.setText(typed)
    dialog.accept()
    assert await asking == tmp_path / saved


async def test_variants_are_found_by_every_suffix_in_either_case(
    window: MainWindow, arun: Run, tmp_path: Path
) -> None:
    asking = asyncio.ensure_future(chosen_files(window, str(tmp_path)))
    dialog = await dialog_of(window)
    patterns = dialog.nameFilters()[0].partition("(")[2].rstrip(")").split()
    assert {"*.vcf", "*.vcf.gz", "*.vcf.bgz", "*.bcf", "*.BCF", "*.VCF.GZ"} <= set(patterns)
    dialog.reject()
    assert await asking == []


@pytest.mark.parametrize("kind", [FileKind.TABLE, FileKind.REPORT, FileKind.LOG, FileKind.RESULT])
async def test_every_file_of_a_job_can_be_saved_elsewhere(
    window: MainWindow, arun: Run, kind: FileKind
) -> None:
    wanted: list[tuple[str, FileKind]] = []
    page, job = window.annotations, sample_jobs()[7].model_copy(update={"log_available": True})
    page.save_as_wanted.connect(lambda job_id, kind: wanted.append((job_id, kind)))
    window.show_pages()
    window.model.put([job])
    window.model.flush()
    page.open_details(job.id)
    titles = {
        FileKind.TABLE: "Table (Parquet)",
        FileKind.REPORT: "Report",
        FileKind.LOG: "Log",
        FileKind.RESULT: "Annotated VCF",
    }
    name = f"{titles[kind]}: Save as…"
    buttons = {each.accessibleName(): each for each in page.details.findChildren(QPushButton)}
    await eventually(buttons[name].isVisible)
    click(buttons[name])
    assert wanted == [(job.id, kind)]


def test_long_names_keep_what_says_their_kind() -> None:
    assert export_name(f"{LONG}.vcf.gz", "vcf", filtered=True).endswith("x.selected.vcf.gz")
    assert export_name(f"{LONG}.vcf", "tsv", filtered=False).endswith("x.variants.tsv")
    assert suggested_name(f"{LONG}.vcf", FileKind.RESULT).endswith("x.annotated.vcf.gz")
