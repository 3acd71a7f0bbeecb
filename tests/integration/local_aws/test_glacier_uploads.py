"""Archives in parts: each is checked, and so is the whole."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.integration.local_aws.vaults import MIB, begun, output, retrieved, sent, tree


def test_an_upload_is_joined_of_its_parts(glacier: Any, vault: str) -> None:
    data = b"a" * (4 * MIB) + b"b" * (3 * MIB) + b"c"
    upload = begun(glacier, vault, 2 * MIB)
    for begin in (4 * MIB, 0, 2 * MIB):
        piece = data[begin : begin + 2 * MIB]
        assert sent(glacier, upload, piece, begin)["checksum"] == tree(piece)
    sent(glacier, upload, b"x" * MIB, 6 * MIB)
    sent(glacier, upload, data[6 * MIB :], 6 * MIB)
    wrong = {**upload, "archiveSize": str(len(data)), "checksum": tree(b"other")}
    with pytest.raises(ClientError, match="Checksum mismatch"):
        glacier.complete_multipart_upload(**wrong)
    right = {**wrong, "checksum": tree(data)}
    with pytest.raises(ClientError, match="Invalid archive size"):
        glacier.complete_multipart_upload(**{**right, "archiveSize": "7"})
    archive_id = glacier.complete_multipart_upload(**right)["archiveId"]
    assert glacier.complete_multipart_upload(**right)["archiveId"] == archive_id
    assert glacier.list_multipart_uploads(vaultName=vault)["UploadsList"] == []
    job_id = retrieved(glacier, vault, archive_id)
    assert output(glacier, vault, job_id) == data
    span = f"bytes={2 * MIB - 3}-{2 * MIB + 2}"
    assert output(glacier, vault, job_id, range=span) == data[2 * MIB - 3 : 2 * MIB + 3]


def test_a_part_that_does_not_fit_is_refused(glacier: Any, vault: str) -> None:
    upload = begun(glacier, vault)
    with pytest.raises(ClientError, match="is none of at most"):
        sent(glacier, upload, b"x", 5)
    with pytest.raises(ClientError, match="is none of at most"):
        sent(glacier, upload, b"x" * (MIB + 1), 0)
    with pytest.raises(ClientError, match="Checksum mismatch"):
        sent(glacier, upload, b"x", 0, checksum=tree(b"y"))
    with pytest.raises(ClientError, match="1 bytes came, not 2"):
        glacier.upload_multipart_part(**upload, range="bytes 0-1/*", body=b"x")
    with pytest.raises(ClientError, match="Invalid Content-Range"):
        glacier.upload_multipart_part(**upload, range="bytes=0-0", body=b"x")
    for size in (MIB - 1, 3 * MIB, 8 << 30):
        with pytest.raises(ClientError, match="Invalid part size"):
            begun(glacier, vault, size)
    assert glacier.list_parts(**upload)["Parts"] == []


def test_parts_with_a_gap_make_no_archive(glacier: Any, vault: str) -> None:
    upload = begun(glacier, vault)
    whole = {**upload, "archiveSize": "1048578", "checksum": tree(b"x")}
    with pytest.raises(ClientError, match="has no parts"):
        glacier.complete_multipart_upload(**whole)
    sent(glacier, upload, b"x", 0)
    sent(glacier, upload, b"x", MIB)
    with pytest.raises(ClientError, match="do not make up an archive"):
        glacier.complete_multipart_upload(**whole)


def test_uploads_and_parts_are_listed_until_aborted(glacier: Any, vault: str) -> None:
    upload, other = begun(glacier, vault), begun(glacier, vault)
    for number in range(3):
        sent(glacier, upload, b"x", number * MIB)
    listed = glacier.list_parts(**upload, limit="2")
    assert (listed["PartSizeInBytes"], listed["ArchiveDescription"]) == (MIB, "in parts")
    rest = glacier.list_parts(**upload, limit="2", marker=listed["Marker"])
    parts = listed["Parts"] + rest["Parts"]
    assert [part["RangeInBytes"] for part in parts] == [
        "0-0", "1048576-1048576", "2097152-2097152",
    ]  # fmt: skip
    assert "Marker" not in rest
    uploads = glacier.get_paginator("list_multipart_uploads").paginate(
        vaultName=vault, PaginationConfig={"PageSize": 1}
    )
    ids = [each["MultipartUploadId"] for page in uploads for each in page["UploadsList"]]
    assert ids == [upload["uploadId"], other["uploadId"]]
    glacier.abort_multipart_upload(**upload)
    with pytest.raises(glacier.exceptions.ResourceNotFoundException, match="upload ID"):
        sent(glacier, upload, b"x", 0)
    left = glacier.list_multipart_uploads(vaultName=vault)["UploadsList"]
    assert [each["MultipartUploadId"] for each in left] == [other["uploadId"]]
