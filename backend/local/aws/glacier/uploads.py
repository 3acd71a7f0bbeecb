"""Multipart uploads: parts in any order, checked one by one and as a whole."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence

from backend.local.aws.glacier.archives import new_id
from backend.local.aws.glacier.errors import invalid, not_found
from backend.local.aws.glacier.intake import Received
from backend.local.aws.glacier.ranges import Span
from backend.local.aws.glacier.records import Archive, Part, Upload
from backend.local.aws.glacier.store import Page, Store, kept
from backend.local.aws.glacier.tree_hash import MIB, tree_hash

ID_BYTES = 69
LARGEST_PART = 4 << 30
MOST_PARTS = 10_000
IDLE_SECONDS = 24 * 3600.0


class Uploads:
    """The unfinished uploads of all vaults; *now* returns seconds since 1970."""

    def __init__(self, store: Store, now: Callable[[], float]) -> None:
        self._store = store
        self._now = now

    def begin(self, vault: str, description: str, part_size: int) -> Upload:
        """Begin an upload in parts of *part_size* bytes, a power of two of megabytes."""
        if not MIB <= part_size <= LARGEST_PART or part_size & (part_size - 1):
            raise invalid(
                f"Invalid part size: {part_size}; it is a power of two of 1 MiB, at most 4 GiB"
            )
        now = self._now()
        upload = Upload(
            secrets.token_urlsafe(ID_BYTES), vault, description, part_size, now, now
        )  # fmt: skip
        self._store.write(kept(upload))
        return upload

    def find(self, vault: str, upload_id: str) -> Upload:
        """Return an unfinished upload of a vault."""
        upload = self._store.upload(upload_id)
        if upload is None or upload.vault != vault:
            raise not_found(f"The upload ID was not found: {upload_id}")
        return upload

    def parts(self, upload: Upload, page: Page) -> tuple[Sequence[Part], str]:
        """Return some parts of an upload in their order, and what the next page begins behind."""
        after = int(page.after) if page.after.isdecimal() else -1
        parts = [part for part in self._store.parts(upload.id) if part.begin > after]
        shown = parts[: page.limit]
        return shown, str(shown[-1].begin) if len(parts) > page.limit else ""

    def add(self, upload: Upload, span: Span, body: Received) -> Part:
        """Take a part that lies at *span*, in the place of one that lay there before."""
        if span.size != body.size:
            raise invalid(f"Invalid Content-Range: {body.size} bytes came, not {span.size}")
        number, rest = divmod(span.begin, upload.part_size)
        if rest or span.size > upload.part_size or number >= MOST_PARTS:
            raise invalid(
                f"Invalid Content-Range: {span.begin}-{span.end - 1} is none of at most "
                f"{MOST_PARTS} parts of {upload.part_size} bytes"
            )
        before = [part for part in self._store.parts(upload.id) if part.begin == span.begin]
        part = Part(upload.id, span.begin, body.size, body.leaves, body.path.name)
        touched = ("update vault_upload set touched = ? where id = ?", (self._now(), upload.id))
        self._store.write(kept(part), touched, without=before)
        return part

    def complete(self, vault: str, upload_id: str, *, size: int, checksum: str) -> Archive:
        """Return the archive that the parts make up; the same one when asked again."""
        made = self._store.archive_of(upload_id)
        if made is not None and made.vault == vault:
            _compare(made, size, checksum)
            return made
        archive = self._joined(self.find(vault, upload_id))
        _compare(archive, size, checksum)
        self._store.write(
            kept(archive),
            ("update vault_part set owner = ? where owner = ?", (archive.id, upload_id)),
            ("delete from vault_upload where id = ?", (upload_id,)),
        )
        return archive

    def abort(self, upload: Upload) -> None:
        """Give an upload up, and its parts with it."""
        forget = ("delete from vault_upload where id = ?", (upload.id,))
        self._store.forget(forget, upload.id, held=False)

    def abort_idle(self) -> None:
        """Give up the uploads to which nothing came for a day."""
        for upload in self._store.uploads_before(self._now() - IDLE_SECONDS):
            self.abort(upload)

    def _joined(self, upload: Upload) -> Archive:
        parts = self._store.parts(upload.id)
        _check(upload, parts)
        return Archive(
            id=new_id(),
            vault=upload.vault,
            description=upload.description,
            size=parts[-1].end,
            tree_hash=tree_hash(b"".join(part.leaves for part in parts)),
            created=self._now(),
            upload=upload.id,
        )


def _check(upload: Upload, parts: Sequence[Part]) -> None:
    """Return if there are parts, without gaps, and all but the last are full."""
    if not parts:
        raise invalid(f"The upload has no parts: {upload.id}")
    for number, part in enumerate(parts):
        full = part.size == upload.part_size or part is parts[-1]
        if part.begin != number * upload.part_size or not full:
            raise invalid(f"The parts do not make up an archive: see byte {part.begin}")


def _compare(archive: Archive, size: int, checksum: str) -> None:
    """Return if an archive is what its client promises it to be."""
    if archive.size != size:
        raise invalid(f"Invalid archive size: the parts have {archive.size} bytes, not {size}")
    if archive.tree_hash != checksum:
        raise invalid(
            f"Checksum mismatch: x-amz-sha256-tree-hash is {archive.tree_hash}, not {checksum}"
        )
