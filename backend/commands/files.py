"""The files that a command is given: what would end badly is refused before any work is done."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from itertools import combinations
from pathlib import Path

from backend.domain.errors import RejectedError


def require_file(path: Path) -> None:
    """Refuse an input that is not there, is a folder, or is a pipe, which can be read only once."""
    if path.is_dir():
        raise RejectedError(f"{path} is a folder; name one VCF file.")
    if str(path) == "-" or (path.exists() and not path.is_file()):
        raise RejectedError(f"{path} is no file, and it is read twice; save it as one first.")
    if not path.exists():
        raise RejectedError(f"There is no file {path}.")


def require_outputs(inputs: Mapping[str, Path], outputs: Mapping[str, Path]) -> None:
    """Refuse *outputs* that would take the place of one another or of one of *inputs*.

    The folders of what passes are made. Both are named as they are told to people: "the table".
    """
    told = {**inputs, **outputs}
    for first, second in combinations(told, 2):
        if second in outputs and _is_same(told[first], told[second]):
            raise RejectedError(
                f"{told[second]} would be both {first} and {second}; give one of them another name."
            )
    for name, path in outputs.items():
        if path.is_dir():
            raise RejectedError(f"{path} is a folder; name a file in it for {name}.")
    for path in outputs.values():
        # What is there and is no file is a device or a pipe, and has no folder of ours.
        if path.is_file() or not path.exists():
            require_folder(path.parent)


def require_folder(folder: Path) -> None:
    """Make *folder* unless it is there; refuse one into which no file can be written."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise RejectedError(
            f"Nothing can be written into {folder}: {error.strerror}. Choose another folder."
        ) from error


def _is_same(first: Path, second: Path) -> bool:
    """Whether both are one file, by whatever name or link."""
    if first.exists() and second.exists():
        return first.samefile(second)
    return first.resolve() == second.resolve()
