"""Copies within S3: moto takes the whole object into memory; here a file becomes a file.

moto gives the copy of an object that was uploaded in parts the checksum of the checksums of
those parts, as if it were that of the content.  A copy is one piece, and so S3 makes its checksum
anew ("Checking object integrity", Amazon S3 User Guide); here it is made from the file.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

import moto.s3.models as moto_s3
import moto.s3.responses as moto_responses
from moto.s3.exceptions import InvalidObjectState, MissingKey, S3ClientError
from werkzeug.datastructures import Headers

from backend.local.aws import checksums
from backend.local.aws.durability.files import StoredBody, copied
from backend.local.aws.patches.shape import require
from backend.local.aws.private import Private

models: Private = moto_s3
responses: Private = moto_responses
ALGORITHM = "x-amz-checksum-algorithm"


class _Asked(threading.local):
    """The checksum algorithm that the present thread's copy is asked to have."""

    algorithm: str | None = None


_asked = _Asked()


class _Source:
    """A key to be copied, as moto's copy_object sees it: its value is a file already copied."""

    def __init__(self, key: Private, algorithm: str | None) -> None:
        self._key = key
        self._body: StoredBody | None = None
        self.checksum_algorithm = algorithm or key.checksum_algorithm
        is_same = self.checksum_algorithm == key.checksum_algorithm
        is_whole = key.checksum_type != "COMPOSITE"
        self.checksum_value = key.checksum_value if is_same and is_whole else None

    def __getattr__(self, name: str) -> Private:
        return getattr(self._key, name)

    @property
    def value(self) -> StoredBody:
        self._body = copied(self._key._value_buffer.path)  # noqa: SLF001
        if self.checksum_value is None and self.checksum_algorithm in checksums.ALGORITHMS:
            digest = checksums.of_file(self._body.path, self.checksum_algorithm)
            self.checksum_value = checksums.written(digest)
        return self._body

    def discard(self) -> None:
        """Remove what was copied for nothing."""
        if self._body is not None:
            self._body.path.unlink(missing_ok=True)


def _copy(original: Callable[..., None], backend: Private, src_key: Private,
          *rest: Private, **named: Private) -> None:  # fmt: skip
    source = _Source(src_key, _asked.algorithm)
    try:
        original(backend, source, *rest, **named)
    except BaseException:
        source.discard()
        raise


def _copy_part(
    _original: Callable[..., Any],
    backend: Private,
    dest_bucket_name: str,
    multipart_id: str,
    part_id: int,
    *,
    src_bucket_name: str,
    src_key_name: str,
    src_version_id: str | None,
    start_byte: int | None,
    end_byte: int | None,
) -> Private:
    upload = backend.get_bucket(dest_bucket_name).multiparts[multipart_id]
    source = backend.get_object(src_bucket_name, src_key_name, version_id=src_version_id)
    if source is None:
        raise MissingKey(key=src_key_name)
    if source.storage_class in models.ARCHIVE_STORAGE_CLASSES and not _is_readable(source):
        raise _not_restored(source)
    begin, size = 0, source.size
    if start_byte is not None and end_byte is not None:
        if not start_byte <= end_byte < source.size:
            text = f"Range specified is not valid for source object of size: {source.size}"
            raise S3ClientError("InvalidArgument", text)
        begin, size = start_byte, end_byte - start_byte + 1
    return upload.set_part(part_id, copied(source._value_buffer.path, begin, size))  # noqa: SLF001


def _is_readable(key: Private) -> bool:
    return key.restoration is not None and key.restoration.is_readable(time.time())


def _not_restored(key: Private) -> InvalidObjectState:
    """Return the error of S3 where moto has ObjectNotInActiveTierError."""
    return InvalidObjectState(storage_class=key.storage_class)


def _answer(original: Callable[[Any], Any], response: Private) -> Private:
    """Answer CopyObject; the checksum that it asks for is made by `_Source`, not by moto."""
    _asked.algorithm = response.headers.get(ALGORITHM)
    if _asked.algorithm is not None and _asked.algorithm not in checksums.ALGORITHMS:
        known = ", ".join(checksums.ALGORITHMS)
        raise S3ClientError("InvalidRequest", f"Of checksums the local stack knows {known}")
    response.headers = Headers([each for each in response.headers if each[0].lower() != ALGORITHM])
    try:
        return original(response)
    finally:
        _asked.algorithm = None


def apply() -> None:
    """Replace what the module's text names."""
    backend, response = models.S3Backend, responses.S3Response
    require(backend.copy_object, "value=src_key.value", "checksum_value = src_key.checksum_value")
    require(backend.upload_part_copy, "return multipart.set_part(part_id, src_value)")
    require(response.copy_object, "raise ObjectNotInActiveTierError(key_to_copy)", "new_key.value")
    responses.ObjectNotInActiveTierError = _not_restored
    for owner, name, wrapper in (
        (backend, "copy_object", _copy),
        (backend, "upload_part_copy", _copy_part),
        (response, "copy_object", _answer),
    ):
        setattr(owner, name, _around(wrapper, getattr(owner, name)))


def _around(wrapper: Callable[..., Any], original: Callable[..., Any]) -> Callable[..., Any]:
    return lambda *arguments, **named: wrapper(original, *arguments, **named)
