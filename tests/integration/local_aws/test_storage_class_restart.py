"""Restores of archived objects over a restart."""

from __future__ import annotations

import signal
import time
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from backend.local.aws.delays import Delays
from backend.local.aws.restoration import Restoration, expiry
from backend.local.aws.server import LocalAws
from tests.integration.local_aws.conftest import Process
from tests.stack import until

TEMPLATE = """
Resources:
  Bucket:
    Type: AWS::S3::Bucket
    Properties:
      BucketName: cold
      NotificationConfiguration:
        QueueConfigurations:
          - {Event: "s3:ObjectRestore:Completed", Queue: !GetAtt Queue.Arn}
  Queue: {Type: "AWS::SQS::Queue", Properties: {QueueName: told}}
"""


@pytest.fixture
def template(tmp_path: Path) -> Path:
    file = tmp_path / "template.yaml"
    file.write_text(TEMPLATE, encoding="utf-8")
    return file


def restoring(s3: Any, *keys: str, days: int = 1) -> None:
    for key in keys:
        s3.put_object(Bucket="cold", Key=key, Body=b"result", StorageClass="GLACIER")
        asked = {"Days": days, "GlacierJobParameters": {"Tier": "Standard"}}
        s3.restore_object(Bucket="cold", Key=key, RestoreRequest=asked)


def is_restored(s3: Any, key: str) -> bool:
    return "false" in s3.head_object(Bucket="cold", Key=key).get("Restore", "")


def told(sqs: Any) -> int:
    url = sqs.get_queue_url(QueueName="told")["QueueUrl"]
    name = "ApproximateNumberOfMessages"
    shown = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=[name])["Attributes"]
    return int(shown[name])


def test_a_restore_that_was_killed_ends_at_its_time(template: Path, tmp_path: Path) -> None:
    delays = ("--glacier-delays", "standard=1")
    first = Process(tmp_path / "data", *delays, template=template)
    restoring(first.client("s3"), "done", days=3)
    until(lambda: told(first.client("sqs")) == 1, "the first message", 20)
    restoring(first.client("s3"), "running")
    begun = time.time()
    first.end(signal.SIGKILL)
    second = Process(tmp_path / "data", *delays, template=template)
    try:
        s3, sqs = second.client("s3"), second.client("sqs")
        assert is_restored(s3, "done")
        assert s3.get_object(Bucket="cold", Key="done")["Body"].read() == b"result"
        until(lambda: is_restored(s3, "running"), "the restore", 20)
        assert time.time() - begun >= 1
        until(lambda: told(sqs) == 2, "the second message", 20)
    finally:
        second.end(signal.SIGTERM)


def test_a_restore_that_ended_meanwhile_is_told_of(template: Path, tmp_path: Path) -> None:
    with LocalAws(tmp_path / "data", template, delays=Delays(standard=0.5)) as aws:
        restoring(aws.client("s3"), "meanwhile")
    until(lambda: time.time() > (tmp_path / "data").stat().st_mtime + 0.5, "the time", 5)
    with LocalAws(tmp_path / "data", template) as aws:
        assert is_restored(aws.client("s3"), "meanwhile")
        until(lambda: told(aws.client("sqs")) == 1, "the message", 20)
    with LocalAws(tmp_path / "data", template) as aws:
        aws.client("s3").put_object(Bucket="cold", Key="x", Body=b"", StorageClass="GLACIER")
        assert told(aws.client("sqs")) == 1
        with pytest.raises(ClientError, match="InvalidObjectState"):
            aws.client("s3").get_object(Bucket="cold", Key="x")


def test_a_copy_is_gone_at_the_midnight_after_its_days() -> None:
    # 2026-11-05 12:00 UTC
    noon, day = 1_793_880_000.0, 86_400.0
    gone = expiry(noon, 2)
    assert gone == noon + 2.5 * day
    restoration = Restoration("Standard", noon, gone)
    assert restoration.header(noon - 1) == 'ongoing-request="true"'
    shown = 'ongoing-request="false", expiry-date="Sun, 08 Nov 2026 00:00:00 GMT"'
    assert restoration.header(noon) == restoration.header(gone - 1) == shown
    assert restoration.header(gone) is None
    assert not restoration.is_readable(gone)
