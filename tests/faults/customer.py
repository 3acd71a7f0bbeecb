"""Somebody who goes on using the service while its processes are killed under their hands."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import httpx2

from backend.domain.errors import RejectedError
from backend.local.card import cancels, pays
from backend.local.stack import Stack
from tests.stack import Person, until

MONTH = 31 * 86_400
"""Seconds."""
_LATER = 503
_HAS_ONE = 409


@dataclass
class Customer:
    """A person with a card, who tries again what fails for no fault of theirs.

    Attributes:
        id: the account's.
        cursor: the number of the latest live event before the first job.
        jobs: ids of the jobs that were submitted.
    """

    person: Person
    stripe_url: str
    id: str = ""
    cursor: int = 0
    jobs: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, stack: Stack, username: str) -> Customer:
        """Sign in at a stack where nothing is killed yet."""
        customer = cls(Person.signed_in(stack.api_url, stack.aws_url, username), stack.stripe_url)
        customer.id = customer.me()["id"]
        customer.cursor = customer.ask("GET", "/v1/jobs").json()["cursor"]
        return customer

    def ask(self, method: str, path: str, body: object = None) -> httpx2.Response:
        """Send a request to the API until it is answered."""
        return answered(lambda: self.person.ask(method, path, body))

    def me(self) -> dict[str, Any]:
        """Return the account as it is now."""
        answer = self.ask("GET", "/v1/me")
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    def all_jobs(self) -> list[dict[str, Any]]:
        """Return the jobs as they are listed now, also those whose file was never sent."""
        answer = self.ask("GET", "/v1/jobs?limit=200")
        assert answer.status_code == 200, answer.text
        return list(answer.json()["jobs"])

    def count(self, status: str) -> int:
        """Return how many jobs are in *status*."""
        return sum(job["status"] == status for job in self.all_jobs())

    def told(self) -> dict[str, str]:
        """Return the status that live events told last of each job; none is missing or comes twice.

        Events are numbered from the one after the cursor.
        """
        seen: list[dict[str, Any]] = []
        after = self.cursor
        while batch := self.ask("GET", f"/v1/events/poll?after={after}&wait=0").json()["events"]:
            seen += batch
            after = batch[-1]["seq"]
        first = self.cursor + 1
        assert [event["seq"] for event in seen] == list(range(first, first + len(seen)))
        jobs = [event["data"]["job"] for event in seen if event["type"] == "job"]
        return {job["id"]: job["status"] for job in jobs if job["id"] in self.jobs}

    def submit(self, data: bytes, name: str) -> str:
        """Upload a file, each step until it is done, and return its job's id."""
        whole = hashlib.sha256(data)
        new = {"name": name, "size": len(data), "sha256": whole.hexdigest()}
        created = self.ask("POST", "/v1/jobs", new)
        assert created.status_code == 201, created.text
        job_id: str = created.json()["job"]["id"]
        (part,) = created.json()["parts"]
        sent = answered(lambda: httpx2.put(part["url"], content=data, headers=part["headers"]))
        assert sent.status_code == 200, sent.text
        checksum = base64.b64encode(whole.digest()).decode()
        parts = [{"number": 1, "etag": sent.headers["etag"], "sha256": checksum}]
        submitted = self.ask("POST", f"/v1/jobs/{job_id}/submit", {"parts": parts})
        assert submitted.status_code == 200, submitted.text
        self.jobs.append(job_id)
        return job_id

    def upgrade(self) -> None:
        """Pay until the plan is premium."""
        until(lambda: self.me()["plan"] == "premium" or self._pay(), "the premium plan")

    def _pay(self) -> None:
        offer = self.ask("POST", "/v1/billing/checkout")
        # There may be a subscription already, of which Stripe has yet to tell.
        if offer.status_code != _HAS_ONE:
            assert offer.status_code == 200, offer.text
            _as_far_as_it_goes(lambda: pays(offer.json()["url"]))

    def downgrade(self) -> None:
        """Cancel, and let the month that is paid for go by."""
        until(lambda: self.me()["subscription"]["ends_at"] or self._cancel(), "the cancellation")
        moved = {"advance_seconds": MONTH}
        answered(lambda: httpx2.post(f"{self.stripe_url}/_gas/clock", json=moved))
        until(lambda: self.me()["plan"] == "free", "the free plan")

    def _cancel(self) -> None:
        portal = self.ask("POST", "/v1/billing/portal")
        assert portal.status_code == 200, portal.text
        _as_far_as_it_goes(lambda: cancels(portal.json()["url"]))


def answered(send: Callable[[], httpx2.Response]) -> httpx2.Response:
    """Send a request until something other than "later" comes back, and return that."""

    def attempt() -> httpx2.Response | None:
        try:
            answer = send()
        except httpx2.TransportError:
            return None
        return None if answer.status_code == _LATER else answer

    found: httpx2.Response = until(attempt, "an answer")
    return found


def _as_far_as_it_goes(visit: Callable[[], object]) -> None:
    """Do something at a page of Stripe's, which may go away meanwhile, or have been used before."""
    try:
        visit()
    except (httpx2.TransportError, RejectedError):
        return
