"""The one key pair that opens this machine's AWS, made once per data folder."""

from __future__ import annotations

import json
import os
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Credentials:
    """An access key of the local account."""

    access_key_id: str
    secret_access_key: str


def make() -> Credentials:
    """Return a new key pair that nobody can guess."""
    return Credentials(f"GASLOCAL{secrets.token_hex(6).upper()}", secrets.token_urlsafe(30))


def load_or_make(folder: Path) -> Credentials:
    """Return the folder's key pair; make it, readable by the owner alone, the first time."""
    file = folder / "credentials.json"
    try:
        return Credentials(**json.loads(file.read_text(encoding="utf-8")))
    except FileNotFoundError:
        made = make()
    draft = file.with_suffix(".new")
    draft.unlink(missing_ok=True)
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as out:
        json.dump(asdict(made), out)
    draft.replace(file)
    return made
