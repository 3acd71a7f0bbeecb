"""What a bundle's folder holds, by hashes."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MANIFEST = "bundle.json"
"""The file that lists the others."""


def content_hash(manifest: dict[str, Any]) -> str:
    """The hash that names a bundle: SHA-256 of its manifest without the hash itself."""
    rest = {key: value for key, value in manifest.items() if key != "hash"}
    text = json.dumps(rest, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def sha256_of(file: Path) -> str:
    """The SHA-256 of a file in hexadecimal, read in pieces."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def list_files(
    folder: Path, listed: dict[str, dict[str, object]] | None = None
) -> dict[str, dict[str, object]]:
    """What the manifest says of each file in a new bundle's *folder*.

    Args:
        folder: of the bundle.
        listed: what was said of files that have not changed since.
    """
    before = listed or {}
    return {
        name: before.get(name)
        or {"sha256": sha256_of(folder / name), "bytes": (folder / name).stat().st_size}
        for name in sorted(files_below(folder))
    }


def files_below(folder: Path) -> Iterator[str]:
    """Names of the files in a bundle but for its manifest, relative and with slashes."""
    for file in folder.rglob("*"):
        if file.is_file() and file != folder / MANIFEST:
            yield file.relative_to(folder).as_posix()
