"""The process: what it says, what it refuses, and what it keeps when it is killed."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import BotoCoreError, ClientError

from tests.integration.local_aws.conftest import ROOT, Process, send
from tests.processes import is_alive
from tests.stack import until

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


@dataclass(frozen=True)
class Killed:
    """A server that was killed in the middle of its work and started again."""

    process: Process
    taken: list[dict[str, Any]]
    upload: dict[str, str]
    first_part: str
    function: int


def work(process: Process, gate: Path) -> Killed:
    """Use every service, so that each holds something unfinished."""
    table = process.client("dynamodb")
    table.put_item(TableName="gas_jobs", Item=job(0, wait_for=str(gate)))
    for number in range(1, 20):
        table.put_item(TableName="gas_jobs", Item=job(number))
    table.delete_item(TableName="gas_jobs", Key={"job_id": {"S": "job-3"}})
    table.transact_write_items(
        TransactItems=[
            {"Put": {"TableName": "gas_jobs", "Item": job(100)}},
            {"Put": {"TableName": "gas_accounts", "Item": {"user_id": {"S": "ada"}}}},
        ]
    )
    process.client("sesv2").send_email(
        FromEmailAddress="gas@example.org",
        Destination={"ToAddresses": ["ada@example.org"]},
        Content={"Simple": {"Subject": {"Data": "Done"}, "Body": {"Text": {"Data": "Ja."}}}},
    )
    invoked = process.client("lambda").invoke(FunctionName="gas_notify", Payload=b"{}")
    held = {"to": "bo@example.org", "subject": "Held", "wait_for": str(gate)}
    process.client("sns").publish(
        TopicArn=process.outputs["JobResultsTopic"], Message=json.dumps(held)
    )
    upload, part = store_files(process)
    return Killed(
        process=process,
        taken=take_messages(process),
        upload=upload,
        first_part=part,
        function=json.load(invoked["Payload"])["pid"],
    )


def take_messages(process: Process) -> list[dict[str, Any]]:
    """Send 30 messages, take 10, delete 4 of these and give one back."""
    queue, url = process.client("sqs"), process.outputs["JobRequestsQueue"]
    for number in range(30):
        attribute = {"kind": {"DataType": "Binary", "BinaryValue": b"\x00\xff"}}
        queue.send_message(QueueUrl=url, MessageBody=str(number), MessageAttributes=attribute)
    taken: list[dict[str, Any]] = queue.receive_message(
        QueueUrl=url, MaxNumberOfMessages=10, VisibilityTimeout=600
    )["Messages"]
    for message in taken[:4]:
        queue.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    queue.change_message_visibility(
        QueueUrl=url, ReceiptHandle=taken[4]["ReceiptHandle"], VisibilityTimeout=0
    )
    return taken


def store_files(process: Process) -> tuple[dict[str, str], str]:
    """Store and delete objects, and begin an upload; return it and its first part's tag."""
    s3, bucket = process.client("s3"), process.outputs["InputsBucket"]
    s3.put_object(
        Bucket=bucket, Key="a/ü b.vcf", Body=PART, ContentType="text/x-vcf", Metadata={"job": "1"}
    )
    s3.put_object(Bucket=bucket, Key="gone", Body=b"x")
    s3.put_object(Bucket=bucket, Key="empty", Body=b"")
    s3.delete_object(Bucket=bucket, Key="gone")
    upload = s3.create_multipart_upload(Bucket=bucket, Key="big", ChecksumAlgorithm="SHA256")
    named = {"Bucket": bucket, "Key": "big", "UploadId": upload["UploadId"]}
    part: str = s3.upload_part(**named, PartNumber=1, Body=PART)["ETag"]
    (process.data / "objects" / "half-written").write_bytes(b"x")
    return named, part


@pytest.fixture(scope="module")
def killed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Killed]:
    folder = tmp_path_factory.mktemp("killed")
    process = Process(folder / "data")
    try:
        before = work(process, folder / "gate")
    finally:
        process.end(signal.SIGKILL)
    (folder / "gate").touch()
    process = Process(folder / "data")
    try:
        yield replace(before, process=process)
    finally:
        assert process.end(signal.SIGTERM) == 0


def test_items_survive_kill_9(killed: Killed) -> None:
    table = killed.process.client("dynamodb")
    wanted = {f"job-{number}" for number in range(20)} - {"job-3"} | {"job-100"}
    assert job_ids(table) == wanted
    assert table.get_item(TableName="gas_accounts", Key={"user_id": {"S": "ada"}})["Item"]


