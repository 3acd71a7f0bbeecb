"""Archives: stored whole, or completed from parts, and deleted."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable

from backend.local.aws.glacier.errors import invalid, not_found
from backend.local.aws.glacier.intake import Received
from backend.local.aws.glacier.records import Archive, Part
from backend.local.aws.glacier.store import Store, kept

ID_BYTES = 103
ARCHIVE_ID = re.compile(r"[A-Za-z0-9_-]{138}")
DESCRIPTION = re.compile(r"[\x20-\x7e]{0,1024}")


def new_id() -> str:
    """Return an archive id as long as AWS's: 138 characters."""
    return secrets.token_urlsafe(ID_BYTES)


def check_description(text: str) -> str:
    """Return *text* if Glacier takes it for a description."""
    if DESCRIPTION.fullmatch(text) is None:
        raise invalid("Invalid description: it has at most 1024 printable ASCII characters")
    return text


class Archives:
    """The archives of all vaults; *now* returns seconds since 1970."""

    def __init__(self, store: Store, now: Callable[[], float]) -> None:
        self._store = store
        self._now = now

    def add(self, vault: str, description: str, body: Received) -> Archive:
        """Store *body* as an archive of its own, whatever equals it already."""
        archive = Archive(
            new_id(), vault, description, body.size, body.tree_hash, self._now()
        )  # fmt: skip
        part = Part(archive.id, 0, body.size, body.leaves, body.path.name)
        self._store.write(kept(part), kept(archive))
        return archive

    def remove(self, vault: str, archive_id: str) -> None:
        """Delete an archive; one that is deleted already is left so.

        What a retrieval has brought back stays for as long as the job does.
        """
        if ARCHIVE_ID.fullmatch(archive_id) is None:
            raise not_found(f"The archive ID was not found: {archive_id}")
        archive = self._store.archive(archive_id)
        if archive is None or archive.vault != vault:
            return
        self._store.forget(
            ("delete from vault_archive where id = ?", (archive_id,)),
            archive_id,
            held=self._store.is_given_out(archive_id),
        )
