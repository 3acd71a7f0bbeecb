"""Presigned requests are what they were signed for, or they are refused."""

from __future__ import annotations

import base64
import hashlib
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest
from botocore.config import Config
from hypothesis import given
from hypothesis import strategies as st

from backend.local.aws.credentials import Credentials
from backend.local.aws.server import LocalAws
from backend.local.aws.signature import SignatureError, SignedRequest, check
from tests.integration.local_aws.conftest import Answer, send

BODY = b"##fileformat=VCFv4.2\n"


def digest(body: bytes) -> str:
    return base64.b64encode(hashlib.sha256(body).digest()).decode()


def code(answer: Answer) -> str:
    found = re.search(rb"<Code>(.*?)</Code>", answer.body)
    return found[1].decode() if found else ""


def url(aws: LocalAws, call: str, key: str, *, seconds: int = 60, **more: Any) -> str:
    parameters = {"Bucket": aws.outputs["InputsBucket"], "Key": key, **more}
    made: str = aws.client("s3").generate_presigned_url(call, parameters, ExpiresIn=seconds)
    return made


@pytest.fixture
def put(aws: LocalAws) -> str:
    length = len(BODY)
    return url(aws, "put_object", "file", ContentLength=length, ChecksumSHA256=digest(BODY))


CHECKSUM = {"x-amz-checksum-sha256": digest(BODY)}


def test_a_put_as_signed_is_taken_and_can_be_got(aws: LocalAws, put: str) -> None:
    assert send("PUT", put, BODY, CHECKSUM).status == 200
    name = 'attachment; filename="a b.vcf"'
    got = send("GET", url(aws, "get_object", "file", ResponseContentDisposition=name))
    assert (got.status, got.body) == (200, BODY)
    assert got.headers["content-disposition"] == name
    head = send("HEAD", url(aws, "head_object", "file"))
    assert (head.status, head.headers["content-length"]) == (200, str(len(BODY)))


def test_a_part_as_signed_is_taken(aws: LocalAws) -> None:
    s3, bucket = aws.client("s3"), aws.outputs["InputsBucket"]
    upload = s3.create_multipart_upload(Bucket=bucket, Key="parts", ChecksumAlgorithm="SHA256")
    named = {"UploadId": upload["UploadId"], "PartNumber": 1}
    one = url(
        aws, "upload_part", "parts", ContentLength=len(BODY), ChecksumSHA256=digest(BODY), **named
    )
    answer = send("PUT", one, BODY, CHECKSUM)
    assert answer.status == 200
    other = send("PUT", one.replace("partNumber=1", "partNumber=2"), BODY, CHECKSUM)
    assert code(other) == "SignatureDoesNotMatch"
    part = {"PartNumber": 1, "ETag": answer.headers["etag"], "ChecksumSHA256": digest(BODY)}
    s3.complete_multipart_upload(
        Bucket=bucket,
        Key="parts",
        UploadId=upload["UploadId"],
        MultipartUpload={"Parts": [part]},
    )
    assert send("GET", url(aws, "get_object", "parts")).body == BODY
    head = s3.head_object(Bucket=bucket, Key="parts", ChecksumMode="ENABLED")
    assert head["ChecksumSHA256"] == digest(hashlib.sha256(BODY).digest()) + "-1"


@pytest.mark.parametrize(
    ("body", "headers", "wanted"),
    [
        (BODY + b"x", CHECKSUM, (403, "SignatureDoesNotMatch")),
        (BODY[:-1], CHECKSUM, (403, "SignatureDoesNotMatch")),
        (BODY[:-1] + b"x", CHECKSUM, (400, "XAmzContentChecksumMismatch")),
        (BODY, {}, (403, "SignatureDoesNotMatch")),
        (BODY, {**CHECKSUM, "x-amz-acl": "public-read"}, (403, "AccessDenied")),
    ],
    ids=["longer", "shorter", "other bytes", "no checksum", "a header more"],
)
def test_a_put_that_is_not_as_signed_is_refused(
    aws: LocalAws, put: str, body: bytes, headers: dict[str, str], wanted: tuple[int, str]
) -> None:
    answer = send("PUT", put, body, headers)
    assert (answer.status, code(answer)) == wanted


def test_a_body_without_a_length_is_refused(aws: LocalAws) -> None:
    address = url(aws, "put_object", "file")
    answer = send("PUT", address, None, {"Transfer-Encoding": "chunked"})
    assert (answer.status, code(answer)) == (411, "MissingContentLength")


