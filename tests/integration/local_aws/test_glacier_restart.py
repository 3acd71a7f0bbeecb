"""Vaults after the server ended, or was killed, in the middle of its work."""

from __future__ import annotations

import json
import signal
import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError

from backend.local.aws.agenda import Agenda
from backend.local.aws.delays import Delays
from backend.local.aws.durability.journal import Journal
from backend.local.aws.faults import Faults
from backend.local.aws.glacier.archives import Archives
from backend.local.aws.glacier.errors import GlacierError
from backend.local.aws.glacier.intake import Received
from backend.local.aws.glacier.jobs import Jobs
from backend.local.aws.glacier.orders import order
from backend.local.aws.glacier.ranges import Span
from backend.local.aws.glacier.records import Job, JobStatus
from backend.local.aws.glacier.store import Store
from backend.local.aws.glacier.tree_hash import leaf
from backend.local.aws.glacier.uploads import Uploads
from backend.local.aws.glacier.vaults import Vaults
from backend.local.aws.server import LocalAws
from tests.fakes.clock import FakeClock
from tests.integration.local_aws.conftest import Process
from tests.integration.local_aws.vaults import (
    DELAYS,
    MIB,
    TEMPLATE,
    begun,
    ended,
    ordered,
    output,
    received,
    retrieved,
    sent,
    stored,
    tree,
)
from tests.stack import until


@pytest.fixture
def template(tmp_path: Path) -> Path:
    file = tmp_path / "template.yaml"
    file.write_text(TEMPLATE, encoding="utf-8")
    return file


def test_vaults_are_as_they_were_left(template: Path, tmp_path: Path) -> None:
    with LocalAws(tmp_path / "data", template, delays=DELAYS) as aws:
        glacier = aws.client("glacier")
        kept = stored(glacier, "cold", b"x" * (MIB + 1), archiveDescription="job 1")
        gone = stored(glacier, "cold")
        glacier.delete_archive(vaultName="cold", archiveId=gone)
        upload = begun(glacier, "cold")
        sent(glacier, upload, b"y" * MIB, 0)
        before = glacier.describe_vault(vaultName="cold")
    (tmp_path / "data" / "vaults" / "half-written").write_bytes(b"x")
    with LocalAws(tmp_path / "data", template, delays=DELAYS) as aws:
        glacier = aws.client("glacier")
        after = glacier.describe_vault(vaultName="cold")
        assert after["CreationDate"] == before["CreationDate"]
        assert after["NumberOfArchives"] == 1
        assert output(glacier, "cold", retrieved(glacier, "cold", kept)) == b"x" * (MIB + 1)
        sent(glacier, upload, b"end", MIB)
        whole = b"y" * MIB + b"end"
        made = glacier.complete_multipart_upload(
            **upload, archiveSize=str(len(whole)), checksum=tree(whole)
        )
        assert output(glacier, "cold", retrieved(glacier, "cold", made["archiveId"])) == whole
        # One file of the archive, two of the upload's parts; what no row names is gone.
        assert len(list((tmp_path / "data" / "vaults").iterdir())) == 3


def test_a_running_retrieval_ends_after_a_restart_and_is_told_of(
    template: Path, tmp_path: Path
) -> None:
    with LocalAws(tmp_path / "data", template, delays=Delays(standard=0.5)) as aws:
        glacier = aws.client("glacier")
        wanted = {"Type": "archive-retrieval", "ArchiveId": stored(glacier, "cold")}
        job_id = ordered(glacier, "cold", **wanted, SNSTopic=aws.outputs["Topic"])
    with LocalAws(tmp_path / "data", template, delays=DELAYS) as aws:
        glacier = aws.client("glacier")
        ended(glacier, "cold", job_id)
        assert output(glacier, "cold", job_id) == b"result"
        assert received(aws, job_id)["StatusCode"] == "Succeeded"


def test_an_end_that_nobody_was_told_of_is_told_after_a_restart(
    template: Path, tmp_path: Path
) -> None:
    with LocalAws(tmp_path / "data", template, delays=DELAYS) as aws:
        glacier = aws.client("glacier")
        archive_id, topic = stored(glacier, "cold"), aws.outputs["Topic"]
        job_id = retrieved(glacier, "cold", archive_id, SNSTopic=topic)
        first = received(aws, job_id)
    # The state of a process that was killed between the end of the job and its message.
    journal = Journal(tmp_path / "data")
    journal.change("told", lambda: [("update vault_job set told = 0", ())])
    journal.close()
    with LocalAws(tmp_path / "data", template, delays=DELAYS) as aws:
        assert received(aws, job_id) == first


@pytest.fixture
def start(template: Path, tmp_path: Path) -> Any:
    started: list[Process] = []

    def make(delays: str) -> Process:
        process = Process(tmp_path / "data", "--glacier-delays", delays, template=template)
        started.append(process)
        return process

    yield make
    for process in started:
        if process._process.poll() is None:
            process.end(signal.SIGKILL)


