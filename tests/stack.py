"""A running local stack and somebody who uses it, for the tests of the whole."""

from __future__ import annotations

import base64
import hashlib
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import httpx2
from botocore.config import Config

from backend.aws.files import S3Files
from backend.local.card import GOOD_CARD, cancels, pays
from backend.local.person import signs_in_as
from backend.local.setup import Setup
from backend.local.stack import Stack, running
from desktop.auth.endpoints import GlobusEndpoints
from desktop.auth.session import Session
from desktop.auth.vault import MemoryVault

ENDED = ("completed", "failed", "cancelled")
LOOK_EVERY = 0.1
# A fault, not slowness, is what makes a test wait this long, in seconds.
PATIENCE = 120.0


def until(condition: Callable[[], Any], what: str, patience: float = PATIENCE) -> Any:
    """Return what *condition* returns as soon as it is true."""
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        if found := condition():
            return found
        time.sleep(LOOK_EVERY)
    raise AssertionError(f"{what}: not within {patience:.0f} s")


@dataclass
class Person:
    """Somebody who is signed in at a stack."""

    api_url: str
    aws_url: str
    session: Session

    @classmethod
    def signed_in(cls, api_url: str, aws_url: str, username: str = "ada@local.test") -> Person:
        """Sign in by the stand-in's page, as the app does."""
        config = httpx2.get(f"{api_url}/v1/config").json()
        endpoints = GlobusEndpoints(
            config["globus_url"], config["client_id"], config["resource_server"], config["scope"]
        )
        session = Session(endpoints, MemoryVault())
        session.sign_in(signs_in_as(username))
        return cls(api_url, aws_url, session)

    def ask(self, method: str, path: str, body: object = None) -> httpx2.Response:
        """Send a request to the API."""
        headers = {"Authorization": self.session.authorization_header()}
        return httpx2.request(
            method, f"{self.api_url}{path}", json=body, headers=headers, timeout=30
        )

    def submit(self, data: bytes, name: str) -> str:
        """Upload a file and return its job's id."""
        whole = hashlib.sha256(data)
        new = {"name": name, "size": len(data), "sha256": whole.hexdigest()}
        created = self.ask("POST", "/v1/jobs", new)
        assert created.status_code == 201, created.text
        job_id: str = created.json()["job"]["id"]
        (part,) = created.json()["parts"]
        sent = httpx2.put(part["url"], content=data, headers=part["headers"])
        assert sent.status_code == 200, sent.text
        checksum = base64.b64encode(whole.digest()).decode()
        parts = [{"number": 1, "etag": sent.headers["etag"], "sha256": checksum}]
        answer = self.ask("POST", f"/v1/jobs/{job_id}/submit", {"parts": parts})
        assert answer.status_code == 200, answer.text
        return job_id

    def job(self, job_id: str) -> dict[str, Any]:
        """Return the job as it is now."""
        answer = self.ask("GET", f"/v1/jobs/{job_id}")
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    def ended(self, job_id: str, patience: float = PATIENCE) -> dict[str, Any]:
        """Wait for the job's end and return it."""

        def look() -> dict[str, Any] | None:
            job = self.job(job_id)
            return job if job["status"] in ENDED else None

        return dict(until(look, f"the end of job {job_id}", patience))

    def download(self, job_id: str, kind: str) -> bytes:
        """Return a file of the job."""
        link = self.ask("GET", f"/v1/jobs/{job_id}/{kind}")
        assert link.status_code == 200, link.text
        return httpx2.get(link.json()["url"]).raise_for_status().content

    def mails(self, job_id: str) -> list[dict[str, Any]]:
        """Return the mails about the job."""
        mails = httpx2.get(f"{self.aws_url}/_gas/mail").json()
        return [mail for mail in mails if job_id in mail["subject"]]

    def me(self) -> dict[str, Any]:
        """Return the account."""
        answer = self.ask("GET", "/v1/me")
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    def upgrade(self, card: str = GOOD_CARD) -> None:
        """Pay for the premium plan, and wait until it is there."""
        page = self.ask("POST", "/v1/billing/checkout")
        assert page.status_code == 200, page.text
        pays(page.json()["url"], card)
        until(lambda: self.me()["plan"] == "premium", "the premium plan", 30)

    def cancel_plan(self) -> None:
        """Cancel the premium plan: it ends with the period that is paid for."""
        page = self.ask("POST", "/v1/billing/portal")
        assert page.status_code == 200, page.text
        cancels(page.json()["url"])

    def becomes(self, job_id: str, status: str, patience: float = PATIENCE) -> dict[str, Any]:
        """Wait until the job has that status and return it."""

        def look() -> dict[str, Any] | None:
            job = self.job(job_id)
            return job if job["status"] == status else None

        return dict(until(look, f"job {job_id} being {status}", patience))


def aws_client(stack: Stack, service: str) -> Any:
    """Return a client of the stack's own AWS."""
    return boto3.client(
        service,
        endpoint_url=stack.environ["GAS_AWS_ENDPOINT"],
        region_name="us-east-1",
        aws_access_key_id=stack.environ["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=stack.environ["AWS_SECRET_ACCESS_KEY"],
        config=Config(signature_version="s3v4" if service == "s3" else None, proxies={}),
    )


def shards_kept(stack: Stack) -> list[str]:
    """Return the keys of what is kept for work on large files."""
    return results_kept(stack, "work/")


def results_kept(stack: Stack, prefix: str = "out/") -> list[str]:
    """Return the keys in the results bucket that begin with *prefix*."""
    files = S3Files(aws_client(stack, "s3"), stack.environ["GAS_RESULTS_BUCKET"])
    return list(files.keys(prefix))


def archives_kept(stack: Stack) -> int:
    """Return how many archives there are."""
    if stack.environ["GAS_ARCHIVE"] == "storage_class":
        files = S3Files(aws_client(stack, "s3"), stack.environ["GAS_ARCHIVE_BUCKET"])
        return len(files.keys(""))
    vault = stack.environ["GAS_VAULT"]
    described = aws_client(stack, "glacier").describe_vault(accountId="-", vaultName=vault)
    return int(described["NumberOfArchives"])


def let_time_pass_for_payments(stack: Stack, days: int) -> None:
    """Move the clock of the stand-in for Stripe."""
    url = f"{stack.stripe_url}/_gas/clock"
    httpx2.post(url, json={"advance_seconds": days * 86_400}).raise_for_status()


@contextmanager
def running_stack(data: Path, **setup: Any) -> Iterator[Stack]:
    """Run a local stack whose free plan takes all test files, and say nothing."""
    options = {"annotators": 1, "free_max_input_bytes": 10**7, **setup}
    with running(Setup(data=data, **options), lambda _line: None) as stack:
        yield stack
