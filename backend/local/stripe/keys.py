"""The secrets of one installation: the API's key and the one that signs webhooks."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

from backend.local.stripe.ledger import new_secret

KEYS_FILE = "keys.json"


@dataclass(frozen=True, slots=True)
class Keys:
    """What the service has to know to use the stand-in.

    Attributes:
        secret_key: of the API, as at Stripe's test mode ``sk_test_…``.
        webhook_secret: ``whsec_…``.
    """

    secret_key: str
    webhook_secret: str


def load_keys(folder: Path) -> Keys:
    """Return this installation's keys; the first call makes them.

    They are kept in ``keys.json`` in *folder*, which only its owner can read.
    """
    path = folder / KEYS_FILE
    if not path.exists():
        keys = Keys(secret_key=new_secret("sk_test"), webhook_secret=new_secret("whsec"))
        _write_private(path, json.dumps(asdict(keys), indent=2))
    return Keys(**json.loads(path.read_text("utf-8")))


def _write_private(path: Path, text: str) -> None:
    """Write *path* whole or not at all, readable by its owner only."""
    draft = path.with_suffix(".new")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    draft.rename(path)
