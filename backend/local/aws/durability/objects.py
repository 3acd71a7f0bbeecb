"""Rows for the objects and the unfinished uploads of S3, and back."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

import moto.s3.models as moto_s3

from backend.local.aws.durability.files import StoredBody
from backend.local.aws.durability.journal import Journal, Statement, active
from backend.local.aws.names import ACCOUNT, PARTITION
from backend.local.aws.private import Private
from backend.local.aws.restoration import Restoration

models: Private = moto_s3
KEY_STATE = (
    "contentsize", "encryption", "kms_key_id", "checksum_value", "checksum_type",
    "checksum_parts", "checksum_algorithm", "version_id", "storage_class",
)  # fmt: skip


def _key_state(key: Private) -> str:
    state = {name: getattr(key, name) for name in KEY_STATE}
    state["etag"] = key.etag.strip('"')
    state["metadata"] = dict(key.metadata)
    state["last_modified"] = key.last_modified.isoformat()
    state["restoration"] = None if key.restoration is None else asdict(key.restoration)
    return json.dumps(state)


def _file_of(key: Private) -> str:
    path = key._value_buffer.path  # noqa: SLF001
    return "" if path is None else path.name


def object_changed(backend: Private, bucket_name: str, key_name: str) -> None:
    """Note that the object is to be stored as it will be when the request ends."""
    if journal := active():
        journal.change(
            ("object", bucket_name, key_name),
            lambda: _object_rows(backend, bucket_name, key_name),
        )


def _object_rows(backend: Private, bucket_name: str, key_name: str) -> list[Statement]:
    key = backend.get_bucket(bucket_name).keys.get(key_name)
    if key is None:
        return [("delete from object where bucket = ? and key = ?", (bucket_name, key_name))]
    row = (bucket_name, key_name, _file_of(key), _key_state(key))
    return [("insert or replace into object values(?, ?, ?, ?)", row)]


def upload_changed(backend: Private, bucket_name: str, upload_id: str) -> None:
    """Note that the upload was begun, completed or given up."""
    if journal := active():
        journal.change(("upload", upload_id), lambda: _upload_rows(backend, bucket_name, upload_id))


def _upload_rows(backend: Private, bucket_name: str, upload_id: str) -> list[Statement]:
    upload = backend.get_bucket(bucket_name).multiparts.get(upload_id)
    if upload is None:
        return [
            ("delete from upload where id = ?", (upload_id,)),
            ("delete from part where upload = ?", (upload_id,)),
        ]
    state = {
        "key_name": upload.key_name,
        "metadata": dict(upload.metadata),
        "storage": upload.storage,
        "tags": upload.tags,
        "sse_encryption": upload.sse_encryption,
        "kms_key_id": upload.kms_key_id,
    }
    row = (upload_id, bucket_name, json.dumps(state))
    return [("insert or replace into upload values(?, ?, ?)", row)]


def part_changed(backend: Private, bucket_name: str, upload_id: str, number: int) -> None:
    """Note that a part of an upload arrived."""
    if journal := active():
        journal.change(
            ("part", upload_id, number),
            lambda: _part_rows(backend, bucket_name, upload_id, number),
        )


def _part_rows(backend: Private, bucket_name: str, upload_id: str, number: int) -> list[Statement]:
    upload = backend.get_bucket(bucket_name).multiparts.get(upload_id)
    part = upload.parts.get(number) if upload else None
    if part is None:
        return [("delete from part where upload = ? and number = ?", (upload_id, number))]
    row = (upload_id, number, _file_of(part), _key_state(part))
    return [("insert or replace into part values(?, ?, ?, ?)", row)]


def _restored(
    backend: Private, name: Private, file: Path, state: dict[str, Any], **more: Private
) -> Private:
    key = models.FakeKey(
        name=name,
        value=StoredBody(file, state["contentsize"]) if file.is_file() else b"",
        account_id=ACCOUNT,
        region_name=backend.region_name,
        storage=state["storage_class"],
        etag=state["etag"],
        version_id=state["version_id"],
        encryption=state["encryption"],
        kms_key_id=state["kms_key_id"],
        checksum_value=state["checksum_value"],
        checksum_type=state["checksum_type"],
        checksum_parts=state["checksum_parts"],
        **more,
    )
    key.checksum_algorithm = state["checksum_algorithm"]
    key.last_modified = datetime.fromisoformat(state["last_modified"])
    key.set_metadata(state["metadata"])
    if restoration := state.get("restoration"):
        key.restoration = Restoration(**restoration)
    return key


def load(journal: Journal) -> None:
    """Put stored objects and uploads back into the deployed buckets; read none of their bytes."""
    backend = models.s3_backends[ACCOUNT][PARTITION]
    for bucket_name, name, file, state in journal.rows("select * from object"):
        if bucket := backend.buckets.get(bucket_name):
            path = journal.objects / (file or "-")
            key = _restored(backend, name, path, json.loads(state), bucket_name=bucket_name)
            bucket.keys.setlist(name, [key])
    for upload_id, bucket_name, state in journal.rows("select * from upload"):
        if bucket := backend.buckets.get(bucket_name):
            bucket.multiparts[upload_id] = _upload(backend, journal, upload_id, json.loads(state))
    _sweep(journal)


def _upload(backend: Private, journal: Journal, upload_id: str, state: dict[str, Any]) -> Private:
    upload = models.FakeMultipart(
        account_id=ACCOUNT,
        region_name=backend.region_name,
        acl=models.get_canned_acl("private"),
        **state,
    )
    upload.id = upload_id
    query = "select number, file, state from part where upload = ? order by number"
    for number, file, part_state in journal.rows(query, (upload_id,)):
        path = journal.objects / (file or "-")
        upload.parts[number] = _restored(backend, number, path, json.loads(part_state))
        upload.partlist.append(number)
    return upload


def _sweep(journal: Journal) -> None:
    """Remove files that no row names: bytes that came while the process was being killed."""
    named = {
        file for (file,) in journal.rows("select file from object union select file from part")
    }
    for file in journal.objects.iterdir():
        if file.name not in named:
            file.unlink()
