"""An object of S3 that is written as its bytes come, whole or not at all."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from itertools import chain, count, repeat
from typing import Any

from botocore.exceptions import ClientError

from backend.aws.clients import code, passing_faults
from backend.aws.streams import in_parts
from backend.domain.errors import UnavailableError
from backend.domain.files import MIN_PART_BYTES

_PARTS_OF_A_SIZE = 1000


@dataclass(frozen=True, slots=True)
class StreamedUpload:
    """One object that is about to be written.

    Attributes:
        options: what S3 is told of the object: its type, its class, its metadata.
        dependency: what the bucket is called in errors.
    """

    client: Any
    bucket: str
    key: str
    options: Mapping[str, Any]
    dependency: str

    def send(self, content: Iterable[bytes]) -> None:
        """Stream *content*, up to 430 GiB of unknown length, into the object.

        S3 checks the SHA-256 of every part.  Whatever *content* raises leaves no object behind.

        Raises:
            UnavailableError: S3 is down, or has lost the upload.
        """
        parts = in_parts(content, _part_sizes())
        first, second = next(parts, b""), next(parts, None)
        if second is None:
            self._put(first)
        else:
            self._put_parts(chain((first, second), parts))

    def _put(self, body: bytes) -> None:
        with passing_faults(self.dependency):
            self.client.put_object(
                Bucket=self.bucket,
                Key=self.key,
                Body=body,
                ChecksumSHA256=_checksum(body),
                **self.options,
            )

    def _put_parts(self, parts: Iterable[bytes]) -> None:
        with passing_faults(self.dependency):
            upload_id = self.client.create_multipart_upload(
                Bucket=self.bucket, Key=self.key, ChecksumAlgorithm="SHA256", **self.options
            )["UploadId"]
        try:
            sent = [self._put_part(upload_id, *numbered) for numbered in enumerate(parts, 1)]
            self._complete(upload_id, sent)
        except BaseException:
            # What cannot be aborted now is removed by the bucket's lifecycle rule.
            with suppress(ClientError, UnavailableError), passing_faults(self.dependency):
                self.client.abort_multipart_upload(
                    Bucket=self.bucket, Key=self.key, UploadId=upload_id
                )
            raise

    def _put_part(self, upload_id: str, number: int, body: bytes) -> dict[str, Any]:
        checksum = _checksum(body)
        with passing_faults(self.dependency):
            answer = self.client.upload_part(
                Bucket=self.bucket,
                Key=self.key,
                UploadId=upload_id,
                PartNumber=number,
                Body=body,
                ChecksumSHA256=checksum,
            )
        return {"PartNumber": number, "ETag": answer["ETag"], "ChecksumSHA256": checksum}

    def _complete(self, upload_id: str, parts: list[dict[str, Any]]) -> None:
        try:
            with passing_faults(self.dependency):
                self.client.complete_multipart_upload(
                    Bucket=self.bucket,
                    Key=self.key,
                    UploadId=upload_id,
                    MultipartUpload={"Parts": parts},
                )
        except ClientError as error:
            if code(error) != "NoSuchUpload":
                raise
            raise UnavailableError(f"{self.dependency} has lost an upload.") from error


def _part_sizes() -> Iterator[int]:
    """Yield the length of each part, in bytes: they grow, as 10,000 are all that there may be."""
    return chain.from_iterable(
        repeat(MIN_PART_BYTES * factor, _PARTS_OF_A_SIZE) for factor in count(1)
    )


def _checksum(body: bytes) -> str:
    return base64.b64encode(hashlib.sha256(body).digest()).decode()
