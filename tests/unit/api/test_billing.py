"""Paying and the end of an account over HTTP; what Stripe tells, signed as Stripe signs."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import stripe
from starlette.testclient import TestClient

from backend.api.webhooks import LONGEST_MESSAGE
from backend.domain.errors import UnavailableError
from backend.domain.plans import Plan
from backend.domain.subscriptions import PaymentEvent, SubscriptionStatus
from backend.payments.stripe import StripePayments, connect
from backend.services.access_log import Via
from backend.services.ports import JobPage
from backend.wire import ACCOUNT_DELETED, PROBLEM
from tests.fakes.billing import FakePayments
from tests.fakes.clock import FakeClock
from tests.fakes.jobs import FakeJobs
from tests.fakes.service import FakeService
from tests.fakes.uploads import submit
from tests.unit.api.conftest import SignIn

SECRET, NEXT_SECRET = "whsec_one", "whsec_two"
SIGNED_BY_STRIPE = StripePayments(
    connect("sk_test_none"),
    (SECRET, NEXT_SECRET),
    "gas_premium_monthly",
    live=False,
    clock=FakeClock(),
)


@dataclass
class SignedPayments(FakePayments):
    """A payment service whose messages are believed as Stripe's are."""

    def verify(self, payload: bytes, signature: str) -> PaymentEvent:
        return SIGNED_BY_STRIPE.verify(payload, signature)


@pytest.fixture
def service(service: FakeService) -> FakeService:
    service.payments = SignedPayments(service.clock)
    service.billing = replace(service.billing, payments=service.payments)
    return service


def event(customer: str | None, **changes: Any) -> bytes:
    """Return a message of Stripe's."""
    fields: dict[str, Any] = {
        "id": "evt_1",
        "object": "event",
        "type": "customer.subscription.created",
        "created": 1_790_000_000,
        "livemode": False,
        "data": {"object": {"id": "sub_1", "object": "subscription", "customer": customer}},
    }
    return json.dumps(fields | changes).encode()


def signed(payload: bytes, secret: str = SECRET, *, age: timedelta = timedelta(0)) -> str:
    """Return the header that Stripe sends with *payload*."""
    when = int((datetime.now(UTC) - age).timestamp())
    return str(stripe.WebhookSignature.generate_signature_header(payload.decode(), secret, when))


def tell(client: TestClient, payload: bytes, signature: str | None) -> int:
    headers = {} if signature is None else {"stripe-signature": signature}
    return client.post("/webhooks/stripe", content=payload, headers=headers).status_code


@pytest.fixture
def customer(alice: TestClient, service: FakeService) -> str:
    """Alice's customer, who has just paid."""
    assert alice.post("/v1/billing/checkout").status_code == 200
    account = service.accounts.get(alice.get("/v1/me").json()["id"])
    service.payments.pay(account.checkout_id or "")
    assert account.customer_id is not None
    return account.customer_id


def plan(client: TestClient) -> str:
    return str(client.get("/v1/me").json()["plan"])


def test_an_app_gets_an_address_to_pay_at(alice: TestClient) -> None:
    assert alice.post("/v1/billing/checkout").json() == {"url": "https://pay.test/cs_1"}
    assert alice.post("/v1/billing/portal").status_code == 409


def test_a_signed_message_makes_who_paid_premium(
    alice: TestClient, anonymous: TestClient, customer: str
) -> None:
    payload = event(customer)
    answer = anonymous.post(
        "/webhooks/stripe", content=payload, headers={"stripe-signature": signed(payload)}
    )
    assert (answer.status_code, answer.json()) == (200, {"received": True})
    me = alice.get("/v1/me").json()
    assert (me["plan"], me["limits"]["max_input_bytes"], me["upgrade_url"]) == (
        "premium",
        None,
        None,
    )
    assert me["subscription"]["status"] == "active"
    assert alice.post("/v1/billing/checkout").status_code == 409
    assert alice.post("/v1/billing/portal").json()["url"].startswith("https://pay.test/portal/")


def test_while_a_secret_is_replaced_both_are_good(anonymous: TestClient) -> None:
    for number, secret in enumerate((SECRET, NEXT_SECRET)):
        payload = event(None, id=f"evt_{number}")
        assert tell(anonymous, payload, signed(payload, secret)) == 200


@pytest.mark.parametrize(
    "signature",
    [
        None,
        "",
        "nonsense",
        "t=1,v1=",
        "t=1790000000,v0=aa",
        "t=" + "9" * 6000 + ",v1=aa",
        "t=1790000000,v1=\xe9",
    ],
)
def test_a_message_without_a_signature_is_refused_and_changes_nothing(
    alice: TestClient,
    anonymous: TestClient,
    customer: str,
    service: FakeService,
    signature: str | None,
) -> None:
    headers = {} if signature is None else {"stripe-signature": signature.encode("latin-1")}
    answer = anonymous.post("/webhooks/stripe", content=event(customer), headers=headers)
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"
    assert plan(alice) == "free"
    assert service.billed_accounts.events == set()


def test_a_message_signed_by_another_or_for_other_bytes_or_long_ago_is_refused(
    alice: TestClient, anonymous: TestClient, customer: str
) -> None:
    payload = event(customer)
    assert tell(anonymous, payload, signed(payload, "whsec_other")) == 400
    assert tell(anonymous, payload + b" ", signed(payload)) == 400
    assert tell(anonymous, payload, signed(payload, age=timedelta(seconds=302))) == 400
    assert tell(anonymous, b"\xff\xfe", "t=1,v1=aa") == 400
    assert plan(alice) == "free"


