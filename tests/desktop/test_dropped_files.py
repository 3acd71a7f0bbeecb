"""Which files a drop carries."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QUrl

from desktop.ui.views.drop import dropped_files


def carrying(*urls: QUrl) -> QMimeData:
    mime = QMimeData()
    mime.setUrls(list(urls))
    return mime


@pytest.mark.parametrize(
    "name", ["plain.vcf", "a b.vcf", "50%.vcf", "a%20b.vcf", "a#b?c.vcf", "Müller.vcf", "é.vcf"]
)
def test_local_files_come_as_they_are_named(tmp_path: Path, name: str) -> None:
    assert dropped_files(carrying(QUrl.fromLocalFile(str(tmp_path / name)))) == [tmp_path / name]


@pytest.mark.skipif(sys.platform == "win32", reason="names are text there")
def test_name_that_is_no_text_keeps_its_bytes() -> None:
    (path,) = dropped_files(carrying(QUrl.fromEncoded(b"file:///old/M%FCller.vcf")))
    assert os.fsencode(path) == b"/old/M\xfcller.vcf"


def test_links_are_left_out(tmp_path: Path) -> None:
    local = QUrl.fromLocalFile(str(tmp_path))
    assert dropped_files(carrying(QUrl("https://example.org/a.vcf"), local)) == [tmp_path]
    assert dropped_files(QMimeData()) == []
