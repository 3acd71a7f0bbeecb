"""moto's HEAD gives the checksum of a multipart object without the mark that tells it from others.

A checksum of checksums ends in "-N", N the number of parts (S3's "Checking object integrity");
without it a client compares it with the SHA-256 of the content, and refuses the content.
"""

from __future__ import annotations

from typing import Any

from moto.s3.responses import S3Response

from backend.local.aws.patches.shape import require
from backend.local.aws.private import Private

_original: Any = S3Response.head_object


def apply() -> None:
    """Mark checksums of checksums, as moto's GET does."""
    require(_original, "key.checksum_value\n", "checksum_mode and key.checksum_algorithm")
    require(S3Response.get_object, 'f"{key.checksum_value}-{key.checksum_parts}"')
    response: Private = S3Response
    response.head_object = _head_object


def _head_object(
    response: Private,
    bucket_name: str,
    query: dict[str, Any],
    key_name: str,
    headers: dict[str, Any],
) -> Private:
    status, answered, body = _original(response, bucket_name, query, key_name, headers)
    if any(name.startswith("x-amz-checksum-") for name in answered):
        _mark(answered, response.backend.head_object(bucket_name, key_name))
    return status, answered, body


def _mark(headers: dict[str, Any], key: Private) -> None:
    if key is None or key.checksum_type != "COMPOSITE":
        return
    name = f"x-amz-checksum-{key.checksum_algorithm.lower()}"
    headers[name] = f"{key.checksum_value}-{key.checksum_parts}"
    headers["x-amz-checksum-type"] = key.checksum_type
