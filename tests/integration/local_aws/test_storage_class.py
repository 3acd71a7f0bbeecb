"""Objects in the storage class GLACIER, and copies of objects, as on AWS."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote_plus

import httpx2
import pytest
from botocore.exceptions import ClientError

from backend.local.aws.delays import Delays
from backend.local.aws.server import LocalAws
from tests.stack import until

MIB = 1 << 20
FAST = Delays(expedited=0.2, standard=0.5, bulk=1000)
TEMPLATE = """
Resources:
  Bucket:
    Type: AWS::S3::Bucket
    Properties:
      BucketName: cold
      NotificationConfiguration:
        QueueConfigurations:
          - {Event: "s3:ObjectRestore:*", Queue: !GetAtt Queue.Arn}
        TopicConfigurations:
          - Event: s3:ObjectRestore:Completed
            Topic: !Ref Topic
            Filter: {S3Key: {Rules: [{Name: prefix, Value: told/}]}}
  Queue: {Type: "AWS::SQS::Queue", Properties: {QueueName: direct}}
  Topic: {Type: "AWS::SNS::Topic", Properties: {TopicName: complete_thaw}}
  Told: {Type: "AWS::SQS::Queue", Properties: {QueueName: told}}
  Subscription:
    Type: AWS::SNS::Subscription
    Properties: {TopicArn: !Ref Topic, Protocol: sqs, Endpoint: !GetAtt Told.Arn,
                 RawMessageDelivery: true}
