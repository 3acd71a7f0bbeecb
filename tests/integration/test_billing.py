"""From the offer to the plan and back: API, Postgres, Stripe's library, and the stand-in's pages.

The stand-in sends what it has to tell twice, in the wrong order, not at all, or while the API is
away; the plan is right all the same.
"""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx2
import pytest
import sqlalchemy
import uvicorn
from fastapi import FastAPI

from backend.api.app import create_app
from backend.db.accounts import PostgresAccounts
from backend.db.billing import PostgresBilledAccounts
from backend.db.deletions import PostgresDeletions
from backend.db.engine import connect
from backend.db.event_log import PostgresEventLog
from backend.db.live_events import PostgresLiveEvents
from backend.db.outbox import PostgresOutbox
from backend.domain.accounts import Account, AccountChange, Change
from backend.domain.errors import RejectedError
from backend.domain.plans import Plans
from backend.local.card import cancels, changes_card, pays
from backend.payments.stripe import StripePayments
from backend.services.account_deletion import PATIENCE, AccountDeletion
from backend.services.billing import Billing
from backend.views import account_event
from backend.wire import AccountEvent
from tests.fakes.clock import FakeClock, FakeIds
from tests.fakes.service import FakeService
from tests.integration.stripe_stand_in import MONTH, RunningStripe, running_stripe
from tests.postgres import engine, postgres_url
from tests.stack import until

__all__ = ["engine", "postgres_url"]

GRACE = timedelta(days=7)
DECLINED, FAILS_AT_RENEWAL = "4000000000000002", "4000000000000341"


@dataclass
class Shop:
    """The service at *url*, Stripe beside it, and Alice."""

    url: str
    stripe: RunningStripe
    clock: FakeClock
    billing: Billing
    deletion: AccountDeletion
    outbox: PostgresOutbox

    def ask(self, method: str, path: str, name: str = "alice", **more: Any) -> httpx2.Response:
        headers = {"authorization": f"Bearer token-of-{name}"}
        return httpx2.request(method, f"{self.url}{path}", headers=headers, **more)

    def me(self) -> dict[str, Any]:
        found: dict[str, Any] = self.ask("GET", "/v1/me").json()
        return found

    def page(self, kind: str = "checkout") -> str:
        answer = self.ask("POST", f"/v1/billing/{kind}")
        assert answer.status_code == 200, answer.text
        return str(answer.json()["url"])

    def becomes(self, plan: str) -> dict[str, Any]:
        until(lambda: self.me()["plan"] == plan, f"the {plan} plan", 20)
        return self.me()

    def settled(self) -> None:
        """Wait until Stripe has told everything."""
        until(lambda: all(one["state"] != "pending" for one in self.stripe.deliveries()), "quiet")

    def pass_time(self, duration: timedelta) -> None:
        """Move both clocks."""
        self.stripe.advance(int(duration.total_seconds()))
        self.clock.advance(duration)

    def changes(self) -> list[Change]:
        sent: list[AccountChange] = []
        self.outbox.send_on(sent.append, limit=100)
        return [change.kind for change in sent]


@contextmanager
def served(app: FastAPI, listener: socket.socket) -> Iterator[None]:
    server = uvicorn.Server(uvicorn.Config(app, log_config=None))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    try:
        yield
    finally:
        server.should_exit = True
        thread.join(10)
    assert not thread.is_alive()


@pytest.fixture
def shop(tmp_path: Path, engine: sqlalchemy.Engine, postgres_url: str) -> Iterator[Shop]:
    listener = socket.create_server(("127.0.0.1", 0))
    url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    clock = FakeClock(datetime.now(UTC))
    held = connect(postgres_url, connections=2)
    with running_stripe(tmp_path, f"{url}/webhooks/stripe") as stripe:
        service = FakeService(clock=clock, web_url=url)
        accounts = PostgresAccounts(engine, FakeIds())

        def describe(account: Account) -> AccountEvent:
            return account_event(account, Plans(), f"{url}/upgrade", clock())

        payments = StripePayments(
            stripe.client,
            (stripe.keys.webhook_secret,),
            "gas_premium_monthly",
            live=False,
            clock=clock,
        )
        billed = PostgresBilledAccounts(held, describe, clock)
        billing = Billing(payments, billed, clock, url, GRACE)
        deletion = replace(
            service.account_deletion,
            deletions=PostgresDeletions(engine, describe),
            accounts=accounts,
            payments=payments,
        )
        api = replace(
            service.api(),
            accounts=accounts,
            billing=billing,
            deletion=deletion,
            live_events=PostgresLiveEvents(engine, Plans(), clock),
            event_log=PostgresEventLog(postgres_url),
        )
        with served(create_app(api), listener):
            yield Shop(url, stripe, clock, billing, deletion, PostgresOutbox(engine))
    held.dispose()


