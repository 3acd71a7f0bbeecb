"""What S3 checks of a request and moto does not: the signature in its query, and its bytes."""

from __future__ import annotations

import base64
import hashlib
import io
import tempfile
from datetime import datetime
from typing import IO, Any
from urllib.parse import parse_qs

from backend.local.aws.credentials import Credentials
from backend.local.aws.requests import Environ, header, raw_path
from backend.local.aws.signature import SignatureError, SignedRequest, check

IN_MEMORY = 1 << 20
BLOCK = 1 << 20


def is_presigned(environ: Environ) -> bool:
    """Return whether the query string claims to sign the request, by any version."""
    query = environ.get("QUERY_STRING", "")
    return "X-Amz-Signature=" in query or "Signature=" in query or "X-Amz-Algorithm=" in query


def check_presigned(environ: Environ, credentials: Credentials, now: datetime) -> None:
    """Return if the query string signs this request.

    Raises:
        SignatureError: it does not.
    """
    names = parse_qs(environ["QUERY_STRING"], keep_blank_values=True)
    if "X-Amz-Algorithm" not in names:
        raise SignatureError(
            "InvalidRequest",
            "The authorization mechanism you have provided is not supported. "
            "Please use AWS4-HMAC-SHA256.",
            400,
        )
    sent = {
        name[len("HTTP_") :].lower().replace("_", "-") for name in environ if name[:5] == "HTTP_"
    }
    request = SignedRequest(
        method=environ["REQUEST_METHOD"],
        path=raw_path(environ),
        query=environ["QUERY_STRING"],
        header=lambda name: header(environ, name),
        amazon_headers=frozenset(name for name in sent if name.startswith("x-amz-")),
    )
    check(request, credentials, now)


def take_body(environ: Environ) -> None:
    """Read the whole body, so that what follows need not wait for the client.

    Raises:
        SignatureError: the body is not of the length or of the checksum that was promised.
    """
    if "HTTP_TRANSFER_ENCODING" in environ:
        raise SignatureError(
            "MissingContentLength", "You must provide the Content-Length HTTP header.", 411
        )
    body, digest = _spool(environ["wsgi.input"], int(environ.get("CONTENT_LENGTH") or 0))
    environ["wsgi.input"] = body
    signed = header(environ, "x-amz-content-sha256") or ""
    if len(signed) == len(digest.hex()) and signed != digest.hex():
        raise SignatureError(
            "XAmzContentSHA256Mismatch",
            "The provided 'x-amz-content-sha256' header does not match what was computed.",
            400,
        )
    if "aws-chunked" in (header(environ, "content-encoding") or ""):
        return
    promised = header(environ, "x-amz-checksum-sha256")
    if promised is not None and promised != base64.b64encode(digest).decode():
        raise SignatureError(
            "XAmzContentChecksumMismatch",
            "The provided 'x-amz-checksum-sha256' header does not match what was computed.",
            400,
        )


def _spool(stream: IO[bytes], length: int) -> tuple[Any, bytes]:
    digest = hashlib.sha256()
    spool: Any = io.BytesIO() if length <= IN_MEMORY else tempfile.TemporaryFile()  # noqa: SIM115
    left = length
    while left > 0:
        block = stream.read(min(BLOCK, left))
        if not block:
            raise SignatureError("IncompleteBody", "The request body terminated unexpectedly.", 400)
        digest.update(block)
        spool.write(block)
        left -= len(block)
    spool.seek(0)
    return spool, digest.digest()
