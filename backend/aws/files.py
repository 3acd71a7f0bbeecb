"""Files in S3, one object of this class a bucket."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

from boto3.s3.transfer import TransferConfig
from botocore.exceptions import ClientError

from backend.aws.clients import code, passing_faults
from backend.aws.streams import pieces
from backend.aws.uploads import StreamedUpload
from backend.domain.errors import NotFoundError, RejectedError
from backend.services.ports import Part, PartRequest

_S3 = "The file store"
_MISSING = frozenset({"404", "NoSuchKey", "NotFound", "NoSuchUpload"})
_BAD_PARTS = frozenset(
    {"InvalidPart", "InvalidPartOrder", "EntityTooSmall", "BadDigest", "InvalidRequest"}
)
_DELETE_AT_ONCE = 1000
# Two parts of 8 MiB under way: whatever a file's size, a transfer holds no more in memory.
_TRANSFER = TransferConfig(
    multipart_threshold=16 * 1024**2, multipart_chunksize=8 * 1024**2, max_concurrency=2
)


@dataclass(frozen=True, slots=True)
class S3Files:
    """One bucket."""

    client: Any
    bucket: str

    def start_upload(self, key: str) -> str:
        """Begin a multipart upload whose parts carry SHA-256 checksums; return its id."""
        with passing_faults(_S3):
            answer = self.client.create_multipart_upload(
                Bucket=self.bucket,
                Key=key,
                ContentType="application/octet-stream",
                ChecksumAlgorithm="SHA256",
            )
        return str(answer["UploadId"])

    def part_requests(
        self, key: str, upload_id: str, parts: Iterable[Part], *, valid: timedelta
    ) -> tuple[PartRequest, ...]:
        """Return a signed PUT a part; length and checksum are part of the signature."""
        return tuple(self._part_request(key, upload_id, part, valid) for part in parts)

    def _part_request(self, key: str, upload_id: str, part: Part, valid: timedelta) -> PartRequest:
        url = self.client.generate_presigned_url(
            "upload_part",
            Params={
                "Bucket": self.bucket,
                "Key": key,
                "UploadId": upload_id,
                "PartNumber": part.number,
                "ContentLength": part.size,
                "ChecksumSHA256": part.sha256,
            },
            ExpiresIn=int(valid.total_seconds()),
        )
        headers = {"Content-Length": str(part.size), "x-amz-checksum-sha256": part.sha256}
        return PartRequest(part.number, url, headers)

    def finish_upload(self, key: str, upload_id: str, etags: Sequence[tuple[int, str, str]]) -> int:
        """Join the parts, each (number, ETag, base64 SHA-256); return the object's size in bytes.

        Raises:
            RejectedError: a part is missing or is not what was sent.
        """
        parts = [
            {"PartNumber": number, "ETag": etag, "ChecksumSHA256": sha256}
            for number, etag, sha256 in sorted(etags)
        ]
        try:
            with passing_faults(_S3):
                self.client.complete_multipart_upload(
                    Bucket=self.bucket,
                    Key=key,
                    UploadId=upload_id,
                    MultipartUpload={"Parts": parts},
                )
        except ClientError as error:
            if code(error) not in _MISSING | _BAD_PARTS:
                raise
            size = self.size(key) if code(error) in _MISSING else None
            if size is None:
                raise RejectedError(
                    "The uploaded parts do not make up the file. Send the file again."
                ) from error
        size = self.size(key)
        if size is None:
            raise RejectedError("The uploaded file is gone. Send the file again.")
        return size

    def abort_upload(self, key: str, upload_id: str) -> None:
        """Forget an upload; nothing happens if there is none."""
        try:
            with passing_faults(_S3):
                self.client.abort_multipart_upload(Bucket=self.bucket, Key=key, UploadId=upload_id)
        except ClientError as error:
            if code(error) not in _MISSING:
                raise

    def size(self, key: str) -> int | None:
        """Return the object's size in bytes, None if there is no such object."""
        try:
            with passing_faults(_S3):
                return int(self.client.head_object(Bucket=self.bucket, Key=key)["ContentLength"])
        except ClientError as error:
            if code(error) not in _MISSING:
                raise
            return None

    def link(self, key: str, *, name: str, valid: timedelta) -> str:
        """Return a signed GET that saves as *name*."""
        params = {
            "Bucket": self.bucket,
            "Key": key,
            "ResponseContentDisposition": disposition(name),
        }
        url: str = self.client.generate_presigned_url(
            "get_object", Params=params, ExpiresIn=int(valid.total_seconds())
        )
        return url

    def fetch(self, key: str, to: Path) -> None:
        """Stream the object into a new file; raise NotFoundError if there is none."""
        try:
            with passing_faults(_S3):
                self.client.download_file(self.bucket, key, str(to), Config=_TRANSFER)
        except ClientError as error:
            if code(error) not in _MISSING:
                raise
            raise NotFoundError("The file is not in the file store.") from error

    def store(self, key: str, source: Path, *, content_type: str) -> None:
        """Stream the file into the object, whole or not at all."""
        with passing_faults(_S3):
            self.client.upload_file(
                str(source),
                self.bucket,
                key,
                Config=_TRANSFER,
                ExtraArgs={"ContentType": content_type},
            )

    def read(self, key: str) -> Iterator[bytes]:
        """Yield the object's bytes, a MiB at a time; raise NotFoundError if there is none."""
        try:
            with passing_faults(_S3):
                answer = self.client.get_object(Bucket=self.bucket, Key=key)
        except ClientError as error:
            if code(error) not in _MISSING:
                raise
            raise NotFoundError("The file is not in the file store.") from error
        yield from pieces(answer["Body"], _S3)

    def write(self, key: str, content: Iterable[bytes], *, content_type: str) -> None:
        """Stream *content*, two parts of it in memory, into the object, whole or not at all."""
        options = {"ContentType": content_type}
        StreamedUpload(self.client, self.bucket, key, options, _S3).send(content)

    def keys(self, prefix: str) -> Sequence[str]:
        """Return the keys that begin with *prefix*, sorted; S3 lists a thousand at a time."""
        pages = self.client.get_paginator("list_objects_v2")
        with passing_faults(_S3):
            return [
                str(found["Key"])
                for page in pages.paginate(Bucket=self.bucket, Prefix=prefix)
                for found in page.get("Contents", [])
            ]

    def delete(self, keys: Iterable[str]) -> None:
        """Delete the objects; those that are not there do not matter."""
        objects = [{"Key": key} for key in keys]
        for start in range(0, len(objects), _DELETE_AT_ONCE):
            batch = {"Objects": objects[start : start + _DELETE_AT_ONCE], "Quiet": True}
            with passing_faults(_S3):
                self.client.delete_objects(Bucket=self.bucket, Delete=batch)


def disposition(name: str) -> str:
    """Return a Content-Disposition that saves as *name* (RFC 6266, with an ASCII fallback)."""
    ascii_name = re.sub(r'[^\x20-\x7e]|["\\%]', "_", name)
    return f"attachment; filename=\"{ascii_name}\"; filename*=UTF-8''{quote(name, safe='')}"
