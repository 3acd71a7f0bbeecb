"""The pages over fakes, and browsers that look at them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest
from starlette.testclient import TestClient

from backend.domain.accounts import Account
from backend.domain.job import Status
from backend.domain.subscriptions import PaymentEvent
from tests.fakes.billing import GOOD_SIGNATURE, message
from tests.fakes.clock import FakeClock
from tests.fakes.service import FakeService
from tests.fakes.uploads import new_job, send
from tests.unit.web.browser import Browser


@dataclass
class Site:
    """The service, browsers, and jobs as the app makes them."""

    service: FakeService
    open_browser: Callable[[], Browser]
    app: TestClient

    def signed_in(self, name: str) -> Browser:
        """Return a browser in which somebody is signed in."""
        browser = self.open_browser()
        browser.sign_in(name)
        return browser

    def job(self, name: str = "alice", *, status: Status = Status.PENDING, file: str = "") -> str:
        """Return the id of a new job of somebody, brought as far as *status*."""
        headers = {"authorization": f"Bearer token-of-{name}"}
        new = new_job(name=file or "sample.vcf")
        created = self.app.post("/v1/jobs", json=new, headers=headers).json()
        job_id: str = created["job"]["id"]
        sent = send(self.service.inputs, created)
        assert self.app.post(f"/v1/jobs/{job_id}/submit", json=sent, headers=headers).is_success
        if status is Status.COMPLETED:
            self.service.complete(job_id)
        elif status is Status.RUNNING:
            self.service.start(job_id)
        return job_id

    def change(self, job_id: str, **changes: Any) -> None:
        """Have the job be as it would be after more has happened."""
        job = self.service.jobs.get(job_id)
        changed = replace(job, version=job.version + 1, **changes)
        self.service.jobs.replace(changed, expected=job.version)

    def account(self, name: str = "alice") -> Account:
        """Return somebody's account."""
        headers = {"authorization": f"Bearer token-of-{name}"}
        return self.service.accounts.get(self.app.get("/v1/me", headers=headers).json()["id"])

    def pay(self, name: str = "alice") -> None:
        """Have somebody pay for Premium, and the payment service say so."""
        fakes = self.service
        page = fakes.billing.checkout(self.account(name)).rpartition("/")[2]
        fakes.payments.pay(page)
        customer_id = self.account(name).customer_id
        paid = PaymentEvent(page, "checkout.session.completed", fakes.clock(), customer_id)
        assert fakes.billing.receive(message(paid), GOOD_SIGNATURE)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def service(clock: FakeClock) -> FakeService:
    return FakeService(clock=clock)


@pytest.fixture
def site(service: FakeService) -> Iterator[Site]:
    with TestClient(service.app()) as running:
        yield Site(service, lambda: Browser(running.app, service.web_url), running)


@pytest.fixture
def anonymous(site: Site) -> Browser:
    return site.open_browser()


@pytest.fixture
def alice(site: Site) -> Browser:
    return site.signed_in("alice")


@pytest.fixture
def bob(site: Site) -> Browser:
    return site.signed_in("bob")