def test_a_card_makes_premium_and_the_app_hears_of_it(shop: Shop) -> None:
    me = shop.me()
    assert (me["plan"], me["subscription"]) == ("free", None)
    with httpx2.stream(
        "GET",
        f"{shop.url}/v1/events",
        headers={"authorization": "Bearer token-of-alice"},
        timeout=20,
    ) as events:
        lines = events.iter_lines()
        next(line for line in lines if line.startswith("retry:"))
        came_back = pays(shop.page())
        assert came_back.startswith(f"{shop.url}/billing/done?session=cs_")
        next(line for line in lines if line == "event: account")
        data = json.loads(next(lines).removeprefix("data: "))
    assert data["me"]["plan"] == "premium"
    me = shop.becomes("premium")
    assert me["subscription"]["renews_at"] is not None
    assert me["upgrade_url"] is None
    assert shop.ask("POST", "/v1/billing/checkout").status_code == 409
    shop.settled()
    assert shop.changes() == [Change.PROFILE, Change.UPGRADED]


def test_a_card_that_is_declined_makes_nothing(shop: Shop) -> None:
    page = shop.page()
    with pytest.raises(RejectedError):
        pays(page, DECLINED)
    httpx2.get(f"{shop.url}/billing/done?session=cs_made_up")
    shop.settled()
    assert shop.me()["plan"] == "free"
    assert shop.page() == page


@pytest.mark.parametrize("chaos", ["duplicate", "reverse"])
def test_messages_twice_or_the_wrong_way_round_make_no_difference(shop: Shop, chaos: str) -> None:
    shop.stripe.faults(**{chaos: True, "hold": True})
    pays(shop.page())
    shop.stripe.faults(**{chaos: True})
    shop.becomes("premium")
    shop.settled()
    assert shop.changes() == [Change.PROFILE, Change.UPGRADED]
    assert shop.me()["plan"] == "premium"


def test_messages_that_are_never_sent_are_made_up_for(shop: Shop) -> None:
    shop.stripe.faults(drop=True)
    pays(shop.page())
    assert shop.billing.reconcile() == 0
    shop.clock.advance(timedelta(days=1))
    assert shop.billing.reconcile() == 1
    assert shop.me()["plan"] == "premium"


def test_who_cancels_stays_premium_until_the_period_ends(shop: Shop) -> None:
    pays(shop.page())
    shop.becomes("premium")
    cancels(shop.page("portal"))
    until(lambda: shop.me()["subscription"]["ends_at"], "the end of the subscription", 20)
    assert shop.me()["plan"] == "premium"
    shop.pass_time(timedelta(seconds=MONTH))
    me = shop.becomes("free")
    assert me["subscription"]["status"] == "canceled"
    shop.settled()
    assert shop.changes() == [Change.PROFILE, Change.UPGRADED, Change.DOWNGRADED]
    pays(shop.page())
    shop.becomes("premium")


def test_who_does_not_pay_again_is_premium_for_the_grace(shop: Shop) -> None:
    pays(shop.page(), FAILS_AT_RENEWAL)
    shop.becomes("premium")
    shop.pass_time(timedelta(seconds=MONTH))
    until(lambda: shop.me()["subscription"]["status"] == "past_due", "an overdue payment", 20)
    until(lambda: shop.me()["subscription"]["pay_until"], "the grace", 20)
    assert shop.me()["plan"] == "premium"
    shop.settled()
    shop.stripe.faults(drop=True)
    shop.clock.advance(GRACE)
    shop.billing.reconcile()
    assert shop.me()["plan"] == "free"
    shop.stripe.faults()
    changes_card(shop.page("portal"))
    assert shop.becomes("premium")["subscription"]["pay_until"] is None


def test_who_ends_the_account_pays_no_more_and_is_gone(shop: Shop) -> None:
    pays(shop.page())
    me = shop.becomes("premium")
    shop.settled()
    confirm = {"confirm": "alice@local.test"}
    assert shop.ask("DELETE", "/v1/me", json=confirm).status_code == 204
    assert shop.ask("GET", "/v1/me").status_code == 403
    assert shop.deletion.work() == 0
    (customer,) = {one.customer for one in _subscriptions(shop)}
    assert [one.status for one in _subscriptions(shop)] == ["canceled"]
    shop.settled()
    assert all(one["state"] == "delivered" for one in shop.stripe.deliveries())
    shop.clock.advance(PATIENCE)
    assert shop.deletion.work() == 1
    again = shop.me()
    assert (again["plan"], again["subscription"]) == ("free", None)
    assert again["id"] != me["id"]
    assert pays(shop.page())
    shop.becomes("premium")
    assert len({one.customer for one in _subscriptions(shop)} | {customer}) == 2


def _subscriptions(shop: Shop) -> list[Any]:
    return list(shop.stripe.client.v1.subscriptions.list({"status": "all"}).data)
