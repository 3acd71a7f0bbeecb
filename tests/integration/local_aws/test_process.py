"""The process: what it says, what it refuses, and what it keeps when it is killed."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import BotoCoreError, ClientError

from tests.integration.local_aws.conftest import ROOT, Process, send

Start = Callable[..., Process]
PART = b"variant\n" * (5 << 17)


def received(queue: Any, name: str, wanted: int, *, waits: int = 20) -> list[dict[str, Any]]:
    """Return the bodies of the next *wanted* messages, fewer after *waits* empty seconds."""
    url = queue.get_queue_url(QueueName=name)["QueueUrl"]
    bodies: list[dict[str, Any]] = []
    while len(bodies) < wanted and waits:
        answer = queue.receive_message(QueueUrl=url, MaxNumberOfMessages=10, WaitTimeSeconds=1)
        messages = answer.get("Messages", [])
        waits -= not messages
        bodies += [json.loads(message["Body"]) for message in messages]
        entries = [
            {"Id": str(number), "ReceiptHandle": message["ReceiptHandle"]}
            for number, message in enumerate(messages)
        ]
        if entries:
            queue.delete_message_batch(QueueUrl=url, Entries=entries)
    return bodies


def job(number: int, **more: str) -> dict[str, Any]:
    plain = {"job_id": f"job-{number}", "user_id": "ada", "submit_time": "2026", **more}
    return {name: {"S": value} for name, value in plain.items()}


def job_ids(table: Any) -> set[str]:
    pages = table.get_paginator("scan").paginate(TableName="gas_jobs")
    return {item["job_id"]["S"] for page in pages for item in page["Items"]}


def test_it_refuses_any_address_but_loopback(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "backend.local.aws", "--data", str(tmp_path)]
    run = subprocess.run(
        [*command, "--host", "0.0.0.0"],  # noqa: S104
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
        timeout=60,
    )
    assert run.returncode == 2
    assert "127.0.0.1 only" in run.stderr


@pytest.mark.slow
def test_it_is_healthy_and_ends_cleanly_on_sigterm(start: Start) -> None:
    process = start("--parameters", "Prefix=other")
    assert process.outputs["JobsTable"] == "other_jobs"
    health = send("GET", f"{process.endpoint}/_gas/health")
    assert (health.status, json.loads(health.body)) == (200, {"ready": True})
    assert (process.data / "credentials.json").stat().st_mode & 0o777 == 0o600
    assert process.end(signal.SIGTERM) == 0


@pytest.mark.slow
def test_a_folder_has_one_server_at_a_time(start: Start) -> None:
    process = start()
    command = [sys.executable, "-m", "backend.local.aws", "--data", str(process.data)]
    second = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    assert second.returncode == 1
    assert "another local AWS has its state in" in second.stderr


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self").exists(), reason="it asks /proc which processes live")
def test_lambdas_end_with_a_server_that_is_killed(start: Start) -> None:
    process = start()
    answer = process.client("lambda").invoke(FunctionName="gas_notify", Payload=b"{}")
    status = Path("/proc", str(json.load(answer["Payload"])["pid"]), "stat")
    assert status.exists()
    process.end(signal.SIGKILL)
    end = time.monotonic() + 10
    while status.exists() and status.read_text().split()[2] != "Z":
        assert time.monotonic() < end, "the Lambda lives on"
        time.sleep(0.05)


@pytest.mark.slow
def test_items_and_their_stream_survive_kill_9(start: Start, tmp_path: Path) -> None:
    gate = tmp_path / "gate"
    process = start()
    table = process.client("dynamodb")
    table.put_item(TableName="gas_jobs", Item=job(0, wait_for=str(gate)))
    for number in range(1, 30):
        table.put_item(TableName="gas_jobs", Item=job(number))
    table.delete_item(TableName="gas_jobs", Key={"job_id": {"S": "job-3"}})
    table.transact_write_items(
        TransactItems=[
            {"Put": {"TableName": "gas_jobs", "Item": job(100)}},
            {"Put": {"TableName": "gas_accounts", "Item": {"user_id": {"S": "ada"}}}},
        ]
    )
    process.end(signal.SIGKILL)
    gate.touch()

    process = start()
    table = process.client("dynamodb")
    wanted = {f"job-{number}" for number in range(30)} - {"job-3"} | {"job-100"}
    assert job_ids(table) == wanted
    assert table.get_item(TableName="gas_accounts", Key={"user_id": {"S": "ada"}})["Item"]
    # Nothing of the stream had been taken; all of it comes now, in order.
    changes = received(process.client("sqs"), "gas_job_changes", 32)
    told = [(each["event"], each["Keys"]["job_id"]["S"]) for each in changes]
    assert sorted(told) == sorted(
        [("INSERT", f"job-{number}") for number in [*range(30), 100]] + [("REMOVE", "job-3")]
    )
    process.end(signal.SIGKILL)

    process = start()
    # What was taken does not come again.
    assert received(process.client("sqs"), "gas_job_changes", 1, waits=3) == []


@pytest.mark.slow
def test_messages_survive_kill_9_with_their_receipts(start: Start) -> None:
    process = start()
    queue = process.client("sqs")
    url = process.outputs["JobRequestsQueue"]
    for number in range(30):
        attribute = {"kind": {"DataType": "Binary", "BinaryValue": b"\x00\xff"}}
        queue.send_message(QueueUrl=url, MessageBody=str(number), MessageAttributes=attribute)
    taken = queue.receive_message(QueueUrl=url, MaxNumberOfMessages=10)["Messages"]
    for message in taken[:4]:
        queue.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    queue.change_message_visibility(
        QueueUrl=url, ReceiptHandle=taken[4]["ReceiptHandle"], VisibilityTimeout=0
    )
    process.end(signal.SIGKILL)

    process = start()
    queue = process.client("sqs")
    url = process.outputs["JobRequestsQueue"]
    counted = queue.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    assert counted["ApproximateNumberOfMessages"] == "21"
    assert counted["ApproximateNumberOfMessagesNotVisible"] == "5"
    queue.delete_message(QueueUrl=url, ReceiptHandle=taken[5]["ReceiptHandle"])
    counted = queue.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    assert counted["ApproximateNumberOfMessagesNotVisible"] == "4"
    again = queue.receive_message(
        QueueUrl=url,
        MaxNumberOfMessages=1,
        MessageAttributeNames=["All"],
        MessageSystemAttributeNames=["All"],
    )["Messages"][0]
    assert again["Body"] == taken[4]["Body"]
    assert again["Attributes"]["ApproximateReceiveCount"] == "2"
    assert again["MessageAttributes"]["kind"]["BinaryValue"] == b"\x00\xff"


@pytest.mark.slow
def test_files_unfinished_uploads_and_mail_survive_kill_9(start: Start) -> None:
    process = start()
    s3, bucket = process.client("s3"), process.outputs["InputsBucket"]
    s3.put_object(
        Bucket=bucket, Key="a/ü b.vcf", Body=PART, ContentType="text/x-vcf", Metadata={"job": "1"}
    )
    s3.put_object(Bucket=bucket, Key="gone", Body=b"x")
    s3.put_object(Bucket=bucket, Key="empty", Body=b"")
    s3.delete_object(Bucket=bucket, Key="gone")
    upload = s3.create_multipart_upload(Bucket=bucket, Key="big", ChecksumAlgorithm="SHA256")
    named = {"Bucket": bucket, "Key": "big", "UploadId": upload["UploadId"]}
    first = s3.upload_part(**named, PartNumber=1, Body=PART)
    process.client("sesv2").send_email(
        FromEmailAddress="gas@example.org",
        Destination={"ToAddresses": ["ada@example.org"]},
        Content={"Simple": {"Subject": {"Data": "Done"}, "Body": {"Text": {"Data": "Ja."}}}},
    )
    process.end(signal.SIGKILL)
    (process.data / "objects" / "half-written").write_bytes(b"x")

    process = start()
    s3 = process.client("s3")
    got = s3.get_object(Bucket=bucket, Key="a/ü b.vcf")
    assert got["Body"].read() == PART
    assert (got["ContentType"], got["Metadata"]) == ("text/x-vcf", {"job": "1"})
    listed = s3.list_objects_v2(Bucket=bucket)["Contents"]
    assert {each["Key"]: each["Size"] for each in listed} == {"a/ü b.vcf": len(PART), "empty": 0}
    last = s3.upload_part(**named, PartNumber=2, Body=b"end")
    parts = [{"PartNumber": n, "ETag": p["ETag"]} for n, p in ((1, first), (2, last))]
    s3.complete_multipart_upload(**named, MultipartUpload={"Parts": parts})
    assert s3.get_object(Bucket=bucket, Key="big")["Body"].read() == PART + b"end"
    # Two whole objects: the parts, and what no row names, are gone. The empty one needs no file.
    assert len(list((process.data / "objects").iterdir())) <= 3
    mails = json.loads(send("GET", f"{process.endpoint}/_gas/mail").body)
    assert [(mail["to"], mail["subject"]) for mail in mails] == [(["ada@example.org"], "Done")]
    process.end(signal.SIGKILL)

    process = start()
    whole = process.client("s3").get_object(Bucket=bucket, Key="big")
    assert whole["Body"].read() == PART + b"end"


@pytest.mark.slow
def test_what_was_acknowledged_before_kill_9_is_there(start: Start) -> None:
    process = start()
    table, acknowledged = process.client("dynamodb"), set[str]()
    enough = threading.Event()

    def write(worker: int) -> None:
        for number in range(100_000):
            try:
                table.put_item(TableName="gas_jobs", Item=job(number * 10 + worker))
            except (BotoCoreError, ClientError):
                return
            acknowledged.add(f"job-{number * 10 + worker}")
            if len(acknowledged) > 60:
                enough.set()

    with ThreadPoolExecutor(3) as pool:
        for worker in range(3):
            pool.submit(write, worker)
        assert enough.wait(30)
        process.end(signal.SIGKILL)
    process = start()
    assert acknowledged <= job_ids(process.client("dynamodb"))
    changes = received(process.client("sqs"), "gas_job_changes", len(acknowledged))
    assert acknowledged <= {each["Keys"]["job_id"]["S"] for each in changes}
