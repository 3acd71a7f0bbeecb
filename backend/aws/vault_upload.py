"""A new archive of a vault, uploaded as its bytes come, whole or not at all.

Source: "Uploading Large Archives in Parts", Amazon S3 Glacier Developer Guide.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from itertools import repeat
from typing import Any

from botocore.exceptions import ClientError

from backend.aws.clients import code, passing_faults
from backend.aws.streams import in_parts
from backend.aws.tree_hash import MEBIBYTE, combined, tree_hash
from backend.domain.errors import UnavailableError
from backend.domain.files import MAX_PARTS

_VAULT = "The vault"
_SMALLEST_PART = 4 * MEBIBYTE


@dataclass(frozen=True, slots=True)
class VaultUpload:
    """One archive that is about to be made; *description* is what an inventory says of it."""

    client: Any
    vault: str
    description: str

    def send(self, content: Iterable[bytes], size: int) -> str:
        """Stream *content*, *size* bytes in all, into the archive and return its id.

        The vault checks the tree hash of every part and of the whole.
        """
        if size <= part_size(size):
            return self._put(b"".join(content))
        return self._put_parts(content, size)

    def _put(self, body: bytes) -> str:
        with passing_faults(_VAULT):
            answer = self.client.upload_archive(
                vaultName=self.vault,
                archiveDescription=self.description,
                checksum=tree_hash(body).hex(),
                body=body,
            )
        return str(answer["archiveId"])

    def _put_parts(self, content: Iterable[bytes], size: int) -> str:
        with passing_faults(_VAULT):
            upload_id = self.client.initiate_multipart_upload(
                vaultName=self.vault,
                archiveDescription=self.description,
                partSize=str(part_size(size)),
            )["uploadId"]
        try:
            start, hashes = 0, []
            for part in in_parts(content, repeat(part_size(size))):
                hashes.append(self._put_part(upload_id, start, part))
                start += len(part)
            return self._complete(upload_id, size, combined(hashes))
        except BaseException:
            # What cannot be aborted now, the vault forgets after a day.
            with suppress(ClientError, UnavailableError), passing_faults(_VAULT):
                self.client.abort_multipart_upload(vaultName=self.vault, uploadId=upload_id)
            raise

    def _put_part(self, upload_id: str, start: int, body: bytes) -> bytes:
        own = tree_hash(body)
        with passing_faults(_VAULT):
            self.client.upload_multipart_part(
                vaultName=self.vault,
                uploadId=upload_id,
                range=f"bytes {start}-{start + len(body) - 1}/*",
                checksum=own.hex(),
                body=body,
            )
        return own

    def _complete(self, upload_id: str, size: int, whole: bytes) -> str:
        try:
            with passing_faults(_VAULT):
                answer = self.client.complete_multipart_upload(
                    vaultName=self.vault,
                    uploadId=upload_id,
                    archiveSize=str(size),
                    checksum=whole.hex(),
                )
        except ClientError as error:
            # A repeated call meets an upload that is complete already: the inventory finds what
            # it made, and another try makes the archive anew.
            if code(error) != "ResourceNotFoundException":
                raise
            raise UnavailableError("The vault has lost an upload.") from error
        return str(answer["archiveId"])


def part_size(size: int) -> int:
    """Return how many bytes each part of an archive of *size* bytes has; the last may have fewer.

    A vault takes at most 10,000 parts, each of a power of two of MiB.
    """
    part = _SMALLEST_PART
    while part * MAX_PARTS < size:
        part *= 2
    return part