def test_a_request_is_for_its_method_and_its_key(aws: LocalAws) -> None:
    address = url(aws, "get_object", "file")
    assert code(send("GET", address.replace("/file?", "/other?"))) == "SignatureDoesNotMatch"
    assert code(send("DELETE", address)) == "SignatureDoesNotMatch"


def test_a_request_expires(aws: LocalAws) -> None:
    address = url(aws, "get_object", "file", seconds=60)
    long_ago = (datetime.now(UTC) - timedelta(hours=2)).strftime("%Y%m%dT%H%M%SZ")
    old = re.sub(r"X-Amz-Date=\w+", f"X-Amz-Date={long_ago}", address)
    answer = send("GET", old)
    assert (answer.status, code(answer)) == (403, "AccessDenied")
    assert b"expired" in answer.body


def test_another_key_is_refused(aws: LocalAws) -> None:
    stranger = boto3.client(
        "s3",
        endpoint_url=aws.endpoint,
        region_name="us-east-1",
        aws_access_key_id="AKIASTRANGER",
        aws_secret_access_key="guess",
        config=Config(signature_version="s3v4", proxies={}, retries={"total_max_attempts": 1}),
    )
    where = {"Bucket": aws.outputs["InputsBucket"], "Key": "file"}
    answer = send("GET", stranger.generate_presigned_url("get_object", where))
    assert (answer.status, code(answer)) == (403, "InvalidAccessKeyId")
    with pytest.raises(stranger.exceptions.ClientError, match="InvalidAccessKeyId"):
        stranger.list_objects_v2(Bucket=aws.outputs["InputsBucket"])


def test_a_wrong_secret_is_refused(aws: LocalAws) -> None:
    address = url(aws, "get_object", "file")
    forged = address[:-4] + ("0000" if address[-4:] != "0000" else "1111")
    assert code(send("GET", forged)) == "SignatureDoesNotMatch"


def test_version_2_and_no_signature_are_refused(aws: LocalAws) -> None:
    where = f"{aws.endpoint}/{aws.outputs['InputsBucket']}/file"
    old = send("GET", f"{where}?AWSAccessKeyId=x&Signature=y&Expires=99999999999")
    assert (old.status, code(old)) == (400, "InvalidRequest")
    assert (send("GET", where).status, code(send("GET", where))) == (403, "AccessDenied")
    assert send("POST", f"{aws.endpoint}/moto-api/reset").status == 403
    signed = send("GET", where, headers={"Authorization": "AWS key:signature"})
    assert signed.status == 403


# The example of "Authenticating Requests: Using Query Parameters", Amazon S3 API Reference.
EXAMPLE = (
    "X-Amz-Algorithm=AWS4-HMAC-SHA256"
    "&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request"
    "&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host"
    "&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404"
)
PAIR = Credentials("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")
HOSTS = {"host": "examplebucket.s3.amazonaws.com"}
THEN = datetime(2013, 5, 24, 12, tzinfo=UTC)


def test_the_example_of_aws_is_accepted() -> None:
    check(SignedRequest("GET", "/test.txt", EXAMPLE, HOSTS.get), PAIR, THEN)


@given(st.text("abcdef0123456789", min_size=64, max_size=64))
def test_no_other_signature_is_accepted(signature: str) -> None:
    query = EXAMPLE[:-64] + signature
    if query == EXAMPLE:
        return
    with pytest.raises(SignatureError, match="does not match"):
        check(SignedRequest("GET", "/test.txt", query, HOSTS.get), PAIR, THEN)


@pytest.mark.parametrize(
    ("query", "now", "wanted"),
    [
        (EXAMPLE, THEN + timedelta(days=1), "AccessDenied"),
        (EXAMPLE, THEN - timedelta(days=1), "AccessDenied"),
        (EXAMPLE.replace("86400", "604801"), THEN, "AuthorizationQueryParametersError"),
        (EXAMPLE.replace("86400", "soon"), THEN, "AuthorizationQueryParametersError"),
        (EXAMPLE.replace("&X-Amz-Date=20130524T000000Z", ""), THEN,
         "AuthorizationQueryParametersError"),
        (EXAMPLE.replace("=host", "=date"), THEN, "SignatureDoesNotMatch"),
        (EXAMPLE.replace("2F20130524", "2F20130523"), THEN, "AuthorizationQueryParametersError"),
    ],
    ids=["late", "early", "too long", "no time", "field missing", "host not signed", "other day"],
)  # fmt: skip
def test_a_bad_query_is_refused_by_its_reason(query: str, now: datetime, wanted: str) -> None:
    with pytest.raises(SignatureError) as refused:
        check(SignedRequest("GET", "/test.txt", query, HOSTS.get), PAIR, now)
    assert refused.value.code == wanted