"""


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("template") / "template.yaml"
    file.write_text(TEMPLATE, encoding="utf-8")
    return file


@pytest.fixture(scope="module")
def aws(template: Path) -> Iterator[LocalAws]:
    with LocalAws(None, template, delays=FAST) as running:
        yield running


@pytest.fixture
def key(request: pytest.FixtureRequest) -> str:
    name: str = request.node.name
    return name


def store(aws: LocalAws, key: str, body: bytes = b"result") -> Any:
    s3 = aws.client("s3")
    s3.put_object(Bucket="cold", Key=key, Body=body, StorageClass="GLACIER")
    return s3


def restore(s3: Any, key: str, tier: str, days: int | None = 1) -> int:
    asked: dict[str, Any] = {"GlacierJobParameters": {"Tier": tier}}
    if days is not None:
        asked["Days"] = days
    answer = s3.restore_object(Bucket="cold", Key=key, RestoreRequest=asked)
    status: int = answer["ResponseMetadata"]["HTTPStatusCode"]
    return status


def refusal(error: pytest.ExceptionInfo[ClientError]) -> tuple[str, int]:
    response = error.value.response
    return response["Error"]["Code"], response["ResponseMetadata"]["HTTPStatusCode"]


def state(s3: Any, key: str) -> str | None:
    shown: str | None = s3.head_object(Bucket="cold", Key=key).get("Restore")
    return shown


def restored(s3: Any, key: str) -> str:
    return str(until(lambda: "false" in (state(s3, key) or "") and state(s3, key), "it", 20))


def events(aws: LocalAws, queue: str, key: str, count: int) -> list[dict[str, Any]]:
    """Take messages until *count* records about *key* were among them."""
    sqs, found = aws.client("sqs"), []
    url = sqs.get_queue_url(QueueName=queue)["QueueUrl"]
    while len(found) < count:
        for message in sqs.receive_message(QueueUrl=url, WaitTimeSeconds=20)["Messages"]:
            sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
            record = json.loads(message["Body"])["Records"][0]
            if unquote_plus(record["s3"]["object"]["key"]) == key:
                found.append(record)
    return found


def test_a_restored_object_is_there_after_its_delay_and_says_so(aws: LocalAws) -> None:
    key = "told/a result+1.gz"
    s3 = store(aws, key)
    assert s3.head_object(Bucket="cold", Key=key)["StorageClass"] == "GLACIER"
    assert state(s3, key) is None
    assert restore(s3, key, "Expedited", days=2) == 202
    assert state(s3, key) == 'ongoing-request="true"'
    with pytest.raises(ClientError) as early:
        s3.get_object(Bucket="cold", Key=key)
    assert refusal(early) == ("InvalidObjectState", 403)
    shown = restored(s3, key)
    assert shown.startswith('ongoing-request="false", expiry-date="')
    assert shown.endswith(' 00:00:00 GMT"')
    got = s3.get_object(Bucket="cold", Key=key, Range="bytes=2-")
    assert (got["Body"].read(), got["Restore"]) == (b"sult", shown)
    begun, completed = events(aws, "direct", key, 2)
    assert (begun["eventName"], completed["eventName"]) == (
        "ObjectRestore:Post", "ObjectRestore:Completed",
    )  # fmt: skip
    assert "glacierEventData" not in begun
    (told,) = events(aws, "told", key, 1)
    data = told["glacierEventData"]["restoreEventData"]
    assert data["lifecycleRestoreStorageClass"] == "GLACIER"
    assert data["lifecycleRestorationExpiryTime"].endswith("T00:00:00.000Z")
    assert told["s3"]["bucket"]["name"] == "cold"
    stored = told["s3"]["object"]
    assert (stored["key"], stored["size"]) == ("told/a+result%2B1.gz", 6)
    assert stored["eTag"] == hashlib.md5(b"result", usedforsecurity=False).hexdigest()


def test_what_is_not_restored_can_be_neither_read_nor_copied(aws: LocalAws, key: str) -> None:
    s3 = store(aws, key)
    named = {"Bucket": "cold", "Key": f"{key}-copy"}
    upload = s3.create_multipart_upload(**named)["UploadId"]
    part = {"UploadId": upload, "PartNumber": 1}
    for call in (
        lambda: s3.get_object(Bucket="cold", Key=key),
        lambda: s3.copy_object(**named, CopySource=f"cold/{key}"),
        lambda: s3.upload_part_copy(**named, **part, CopySource=f"cold/{key}"),
    ):
        with pytest.raises(ClientError) as refused:
            call()
        assert refusal(refused) == ("InvalidObjectState", 403)
    address = s3.generate_presigned_url("get_object", {"Bucket": "cold", "Key": key})
    answer = httpx2.get(address)
    assert answer.status_code == 403
    assert "<Code>InvalidObjectState</Code>" in answer.text
    assert "<StorageClass>GLACIER</StorageClass>" in answer.text


def test_a_running_restore_is_not_asked_for_again_but_faster(aws: LocalAws, key: str) -> None:
    s3 = store(aws, key)
    assert restore(s3, key, "Bulk") == 202
    with pytest.raises(ClientError) as again:
        restore(s3, key, "Bulk")
    assert refusal(again) == ("RestoreAlreadyInProgress", 409)
    assert restore(s3, key, "Standard", days=None) == 202
    with pytest.raises(ClientError) as slower:
        restore(s3, key, "Bulk")
    assert refusal(slower) == ("RestoreAlreadyInProgress", 409)
    before = restored(s3, key)
    names = [event["eventName"] for event in events(aws, "direct", key, 2)]
    assert names == ["ObjectRestore:Post", "ObjectRestore:Completed"]
    assert restore(s3, key, "Bulk", days=9) == 200
    assert restored(s3, key) != before


def test_expedited_is_refused_without_capacity(aws: LocalAws, key: str) -> None:
    s3, switch = store(aws, key), f"{aws.endpoint}/_gas/faults"
    httpx2.put(switch, json={"expedited_capacity": False}).raise_for_status()
    try:
        with pytest.raises(ClientError) as refused:
            restore(s3, key, "Expedited")
        assert refusal(refused) == ("GlacierExpeditedRetrievalNotAvailable", 503)
        assert state(s3, key) is None
        assert restore(s3, key, "Standard") == 202
    finally:
        httpx2.put(switch, json={"expedited_capacity": True}).raise_for_status()
    restored(s3, key)


@pytest.mark.parametrize(
    ("asked", "wanted"),
    [
        ({"Key": "none"}, ("NoSuchKey", 404)),
        ({"Bucket": "none"}, ("NoSuchBucket", 404)),
        ({"Key": "warm"}, ("InvalidObjectState", 403)),
        ({"Key": "deep"}, ("NotImplemented", 501)),
        ({"RestoreRequest": {}}, ("MalformedXML", 400)),
        ({"RestoreRequest": {"Days": 0}}, ("MalformedXML", 400)),
        ({"RestoreRequest": {"Days": 1, "Tier": "Soon"}}, ("MalformedXML", 400)),
        ({"RestoreRequest": {"Days": 1, "Type": "SELECT"}}, ("MalformedXML", 400)),
    ],
)
def test_a_restore_that_makes_no_sense_is_refused(
    aws: LocalAws, asked: dict[str, Any], wanted: tuple[str, int]
) -> None:
    s3 = store(aws, "cold")
    s3.put_object(Bucket="cold", Key="warm", Body=b"x")
    s3.put_object(Bucket="cold", Key="deep", Body=b"x", StorageClass="DEEP_ARCHIVE")
    with pytest.raises(ClientError) as refused:
        s3.restore_object(
            **{"Bucket": "cold", "Key": "cold", "RestoreRequest": {"Days": 1}, **asked}
        )
    assert refusal(refused) == wanted


def test_an_object_put_in_place_of_a_restored_one_is_cold(aws: LocalAws, key: str) -> None:
    s3 = store(aws, key)
    restore(s3, key, "Expedited")
    restored(s3, key)
    store(aws, key, b"another")
    assert state(s3, key) is None
    restore(s3, key, "Expedited")
    s3.delete_object(Bucket="cold", Key=key)
    with pytest.raises(ClientError, match="404"):
        state(s3, key)


def test_a_restored_object_is_copied_to_where_it_stays(aws: LocalAws, key: str) -> None:
    s3 = aws.client("s3")
    upload = s3.create_multipart_upload(Bucket="cold", Key=key, StorageClass="GLACIER")
    named: dict[str, Any] = {"Bucket": "cold", "Key": key, "UploadId": upload["UploadId"]}
    tag = s3.upload_part(**named, PartNumber=1, Body=b"joined")["ETag"]
    parts = {"Parts": [{"PartNumber": 1, "ETag": tag}]}
    s3.complete_multipart_upload(**named, MultipartUpload=parts)
    assert s3.head_object(Bucket="cold", Key=key)["StorageClass"] == "GLACIER"
    restore(s3, key, "Expedited")
    restored(s3, key)
    s3.copy_object(Bucket="cold", Key=key, CopySource=f"cold/{key}", StorageClass="STANDARD")
    head = s3.head_object(Bucket="cold", Key=key)
    assert ("StorageClass" in head, "Restore" in head) == (False, False)
    assert s3.get_object(Bucket="cold", Key=key)["Body"].read() == b"joined"


def sha256(data: bytes) -> str:
    return base64.b64encode(hashlib.sha256(data).digest()).decode()


def test_a_copy_of_parts_has_the_checksum_of_its_content(aws: LocalAws, key: str) -> None:
    s3 = aws.client("s3")
    upload = s3.create_multipart_upload(Bucket="cold", Key=key, ChecksumAlgorithm="SHA256")
    named: dict[str, Any] = {"Bucket": "cold", "Key": key, "UploadId": upload["UploadId"]}
    bodies, parts = [os.urandom(5 * MIB), b"end"], []
    for number, body in enumerate(bodies, 1):
        part = s3.upload_part(**named, PartNumber=number, Body=body, ChecksumSHA256=sha256(body))
        parts.append({"PartNumber": number, "ETag": part["ETag"], "ChecksumSHA256": sha256(body)})
    s3.complete_multipart_upload(**named, MultipartUpload={"Parts": parts})
    shown = s3.head_object(Bucket="cold", Key=key, ChecksumMode="ENABLED")
    of_parts = b"".join(hashlib.sha256(body).digest() for body in bodies)
    assert shown["ChecksumSHA256"] == f"{sha256(of_parts)}-2"
    whole = b"".join(bodies)
    for more in ({}, {"ChecksumAlgorithm": "SHA256"}):
        copied = s3.copy_object(Bucket="cold", Key=f"{key}-copy", CopySource=f"cold/{key}", **more)[
            "CopyObjectResult"
        ]
        assert copied["ChecksumSHA256"] == sha256(whole)
        assert copied["ETag"] == f'"{hashlib.md5(whole, usedforsecurity=False).hexdigest()}"'
        head = s3.head_object(Bucket="cold", Key=f"{key}-copy", ChecksumMode="ENABLED")
        assert head["ChecksumSHA256"] == sha256(whole)
        # The client itself compares the checksum with what it reads.
        got = s3.get_object(Bucket="cold", Key=f"{key}-copy", ChecksumMode="ENABLED")
        assert got["Body"].read() == whole


def test_a_copy_gets_the_checksum_that_is_asked_for(aws: LocalAws, key: str) -> None:
    s3 = aws.client("s3")
    s3.put_object(Bucket="cold", Key=key, Body=b"result", ChecksumAlgorithm="CRC32")
    named = {"Bucket": "cold", "Key": f"{key}-copy", "CopySource": f"cold/{key}"}
    assert "ChecksumCRC32" in s3.copy_object(**named)["CopyObjectResult"]
    copied = s3.copy_object(**named, ChecksumAlgorithm="SHA1", Metadata={"k": "v"},
                            MetadataDirective="REPLACE")["CopyObjectResult"]  # fmt: skip
    digest = hashlib.sha1(b"result", usedforsecurity=False).digest()
    assert copied["ChecksumSHA1"] == base64.b64encode(digest).decode()
    head = s3.head_object(Bucket="cold", Key=f"{key}-copy", ChecksumMode="ENABLED")
    assert (head["ChecksumSHA1"], head["Metadata"]) == (copied["ChecksumSHA1"], {"k": "v"})
    with pytest.raises(ClientError, match="InvalidRequest"):
        s3.copy_object(**named, ChecksumAlgorithm="CRC64NVME")


def test_parts_are_copied_from_a_range(aws: LocalAws, key: str) -> None:
    s3, data = aws.client("s3"), os.urandom(6 * MIB)
    s3.put_object(Bucket="cold", Key=key, Body=data)
    upload = s3.create_multipart_upload(Bucket="cold", Key=f"{key}-copy", StorageClass="GLACIER")
    named: dict[str, Any] = {"Bucket": "cold", "Key": f"{key}-copy", "UploadId": upload["UploadId"]}
    source = {"CopySource": f"cold/{key}"}
    parts = []
    for number, span in enumerate((f"0-{5 * MIB - 1}", f"{5 * MIB}-{6 * MIB - 1}"), 1):
        copied = s3.upload_part_copy(
            **named, **source, PartNumber=number, CopySourceRange=f"bytes={span}"
        )["CopyPartResult"]
        parts.append({"PartNumber": number, "ETag": copied["ETag"]})
    with pytest.raises(ClientError, match="InvalidArgument"):
        s3.upload_part_copy(**named, **source, PartNumber=3, CopySourceRange="bytes=0-99999999")
    s3.complete_multipart_upload(**named, MultipartUpload={"Parts": parts})
    restore(s3, f"{key}-copy", "Expedited")
    restored(s3, f"{key}-copy")
    assert s3.get_object(Bucket="cold", Key=f"{key}-copy")["Body"].read() == data


def test_a_copy_takes_no_memory_for_its_content(aws: LocalAws, key: str) -> None:
    s3, data = aws.client("s3"), bytes(64 * MIB)
    s3.put_object(Bucket="cold", Key=key, Body=data)
    upload = s3.create_multipart_upload(Bucket="cold", Key=f"{key}-parts")["UploadId"]
    tracemalloc.start()
    try:
        s3.copy_object(
            Bucket="cold", Key=f"{key}-copy", CopySource=f"cold/{key}", ChecksumAlgorithm="SHA256"
        )
        s3.upload_part_copy(Bucket="cold", Key=f"{key}-parts", UploadId=upload, PartNumber=1,
                            CopySource=f"cold/{key}")  # fmt: skip
        # The ETag is made of blocks of 16 MiB.
        assert tracemalloc.get_traced_memory()[1] < 40 * MIB
    finally:
        tracemalloc.stop()
