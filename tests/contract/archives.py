"""An archive of each kind, and what is needed to test it."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import httpx2

from backend.aws.storage_class import StorageClassArchive
from backend.aws.vault import VaultArchive, create_vault
from backend.domain.archive import ArchivedCopy, ThawState, Tier
from backend.domain.messages import ThawMessage
from backend.services.archive_ports import Archive
from tests.aws import RunningAws
from tests.fakes.archive import FakeArchive
from tests.fakes.clock import FakeClock
from tests.stack import until

MIB = 1024**2
SMALL = b"##fileformat=VCFv4.2\n" * 100
TIMES = {Tier.EXPEDITED: timedelta(seconds=60), Tier.STANDARD: timedelta(seconds=600)}


def new_job() -> str:
    return uuid.uuid4().hex


@dataclass
class Subject:
    """An archive, and what it needs to be tested.

    Attributes:
        wait: lets time pass, as much as there is to pass.
        heard: returns what the archive said since it was last asked.
        capacity: says whether the expedited tier is *there*.
    """

    archive: Archive
    wait: Callable[[], None]
    heard: Callable[[], list[str]]
    capacity: Callable[..., None]

    def put(self, job_id: str, data: bytes = SMALL) -> str:
        return self.archive.put(job_id, _pieces(data), size=len(data))

    def ready(self, archive_id: str, thaw_id: str) -> None:
        def look() -> bool:
            self.wait()
            return self.archive.state(archive_id, thaw_id) is ThawState.READY

        until(look, "the archive at hand", 20)

    def told(self, job_id: str) -> ThawMessage:
        """Wait until the archive says that it has something of the job at hand."""

        def look() -> list[ThawMessage]:
            self.wait()
            found = [m for body in self.heard() for m in self.archive.completions(body)]
            return [message for message in found if message.job_id == job_id]

        message: ThawMessage = until(look, "the archive's word", 20)[0]
        return message

    def listed(self, job_id: str) -> list[ArchivedCopy]:
        return [copy for copy in self.archive.inventory() if copy.job_id == job_id]


def _pieces(data: bytes) -> Iterator[bytes]:
    for start in range(0, len(data), MIB):
        yield data[start : start + MIB]


def fake_subject() -> Subject:
    clock = FakeClock(datetime.now(UTC))
    fake = FakeArchive(clock)

    def capacity(*, there: bool) -> None:
        fake.capacity = there

    return Subject(
        fake,
        lambda: clock.advance(timedelta(hours=1)),
        lambda: [said.to_json() for said in fake.announced()],
        capacity,
    )


def aws_subject(aws: RunningAws, kind: str) -> Subject:
    """Return a new archive of a *kind*: vault or storage_class."""
    make = {"vault": vault_archive, "storage_class": storage_class_archive}[kind]
    heard, topic = _listening(aws)

    def capacity(*, there: bool) -> None:
        switched = {"expedited_capacity": there}
        httpx2.put(f"{aws.endpoint}/_gas/faults", json=switched).raise_for_status()

    return Subject(make(aws, topic), lambda: None, heard, capacity)


def _listening(aws: RunningAws) -> tuple[Callable[[], list[str]], str]:
    """Return what gives the bodies that a new topic sent on, and the topic."""
    sns, sqs, name = aws.client("sns"), aws.client("sqs"), f"test-{uuid.uuid4().hex}"
    topic = sns.create_topic(Name=name)["TopicArn"]
    url = sqs.create_queue(QueueName=name)["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]
    raw = {"RawMessageDelivery": "true"}
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn["QueueArn"], Attributes=raw)

    def heard() -> list[str]:
        answer = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10)
        for message in answer.get("Messages", []):
            sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        return [message["Body"] for message in answer.get("Messages", [])]

    return heard, topic


def vault_archive(aws: RunningAws, topic: str) -> VaultArchive:
    client, name = aws.client("glacier"), f"test_{uuid.uuid4().hex}"
    create_vault(client, name)
    create_vault(client, name)
    at_once = timedelta(0)
    return VaultArchive(client, name, topic, TIMES, at_once, lambda: datetime.now(UTC))


def storage_class_archive(aws: RunningAws, topic: str) -> StorageClassArchive:
    client, name = aws.client("s3"), f"test-{uuid.uuid4().hex}"
    client.create_bucket(Bucket=name)
    told = {"TopicArn": topic, "Events": ["s3:ObjectRestore:Completed"]}
    client.put_bucket_notification_configuration(
        Bucket=name, NotificationConfiguration={"TopicConfigurations": [told]}
    )
    return StorageClassArchive(client, name, TIMES, lambda: uuid.uuid4().hex)
