"""S3: moto holds objects in temporary files and joins uploads in memory; here both are on disk.

A key's bytes are one file of the data folder, written before the row that names it is committed
and removed after the row is gone.  Joining the parts of an upload copies from file to file.

moto reads a bucket policy without its conditions, so "deny what is not encrypted" denies all.
Here policies are kept and not evaluated: one machine has one key and no TLS.
"""

from __future__ import annotations

import hashlib
import shutil
import threading
import types
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import moto.s3.models as moto_s3
from moto.iam.access_control import PermissionResult
from moto.s3.exceptions import EntityTooSmall, InvalidPart, MalformedXML

from backend.local.aws import checksums
from backend.local.aws.durability import objects
from backend.local.aws.durability.files import StoredBody, StoredFile
from backend.local.aws.durability.journal import active
from backend.local.aws.patches.shape import MotoChangedError, require
from backend.local.aws.private import Private

models: Private = moto_s3
# Whoever reads or changes objects holds this: moto's S3 is not made for threads.
LOCK = threading.RLock()


def _set_value(key: Private, value: Private, original: Callable[[Any, Any], None]) -> None:
    if isinstance(value, StoredBody):
        key._value_buffer.adopt(value.path)  # noqa: SLF001
        key.contentsize = value.size
    else:
        original(key, value)


def _chosen_parts(upload: Private, body: Iterator[tuple[int, str]]) -> list[Any]:
    parts: list[Any] = []
    for number, etag in body:
        part = upload.parts.get(number)
        if part is None or part.etag.strip('"') != etag.strip('"'):
            raise InvalidPart
        if parts and parts[-1].contentsize < models.S3_UPLOAD_PART_MIN_SIZE:
            raise EntityTooSmall
        parts.append(part)
    if not parts:
        raise MalformedXML
    return parts


def _join(parts: list[Any]) -> StoredBody:
    journal = active()
    if journal is None:
        raise RuntimeError("no data folder is open: uploads cannot be completed")
    path = journal.objects / uuid.uuid4().hex
    with path.open("wb") as whole:
        for part in parts:
            if part.contentsize:
                with part._value_buffer.path.open("rb") as piece:  # noqa: SLF001
                    shutil.copyfileobj(piece, whole, 1 << 20)
        return StoredBody(path, whole.tell())


def _checksum(upload: Private, parts: list[Any], whole: StoredBody) -> tuple[str, str, int] | None:
    """Return (type, checksum, parts) if the upload was begun with a checksum algorithm."""
    algorithm = upload.metadata.get("x-amz-checksum-algorithm")
    if algorithm not in checksums.ALGORITHMS:
        return None
    kind = upload.metadata.get("x-amz-checksum-type") or "COMPOSITE"
    if kind != "COMPOSITE":
        return kind, checksums.written(checksums.of_file(whole.path, algorithm)), 1
    digests = b"".join(
        checksums.of_file(part._value_buffer.path, algorithm)  # noqa: SLF001
        for part in parts
    )
    return kind, checksums.written(checksums.of_parts(digests, algorithm)), len(parts)


def _complete(
    upload: Private, body: Iterator[tuple[int, str]]
) -> tuple[StoredBody, str, tuple[str, str, int] | None]:
    parts = _chosen_parts(upload, body)
    digests = b"".join(bytes.fromhex(part.etag.strip('"')) for part in parts)
    etag = f"{hashlib.md5(digests, usedforsecurity=False).hexdigest()}-{len(parts)}"
    whole = _join(parts)
    return whole, etag, _checksum(upload, parts, whole)


def _put(original: Callable[..., Any], backend: Private, bucket_name: str, key_name: str,
         *rest: Private, **named: Private) -> Private:  # fmt: skip
    key = original(backend, bucket_name, key_name, *rest, **named)
    # The parts are in the whole now; moto would hold on to them.
    key.multipart = None
    objects.object_changed(backend, bucket_name, key_name)
    return key


def _delete(original: Callable[..., Any], backend: Private, bucket_name: str, key_name: str,
            *rest: Private, **named: Private) -> Private:  # fmt: skip
    answer = original(backend, bucket_name, key_name, *rest, **named)
    objects.object_changed(backend, bucket_name, key_name)
    return answer


def _begin(original: Callable[..., Any], backend: Private, bucket_name: str, *rest: Private,
           **named: Private) -> Private:  # fmt: skip
    upload = original(backend, bucket_name, *rest, **named)
    objects.upload_changed(backend, bucket_name, upload.id)
    return upload


def _end(original: Callable[..., Any], backend: Private, bucket_name: str, multipart_id: str,
         *rest: Private) -> Private:  # fmt: skip
    _require_upload(backend, bucket_name, multipart_id)
    answer = original(backend, bucket_name, multipart_id, *rest)
    objects.upload_changed(backend, bucket_name, multipart_id)
    return answer


def _part(original: Callable[..., Any], backend: Private, bucket_name: str, multipart_id: str,
          part_id: int, *rest: Private, **named: Private) -> Private:  # fmt: skip
    _require_upload(backend, bucket_name, multipart_id)
    part = original(backend, bucket_name, multipart_id, part_id, *rest, **named)
    objects.part_changed(backend, bucket_name, multipart_id, part_id)
    return part


def _require_upload(backend: Private, bucket_name: str, multipart_id: str) -> None:
    """Refuse an upload that is over as S3 does; moto answers with a fault of its own."""
    if multipart_id not in backend.get_bucket(bucket_name).multiparts:
        raise models.NoSuchUpload(upload_id=multipart_id)


WRAPPERS: dict[str, Callable[..., Any]] = {
    "put_object": _put,
    "delete_object": _delete,
    "create_multipart_upload": _begin,
    "complete_multipart_upload": _end,
    "abort_multipart_upload": _end,
    "upload_part": _part,
    "upload_part_copy": _part,
}


def _check() -> None:
    key = models.FakeKey
    require(key.__init__, "tempfile.SpooledTemporaryFile(self._max_buffer_size)")
    require(key.value.fset, "self._value_buffer.truncate()", "self.contentsize = len(new_value)")
    require(key.dispose, "self._value_buffer.close()")
    require(models.FakeMultipart.complete, "total.extend(part.value)", "EntityTooSmall()")
    require(models.S3Backend.complete_multipart_upload, "multipart.complete(body)")
    require(models.FakeBucket.get_permission, "iam_policy.is_action_permitted(action, resource)")
    for name in WRAPPERS:
        if not hasattr(models.S3Backend, name):
            raise MotoChangedError(f"moto's S3 has no {name} any more")


def apply() -> None:
    """Replace what the module's text names."""
    _check()
    key = models.FakeKey
    read, write = key.value.fget, key.value.fset
    # The module `tempfile` as moto's S3 sees it: every key's buffer is a file of ours.
    models.tempfile = types.SimpleNamespace(SpooledTemporaryFile=StoredFile)
    key.value = property(read, lambda self, value: _set_value(self, value, write))
    # Files outlive the objects that stand for them: collecting these must remove nothing.
    del key.__del__
    models.FakeMultipart.complete = _complete
    models.FakeBucket.get_permission = lambda _bucket, _action, _resource: PermissionResult.NEUTRAL
    for name, wrapper in WRAPPERS.items():
        setattr(models.S3Backend, name, _around(wrapper, getattr(models.S3Backend, name)))


def _around(wrapper: Callable[..., Any], original: Callable[..., Any]) -> Callable[..., Any]:
    return lambda *arguments, **named: wrapper(original, *arguments, **named)