def test_what_was_acknowledged_survives_kill_9(start: Callable[[str], Process]) -> None:
    process = start("standard=0.3,expedited=600")
    glacier, topic = process.client("glacier"), process.outputs["Topic"]
    archives = [stored(glacier, "cold", b"%d" % number) for number in range(5)]
    glacier.delete_archive(vaultName="cold", archiveId=archives.pop())
    upload = begun(glacier, "cold")
    sent(glacier, upload, b"y" * MIB, 0)
    jobs = [
        ordered(glacier, "cold", Type="archive-retrieval", ArchiveId=each, SNSTopic=topic)
        for each in archives
    ]
    slow = ordered(
        glacier, "cold", Type="archive-retrieval", ArchiveId=archives[0], Tier="Expedited"
    )
    process.end(signal.SIGKILL)

    process = start("inventory=0.05")
    glacier = process.client("glacier")
    for number, job_id in enumerate(jobs):
        ended(glacier, "cold", job_id)
        assert output(glacier, "cold", job_id) == b"%d" % number
    # A delay is fixed when the job begins.
    assert glacier.describe_job(vaultName="cold", jobId=slow)["StatusCode"] == "InProgress"
    parts = glacier.list_parts(**upload)["Parts"]
    assert [part["RangeInBytes"] for part in parts] == [f"0-{MIB - 1}"]
    told = set[str]()
    sqs, url = process.client("sqs"), process.outputs["Queue"]

    def all_told() -> bool:
        for message in sqs.receive_message(QueueUrl=url, WaitTimeSeconds=1).get("Messages", []):
            told.add(json.loads(message["Body"])["JobId"])
        return told == set(jobs)

    until(all_told, "the messages about the jobs", 20)
    inventory = ordered(glacier, "cold", Type="inventory-retrieval")
    ended(glacier, "cold", inventory)
    listed = json.loads(output(glacier, "cold", inventory))["ArchiveList"]
    assert [each["ArchiveId"] for each in listed] == archives


class World:
    """The parts of the service over a clock that the test moves."""

    def __init__(self, folder: Path) -> None:
        self.clock = FakeClock()
        self.published: list[str] = []
        self.down = False
        self.journal = Journal(folder)
        self.store = Store(self.journal, folder / "vaults")
        self.vaults = Vaults(self.store, self.seconds)
        self.archives = Archives(self.store, self.seconds)
        self.uploads = Uploads(self.store, self.seconds)
        self.agenda = Agenda(self.clock)
        self.jobs = Jobs(
            self.store,
            self.agenda,
            delays=Delays(standard=0, inventory=0),
            faults=Faults(),
            publish=self.publish,
            lock=threading.RLock(),
            now=self.seconds,
        )
        self.vaults.make("cold")

    def publish(self, topic: str, _message: str) -> None:
        self.published.append(topic)
        if self.down:
            raise EndpointConnectionError(endpoint_url="http://127.0.0.1")

    def seconds(self) -> float:
        return self.clock().timestamp()

    def body(self) -> Received:
        path = self.store.folder / "body"
        path.write_bytes(b"x")
        return Received(path, 1, leaf(b"x"))

    def files(self) -> int:
        return len(list(self.store.folder.iterdir()))

    def retrieved(self, **wanted: str) -> Job:
        begun = self.jobs.begin(self.vaults.find("cold"), order(wanted))

        def look() -> Job | None:
            job = self.jobs.find("cold", begun.id)
            return job if job.status is JobStatus.SUCCEEDED else None

        job: Job = until(look, "the end of the job", 10)
        return job


@pytest.fixture
def world(tmp_path: Path) -> Any:
    made = World(tmp_path)
    made.agenda.start()
    yield made
    made.agenda.close()
    made.journal.close()


def test_an_end_that_could_not_be_told_is_told_later(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    topic = "arn:aws:sns:us-east-1:123456789012:thawed"
    archive, world.down = world.archives.add("cold", "", world.body()), True
    job = world.retrieved(Type="archive-retrieval", ArchiveId=archive.id, SNSTopic=topic)
    until(lambda: "could not be told" in caplog.text, "the line in the log", 10)
    world.clock.advance(timedelta(days=2))
    world.jobs.forget_old()
    assert [each.id for each in world.store.jobs_untold()] == [job.id]
    world.down = False
    world.clock.advance(timedelta(seconds=1))
    until(lambda: not world.store.jobs_untold(), "the last message", 10)
    assert set(world.published) == {topic}
    assert len(world.published) > 1


def test_what_a_job_brought_back_is_kept_for_a_day(world: World) -> None:
    archive = world.archives.add("cold", "", world.body())
    job = world.retrieved(Type="archive-retrieval", ArchiveId=archive.id)
    inventory = world.retrieved(Type="inventory-retrieval")
    until(lambda: not world.store.jobs_untold(), "the messages", 10)
    world.archives.remove("cold", archive.id)
    world.clock.advance(timedelta(hours=23, minutes=59))
    world.jobs.forget_old()
    assert world.jobs.output(job)
    assert world.jobs.output(inventory)
    world.clock.advance(timedelta(minutes=2))
    world.jobs.forget_old()
    with pytest.raises(GlacierError, match="job ID was not found"):
        world.jobs.find("cold", job.id)
    assert world.files() == 0


def test_an_archive_outlives_the_job_that_brought_it_back(world: World) -> None:
    archive = world.archives.add("cold", "", world.body())
    world.retrieved(Type="archive-retrieval", ArchiveId=archive.id)
    until(lambda: not world.store.jobs_untold(), "the message", 10)
    world.clock.advance(timedelta(hours=25))
    world.jobs.forget_old()
    assert world.jobs.output(world.retrieved(Type="archive-retrieval", ArchiveId=archive.id))
    assert world.files() == 1


def test_an_upload_to_which_nothing_came_for_a_day_is_given_up(world: World) -> None:
    upload = world.uploads.begin("cold", "", MIB)
    world.clock.advance(timedelta(hours=23))
    world.uploads.add(upload, Span(0, 1), world.body())
    world.clock.advance(timedelta(hours=23))
    world.uploads.abort_idle()
    assert world.uploads.find("cold", upload.id)
    world.clock.advance(timedelta(hours=2))
    world.uploads.abort_idle()
    with pytest.raises(GlacierError, match="upload ID was not found"):
        world.uploads.find("cold", upload.id)
    assert world.files() == 0
