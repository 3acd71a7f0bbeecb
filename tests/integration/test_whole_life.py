"""The whole life of results and of an account, as somebody who uses the service goes through it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import timedelta

import httpx2
import pytest

from backend.assets import asset
from backend.local.stack import Stack
from tests.stack import (
    Person,
    archives_kept,
    aws_client,
    let_time_pass_for_payments,
    results_kept,
    running_stack,
    until,
)

pytestmark = [pytest.mark.stack, pytest.mark.slow]

RETENTION = timedelta(seconds=5)
GRACE = timedelta(seconds=8)
VCF = asset("demo/demo.vcf").read_bytes()
EXPIRED = "time to download this result is over"


@pytest.fixture(params=["vault", "storage_class"])
def stack(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Stack]:
    with running_stack(
        tmp_path_factory.mktemp("life"),
        archive=request.param,
        free_retention=RETENTION,
        downgrade_grace=GRACE,
        delays={"expedited": 1.0, "standard": 2.0, "bulk": 3.0, "inventory": 1.0},
    ) as stack:
        yield stack


def run(ada: Person, name: str) -> str:
    """Have a file annotated; return its job's id."""
    job_id = ada.submit(VCF, name)
    assert ada.ended(job_id)["status"] == "completed"
    return job_id


def is_downloadable(ada: Person, job_id: str) -> bool:
    """Whether the result comes, with the checksum that was recorded at completion."""
    link = ada.ask("GET", f"/v1/jobs/{job_id}/result")
    if link.status_code == 409:
        return False
    data = httpx2.get(link.json()["url"]).raise_for_status().content
    assert hashlib.sha256(data).hexdigest() == ada.job(job_id)["result_sha256"]
    table = ada.download(job_id, "table")
    assert table[:4] == table[-4:] == b"PAR1"
    return True


def mails(ada: Person, subject: str) -> int:
    """Return how many mails with that subject came."""
    sent = httpx2.get(f"{ada.aws_url}/_gas/mail").json()
    return sum(mail["subject"] == subject for mail in sent)


def has_an_end(stack: Stack, job_id: str) -> bool:
    """Whether somebody is going to look at the result when its time is over."""
    key = {"job_id": {"S": job_id}}
    table = aws_client(stack, "dynamodb")
    found = table.get_item(TableName=stack.environ["GAS_JOBS_TABLE"], Key=key, ConsistentRead=True)
    return "archive_due" in found["Item"]


def result_files(stack: Stack) -> list[str]:
    """Return the stored results, in all their forms."""
    return [key for key in results_kept(stack) if "/result." in key]


def test_from_the_first_job_to_the_end_of_the_grace(stack: Stack) -> None:
    ada = Person.signed_in(stack.api_url, stack.aws_url)

    # A job, its mail, and all there is to see of it.
    first = run(ada, "first.vcf")
    until(lambda: len(ada.mails(first)) == 1, "the mail", 60)
    assert [job["id"] for job in ada.ask("GET", "/v1/jobs").json()["jobs"]] == [first]
    assert ada.job(first)["result_until"] is not None
    assert is_downloadable(ada, first)
    assert b"written" in ada.download(first, "log")

    # The retention ends.
    gone = ada.becomes(first, "archived", 60)
    assert not gone["result_available"]
    refusal = ada.ask("GET", f"/v1/jobs/{first}/result")
    assert refusal.status_code == 409
    assert EXPIRED in refusal.json()["detail"]
    assert "Upgrade to Premium" in refusal.json()["detail"]
    assert b"written" in ada.download(first, "log")
    assert ada.me()["upgrade_url"] is not None
    until(lambda: not result_files(stack), "an empty download area", 30)
    assert archives_kept(stack) == 1

    # More jobs, one of them archived as well, and then the card.
    second = run(ada, "second.vcf")
    ada.becomes(second, "archived", 60)
    third = run(ada, "third.vcf")
    ada.upgrade()
    back = [ada.becomes(job_id, "completed", 90) for job_id in (first, second)]
    assert [job["result_until"] for job in back] == [None, None]
    assert all(is_downloadable(ada, job_id) for job_id in (first, second, third))
    until(lambda: archives_kept(stack) == 0, "an empty archive", 30)
    until(lambda: mails(ada, "Your archived results are back") == 1, "the mail", 30)
    assert mails(ada, "You are on the Premium plan") == 1

    # What was not archived when the card came stays, also when its time would have been over.
    until(lambda: not has_an_end(stack, third), "a result for good", 30)
    assert is_downloadable(ada, third)

    # The plan ends, the grace ends, and all is archived again.
    ada.cancel_plan()
    let_time_pass_for_payments(stack, 32)
    until(lambda: ada.me()["plan"] == "free", "the free plan", 30)
    for job_id in (first, second, third):
        until(lambda job_id=job_id: ada.job(job_id)["result_until"], "an end", 30)
    assert is_downloadable(ada, third)
    for job_id in (first, second, third):
        ada.becomes(job_id, "archived", 90)
        assert ada.ask("GET", f"/v1/jobs/{job_id}/result").status_code == 409
    until(lambda: not result_files(stack), "an empty download area", 30)
    assert archives_kept(stack) == 3
    assert len(ada.mails(first)) == 1