def test_what_the_stream_had_not_told_before_kill_9_is_told_after(killed: Killed) -> None:
    changes = received(killed.process.client("sqs"), "gas_job_changes", 22)
    told = [(each["event"], each["Keys"]["job_id"]["S"]) for each in changes]
    inserted = [("INSERT", f"job-{number}") for number in [*range(20), 100]]
    assert sorted(told) == sorted([*inserted, ("REMOVE", "job-3")])


def test_messages_survive_kill_9_with_their_receipts(killed: Killed) -> None:
    queue, url = killed.process.client("sqs"), killed.process.outputs["JobRequestsQueue"]

    def counted(name: str) -> int:
        answer = queue.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])
        return int(answer["Attributes"][name])

    assert counted("ApproximateNumberOfMessages") == 21
    assert counted("ApproximateNumberOfMessagesNotVisible") == 5
    queue.delete_message(QueueUrl=url, ReceiptHandle=killed.taken[5]["ReceiptHandle"])
    assert counted("ApproximateNumberOfMessagesNotVisible") == 4
    again = queue.receive_message(
        QueueUrl=url, MessageAttributeNames=["All"], MessageSystemAttributeNames=["All"]
    )["Messages"][0]
    assert again["Body"] == killed.taken[4]["Body"]
    assert again["Attributes"]["ApproximateReceiveCount"] == "2"
    assert again["MessageAttributes"]["kind"]["BinaryValue"] == b"\x00\xff"


def test_files_and_unfinished_uploads_survive_kill_9(killed: Killed) -> None:
    s3, named = killed.process.client("s3"), killed.upload
    bucket = named["Bucket"]
    got = s3.get_object(Bucket=bucket, Key="a/ü b.vcf")
    assert got["Body"].read() == PART
    assert (got["ContentType"], got["Metadata"]) == ("text/x-vcf", {"job": "1"})
    listed = s3.list_objects_v2(Bucket=bucket)["Contents"]
    assert {each["Key"]: each["Size"] for each in listed} == {"a/ü b.vcf": len(PART), "empty": 0}
    last = s3.upload_part(**named, PartNumber=2, Body=b"end")["ETag"]
    parts = [{"PartNumber": n, "ETag": tag} for n, tag in ((1, killed.first_part), (2, last))]
    s3.complete_multipart_upload(**named, MultipartUpload={"Parts": parts})
    assert s3.get_object(Bucket=bucket, Key="big")["Body"].read() == PART + b"end"
    # The files of the parts, and the file that no row names, are gone.
    assert len(list((killed.process.data / "objects").iterdir())) == 3


def test_mail_survives_kill_9(killed: Killed) -> None:
    mails = json.loads(send("GET", f"{killed.process.endpoint}/_gas/mail").body)
    assert (mails[0]["to"], mails[0]["subject"]) == (["ada@example.org"], "Done")


def test_what_a_lambda_had_in_hand_at_kill_9_is_given_again_at_once(killed: Killed) -> None:
    end = time.monotonic() + 20
    while b"Held" not in send("GET", f"{killed.process.endpoint}/_gas/mail").body:
        assert time.monotonic() < end, "the message stays hidden"
        time.sleep(0.1)


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="it asks /proc which processes live")
def test_lambdas_end_with_a_server_that_is_killed(killed: Killed) -> None:
    until(lambda: not is_alive(killed.function), "the Lambda's end")


def test_it_is_healthy_and_its_key_is_its_owners_alone(killed: Killed) -> None:
    health = send("GET", f"{killed.process.endpoint}/_gas/health")
    assert (health.status, json.loads(health.body)) == (200, {"ready": True})
    assert (killed.process.data / "credentials.json").stat().st_mode & 0o777 == 0o600


def test_a_folder_has_one_server_at_a_time(killed: Killed) -> None:
    command = [sys.executable, "-m", "backend.local.aws", "--data", str(killed.process.data)]
    second = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    assert second.returncode == 1
    assert "another local AWS has its state in" in second.stderr


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
    taken = {each["Keys"]["job_id"]["S"] for each in changes}
    assert acknowledged <= taken
    process.end(signal.SIGKILL)

    process = start("--parameters", "VisibilityTimeout=31")
    # What was taken does not come again; at the kill each writer may have had one more in hand.
    left = received(process.client("sqs"), "gas_job_changes", 3, waits=3)
    assert not taken & {each["Keys"]["job_id"]["S"] for each in left}
