"""Files to send among what was dropped: folders are searched, files are taken as they are."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from desktop.errors import ForbiddenError
from desktop.sentences import said
from desktop.transfer.names import shown_name

SUFFIXES = (".vcf", ".vcf.gz", ".vcf.bgz", ".bcf")
MOST_FILES = 10_000
"""A folder with more is most likely not the one that was meant, so none of it is sent."""


def is_variant_name(name: str) -> bool:
    """Whether a file of this name is likely to hold variants."""
    return name.lower().endswith(SUFFIXES)


def is_folder(path: Path) -> bool:
    """Whether *path* is a folder, as far as it can be looked at."""
    return os.path.isdir(path)  # noqa: PTH112 - `Path.is_dir` raises where a drive is away


def find_files(dropped: Iterable[Path], most: int = MOST_FILES) -> list[Path]:
    """Return the dropped files and, of the folders, the variant files inside; each once.

    Hidden files and links to folders are passed over. Files of a folder come in the order of their
    names. What cannot be looked at is taken as it is, also a folder: the look at it says why.

    Raises:
        ForbiddenError: there are more than *most*.
    """
    found: dict[Path, None] = {}
    for path in dropped:
        for file in _variant_files(path) if is_folder(path) else [path]:
            found.setdefault(file)
            if len(found) > most:
                raise ForbiddenError(
                    said(
                        "With {name} these are more than {most:,} files, so none is sent. "
                        "Choose fewer at once, such as one folder after the other.",
                        name=shown_name(path),
                        most=most,
                    )
                )
    return list(found)


def _variant_files(folder: Path) -> Iterator[Path]:
    unread: list[OSError] = []
    for place, folders, files in os.walk(folder, onerror=unread.append):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(files):
            if is_variant_name(name) and not name.startswith("."):
                yield Path(place, name)
    yield from (Path(error.filename) for error in unread)
