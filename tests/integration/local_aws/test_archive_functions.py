"""The template's own functions move a result into either archive and back."""

from __future__ import annotations

import hashlib
import os
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest

from backend import wiring, wiring_archive
from backend.aws import clients
from backend.domain.accounts import Contact
from backend.domain.archive import ThawState
from backend.domain.files import file_keys
from backend.domain.job import Counts, Input, Job, Result, Status
from backend.domain.plans import Plan
from backend.local.aws.server import LocalAws
from backend.settings import Settings, read
from tests.integration.local_aws.conftest import TEMPLATE
from tests.stack import until

DATA = b"##fileformat=VCFv4.2\n" * 1000
FAST = {
    "ArchiveLease": "20",
    "FunctionTimeout": "15",
    "FunctionVisibility": "90",
    "DowngradeGrace": "3600",
}


@pytest.fixture(scope="module", params=["storage_class", "vault"])
def aws(request: pytest.FixtureRequest) -> Iterator[LocalAws]:
    with LocalAws(None, TEMPLATE, {**FAST, "ArchiveBackend": request.param}) as running:
        yield running


@pytest.fixture
def settings(aws: LocalAws, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", aws.credentials.access_key_id)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", aws.credentials.secret_access_key)
    # What was made for an earlier server, which may have had the same port, has another key.
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)
    clients._client.cache_clear()
    outputs = {
        "GAS" + "".join(f"_{c}" if c.isupper() else c for c in name).upper(): value
        for name, value in aws.outputs.items()
    }
    own = {"GAS_MODE": "local", "GAS_AWS_ENDPOINT": aws.endpoint, "PATH": os.environ["PATH"]}
    return read({**outputs, **own})


def completed(owner: str) -> Job:
    """Return a job whose result falls due in a moment."""
    now = datetime.now(UTC)
    counts = Counts("GRCh37", "b" * 64, 1, 1, 1, 0)
    return Job(
        id=uuid.uuid4().hex,
        owner=owner,
        input=Input("a.vcf", len(DATA), "c" * 64),
        created_at=now,
        status=Status.COMPLETED,
        finished_at=now,
        mailed_at=now,
        result=Result(len(DATA), hashlib.sha256(DATA).hexdigest(), counts),
        result_stored=True,
        archive_due=now + timedelta(seconds=2),
    )


def owned_by(settings: Settings, owner: str, plan: Plan, version: int) -> None:
    contact = Contact(owner, plan, "Ada", f"{owner}@local.test", version)
    wiring.contacts(settings).put(contact)


def becomes(settings: Settings, job: Job, status: Status, **fields: Any) -> Job:
    """Wait until the job is in *status* and has these *fields*."""

    def look() -> Job | None:
        found = wiring.jobs(settings).get(job.id)
        right = all(getattr(found, name) == value for name, value in fields.items())
        return found if found.status is status and right else None

    return until(look, f"{status} of the job", 60)  # type: ignore[no-any-return]


def test_result_goes_into_the_archive_and_comes_back(aws: LocalAws, settings: Settings) -> None:
    owner = uuid.uuid4().hex
    owned_by(settings, owner, Plan.FREE, 1)
    _, files = wiring.files(settings)
    archive, job = wiring_archive.archive(settings), completed(owner)
    old = file_keys(owner, job.id)
    files.write(old.result, [DATA], content_type="text/plain")
    wiring.jobs(settings).add(job)

    archived = becomes(settings, job, Status.ARCHIVED, result_stored=False)
    assert archived.archive_due is None
    assert files.size(old.result) is None

    owned_by(settings, owner, Plan.PREMIUM, 2)
    wiring_archive.thaws(settings).start(archived)
    back = becomes(settings, job, Status.COMPLETED, archive_id=None)
    new = file_keys(owner, job.id, back.generation)
    assert b"".join(files.read(new.result)) == DATA
    assert archived.archive_id is not None
    assert archive.state(archived.archive_id, archived.archive_id) is ThawState.LOST
    (mail,) = [mail for mail in aws.mail() if f"{owner}@local.test" in mail.to]
    assert "back" in mail.subject


def test_premium_result_stays_and_nobody_looks_again(aws: LocalAws, settings: Settings) -> None:
    owner = uuid.uuid4().hex
    owned_by(settings, owner, Plan.PREMIUM, 1)
    job = completed(owner)
    wiring.jobs(settings).add(job)
    becomes(settings, job, Status.COMPLETED, archive_due=None)
    client, machine = aws.client("stepfunctions"), aws.outputs["RetentionMachine"]

    def ended() -> bool:
        found = client.list_executions(stateMachineArn=machine)["executions"]
        mine = [each["status"] for each in found if each["name"].startswith(job.id)]
        return mine == ["SUCCEEDED"]

    until(ended, "the end of the execution", 30)
