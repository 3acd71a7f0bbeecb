"""AWS Signature Version 4 in the query string, checked as S3 does.

Source: "Authenticating Requests: Using Query Parameters (AWS Signature Version 4)", Amazon S3
API Reference.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl, quote

from backend.local.aws.credentials import Credentials

ALGORITHM = "AWS4-HMAC-SHA256"
LONGEST_LIFE = timedelta(days=7)
CLOCK_SKEW = timedelta(minutes=15)
NEEDED = (
    "X-Amz-Credential", "X-Amz-Date", "X-Amz-Expires", "X-Amz-SignedHeaders", "X-Amz-Signature",
)  # fmt: skip


class SignatureError(Exception):
    """The request is not one that the holder of the key signed.

    Attributes:
        status: the HTTP status to answer with.
        code: S3's error code.
    """

    def __init__(self, code: str, message: str, status: int = 403) -> None:
        super().__init__(message)
        self.code = code
        self.status = status


@dataclass(frozen=True, slots=True)
class SignedRequest:
    """A request as it came over the wire.

    Attributes:
        path: percent-encoded, as sent.
        query: without the question mark, as sent.
        header: returns the value of a header named in lower case, None if it was not sent.
        amazon_headers: the names of all x-amz- headers that were sent, in lower case.
    """

    method: str
    path: str
    query: str
    header: Callable[[str], str | None]
    amazon_headers: frozenset[str] = frozenset()


def check(request: SignedRequest, credentials: Credentials, now: datetime) -> None:
    """Return if the query string signs this very request, now and with these credentials.

    Raises:
        SignatureError: it does not.
    """
    query = parse_qsl(request.query, keep_blank_values=True)
    fields = dict(query)
    if fields.get("X-Amz-Algorithm") != ALGORITHM or any(name not in fields for name in NEEDED):
        raise SignatureError(
            "AuthorizationQueryParametersError",
            f"Query-string authentication requires {ALGORITHM} and {', '.join(NEEDED)}",
            400,
        )
    _check_time(fields, now)
    signed = fields["X-Amz-SignedHeaders"].split(";")
    _check_headers(request, signed)
    scope = _check_scope(fields, credentials)
    canonical = _canonical(request, query, signed)
    wanted = _sign(canonical, fields["X-Amz-Date"], scope, credentials.secret_access_key)
    if not hmac.compare_digest(wanted, fields["X-Amz-Signature"]):
        raise SignatureError(
            "SignatureDoesNotMatch",
            "The request signature we calculated does not match the signature you provided. "
            "Check your key and signing method.",
        )


def _check_time(fields: Mapping[str, str], now: datetime) -> None:
    try:
        begun = datetime.strptime(fields["X-Amz-Date"], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
        life = timedelta(seconds=int(fields["X-Amz-Expires"]))
    except ValueError as error:
        raise SignatureError("AuthorizationQueryParametersError", str(error), 400) from error
    if not timedelta(0) < life <= LONGEST_LIFE:
        raise SignatureError(
            "AuthorizationQueryParametersError",
            "X-Amz-Expires must be between 1 and 604800 seconds",
            400,
        )
    if now > begun + life:
        raise SignatureError("AccessDenied", "Request has expired")
    if begun > now + CLOCK_SKEW:
        raise SignatureError("AccessDenied", "Request is not valid yet")


def _check_headers(request: SignedRequest, signed: list[str]) -> None:
    if "host" not in signed:
        raise SignatureError("SignatureDoesNotMatch", "The header host must be signed")
    loose = sorted(request.amazon_headers - set(signed))
    if loose:
        raise SignatureError(
            "AccessDenied",
            f"There were headers present in the request which were not signed: {', '.join(loose)}",
        )


def _check_scope(fields: Mapping[str, str], credentials: Credentials) -> str:
    key, _, scope = fields["X-Amz-Credential"].partition("/")
    if key != credentials.access_key_id:
        raise SignatureError(
            "InvalidAccessKeyId",
            "The AWS Access Key Id you provided does not exist in our records.",
        )
    parts = scope.split("/")
    day = fields["X-Amz-Date"][:8]
    if len(parts) != len(("day", "region", "service", "end")) or parts[0] != day:
        raise SignatureError(
            "AuthorizationQueryParametersError", "X-Amz-Credential is malformed", 400
        )
    return scope


def _canonical(request: SignedRequest, query: list[tuple[str, str]], signed: list[str]) -> str:
    pairs = sorted(
        (quote(name, safe="-_.~"), quote(value, safe="-_.~"))
        for name, value in query
        if name != "X-Amz-Signature"
    )
    headers = [f"{name}:{' '.join((request.header(name) or '').split())}" for name in signed]
    return "\n".join(
        [
            request.method,
            request.path,
            "&".join(f"{name}={value}" for name, value in pairs),
            *headers,
            "",
            ";".join(signed),
            request.header("x-amz-content-sha256") or "UNSIGNED-PAYLOAD",
        ]
    )


def _sign(canonical: str, date: str, scope: str, secret: str) -> str:
    digest = hashlib.sha256(canonical.encode()).hexdigest()
    key = f"AWS4{secret}".encode()
    for step in scope.split("/"):
        key = hmac.new(key, step.encode(), "sha256").digest()
    text = f"{ALGORITHM}\n{date}\n{scope}\n{digest}"
    return hmac.new(key, text.encode(), "sha256").hexdigest()