def test_a_message_of_the_other_mode_is_refused(
    alice: TestClient, anonymous: TestClient, customer: str
) -> None:
    payload = event(customer, livemode=True)
    assert tell(anonymous, payload, signed(payload)) == 400
    assert plan(alice) == "free"


def test_a_message_that_is_replayed_is_taken_and_does_nothing(
    alice: TestClient, anonymous: TestClient, customer: str, service: FakeService
) -> None:
    payload = event(customer)
    assert tell(anonymous, payload, signed(payload)) == 200
    service.payments.change(customer, status=SubscriptionStatus.CANCELED)
    assert tell(anonymous, payload, signed(payload)) == 200
    assert plan(alice) == "premium"


def test_a_message_that_is_too_long_is_not_read(anonymous: TestClient) -> None:
    payload = event(None, padding="x" * LONGEST_MESSAGE)
    assert tell(anonymous, payload, signed(payload)) == 413


def test_when_stripe_is_down_the_message_is_asked_for_again(
    anonymous: TestClient, customer: str, service: FakeService
) -> None:
    service.payments.down = True
    payload = event(customer)
    assert tell(anonymous, payload, signed(payload)) == 503


def test_the_page_after_paying_grants_nothing(
    alice: TestClient, anonymous: TestClient, customer: str
) -> None:
    for path in ("/billing/done?session=cs_1", f"/billing/done?session={customer}"):
        anonymous.get(path)
        alice.get(path)
    assert plan(alice) == "free"


def test_me_says_what_is_used(alice: TestClient, service: FakeService) -> None:
    service.complete(submit(alice, service.inputs))
    usage = alice.get("/v1/me").json()["usage"]
    assert (usage["month_jobs"], usage["results_stored"], usage["complete"]) == (1, 1, True)


class DownJobs(FakeJobs):
    """A table that does not answer."""

    def by_owner(self, owner: str, *, limit: int, after: str | None = None) -> JobPage:
        raise UnavailableError("The table of jobs cannot be reached.")


def test_nobody_is_kept_out_because_nobody_can_count() -> None:
    with TestClient(FakeService(jobs=DownJobs()).app()) as client:
        me = client.get("/v1/me", headers={"authorization": "Bearer token-of-alice"})
    assert (me.status_code, me.json()["usage"]) == (200, None)


def test_an_account_ends_by_its_mail_address_typed_and_by_nothing_else(
    alice: TestClient, bob: TestClient, service: FakeService
) -> None:
    me = alice.get("/v1/me").json()
    for body in ({}, {"confirm": ""}, {"confirm": "yes"}, {"confirm": "bob@local.test"}):
        assert alice.request("DELETE", "/v1/me", json=body).status_code == 422
    assert alice.get("/v1/me").status_code == 200
    answer = alice.request("DELETE", "/v1/me", json={"confirm": " Alice@LOCAL.test "})
    assert answer.status_code == 204
    assert service.accounts.get(me["id"]).plan is Plan.FREE
    assert bob.get("/v1/me").status_code == 200


def test_a_closed_account_is_told_so_and_can_do_nothing(
    alice: TestClient, service: FakeService
) -> None:
    job_id = submit(alice, service.inputs)
    alice.request("DELETE", "/v1/me", json={"confirm": "alice@local.test"})
    for method, path in (
        ("GET", "/v1/me"),
        ("GET", "/v1/jobs"),
        ("GET", f"/v1/jobs/{job_id}/input"),
        ("POST", "/v1/billing/checkout"),
        ("GET", "/v1/events"),
        ("DELETE", "/v1/me"),
    ):
        answer = alice.request(method, path)
        assert answer.status_code == 403, path
        assert "is being deleted" in answer.json()["detail"]
        assert answer.json()["type"] == f"{PROBLEM}{ACCOUNT_DELETED}"


def test_every_link_is_recorded_with_who_what_when_and_the_requests_number(
    alice: TestClient, service: FakeService
) -> None:
    job_id = submit(alice, service.inputs)
    service.complete(job_id)
    numbers = []
    for kind in ("result", "table", "report", "log", "input"):
        answer = alice.get(f"/v1/jobs/{job_id}/{kind}")
        assert answer.status_code == 200
        numbers.append(answer.headers["x-request-id"])
    owner = alice.get("/v1/me").json()["id"]
    noted = service.access_log.of_job(job_id)
    assert [access.what for access in noted] == ["result", "table", "report", "log", "input"]
    assert [access.request_id for access in noted] == numbers
    assert {(access.account_id, access.via) for access in noted} == {(owner, Via.API)}


def test_no_record_no_link(alice: TestClient, bob: TestClient, service: FakeService) -> None:
    job_id = submit(alice, service.inputs)
    assert bob.get(f"/v1/jobs/{job_id}/input").status_code == 404
    assert alice.get(f"/v1/jobs/{job_id}/result").status_code == 409
    assert service.access_log.noted == []
    service.access_log.down = True
    assert alice.get(f"/v1/jobs/{job_id}/input").status_code == 503


def test_nobody_pays_for_somebody_else(sign_in: SignIn, service: FakeService) -> None:
    first = sign_in("alice").post("/v1/billing/checkout").json()["url"]
    second = sign_in("bob").post("/v1/billing/checkout").json()["url"]
    assert first != second
    assert len(set(service.payments.open_pages.values())) == 2
