"""Webhooks of the local Stripe: signed, in order, repeated until they are taken."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx2
import pytest
import stripe

from backend.local.card import pays
from backend.local.ports import free_port
from backend.local.stripe.__main__ import main
from backend.local.stripe.keys import Keys, load_keys
from tests.integration.stripe_stand_in import (
    MONTH,
    Receiver,
    RunningStripe,
    client_of,
    running_receiver,
    running_stripe,
)
from tests.stack import until


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with running_receiver() as running:
        yield running


@pytest.fixture
def local(tmp_path: Path, receiver: Receiver) -> Iterator[RunningStripe]:
    with running_stripe(tmp_path, receiver.url) as running:
        yield running


def settled(local: RunningStripe) -> list[dict[str, Any]]:
    """Wait until nothing is to be sent any more, and return what became of it."""
    until(lambda: all(each["state"] != "pending" for each in local.deliveries()), "quiet", 20)
    return local.deliveries()


def test_signature_is_verified_by_the_library(local: RunningStripe, receiver: Receiver) -> None:
    customer = local.customer()
    receiver.got("customer.created")
    body, signed = receiver.taken[0]

    event = stripe.Webhook.construct_event(body, signed, local.keys.webhook_secret)

    assert event.type == "customer.created"
    assert event.data.object["id"] == customer
    assert (event.livemode, event.api_version) == (False, "2026-10-28.endive")
    for wrong in (body + b" ", body.replace(b"false", b"true", 1)):
        with pytest.raises(stripe.SignatureVerificationError):
            stripe.Webhook.construct_event(wrong, signed, local.keys.webhook_secret)
    with pytest.raises(stripe.SignatureVerificationError):
        stripe.Webhook.construct_event(body, signed, "whsec_other")


def test_signature_has_the_real_time(local: RunningStripe, receiver: Receiver) -> None:
    local.advance(MONTH)
    local.customer()
    receiver.got("customer.created")
    body, signed = receiver.taken[-1]

    assert stripe.Webhook.construct_event(body, signed, local.keys.webhook_secret, tolerance=60)
    signed_at = int(signed.partition(",")[0].removeprefix("t="))
    assert json.loads(body)["created"] - signed_at > MONTH - 60


def test_refused_event_comes_again(local: RunningStripe, receiver: Receiver) -> None:
    receiver.refuse = 2

    local.customer()

    (event,) = receiver.got("customer.created")
    (delivery,) = settled(local)
    assert delivery == {
        "event": event["id"],
        "type": "customer.created",
        "state": "delivered",
        "tries": 3,
        "outcome": "200",
    }
    assert local.client.v1.events.retrieve(event["id"]).pending_webhooks == 0


def test_event_waits_for_a_receiver_that_is_not_there(tmp_path: Path, receiver: Receiver) -> None:
    with running_stripe(tmp_path, "http://127.0.0.1:9/webhooks/stripe") as local:
        local.customer()
        tried = until(lambda: [each for each in local.deliveries() if each["tries"]], "a try", 20)
        assert (tried[0]["state"], tried[0]["outcome"]) == ("pending", "ConnectError")

    with running_stripe(tmp_path, receiver.url):
        assert receiver.got("customer.created")


def test_events_can_come_twice(local: RunningStripe, receiver: Receiver) -> None:
    local.faults(duplicate=True)

    local.customer()

    first, second = receiver.got("customer.created", 2)
    assert first["id"] == second["id"]
    assert len(settled(local)) == 2


def test_events_can_come_late_and_in_reverse(local: RunningStripe, receiver: Receiver) -> None:
    local.faults(hold=True)
    subscription = local.subscribed()
    local.client.v1.subscriptions.cancel(subscription.id)
    assert receiver.taken == []

    local.faults(reverse=True)

    receiver.got("customer.created")
    assert receiver.types()[0] == "customer.subscription.deleted"
    assert receiver.types()[-1] == "customer.created"
    assert len(settled(local)) == len(receiver.taken) == 11


def test_events_can_be_lost(local: RunningStripe, receiver: Receiver) -> None:
    local.faults(drop=True)
    lost = local.customer()
    local.faults()
    kept = local.customer()

    (event,) = receiver.got("customer.created")

    assert event["data"]["object"]["id"] == kept
    assert [each["state"] for each in settled(local)] == ["dropped", "delivered"]
    assert local.client.v1.customers.retrieve(lost).id == lost


@pytest.mark.parametrize("body", ["[]", '{"speed": true}', '{"drop": 1}', "x"])
def test_unknown_switches_are_refused(local: RunningStripe, body: str) -> None:
    refused = httpx2.put(f"{local.url}/_gas/faults", content=body)

    assert refused.status_code == 400
    assert set(httpx2.get(f"{local.url}/_gas/faults").json().values()) == {False}


def test_all_survives_a_kill(tmp_path: Path, receiver: Receiver) -> None:
    receiver.refuse = 10**6
    with ExitStack() as stack:
        ready = stack.enter_context(process(tmp_path, receiver.url))
        key = load_keys(tmp_path / "data").secret_key
        client = stack.enter_context(client_of(ready["url"], key))
        customer = client.v1.customers.create({}, {"idempotency_key": "k"}).id
        (price,) = client.v1.prices.list({"lookup_keys": [ready["price_lookup_key"]]}).data
        asked = {
            "mode": "subscription",
            "customer": customer,
            "line_items": [{"price": price.id}],
            "success_url": "http://127.0.0.1:5/",
        }
        url = str(client.v1.checkout.sessions.create(asked).url)
        httpx2.post(f"{ready['url']}/_gas/clock", json={"advance_seconds": 1000})

    receiver.refuse = 0
    with process(tmp_path, receiver.url, port=urlsplit(ready["url"]).port) as again:
        assert again == ready
        assert receiver.got("customer.created")[0]["data"]["object"]["id"] == customer
        pays(url)
        receiver.got("checkout.session.completed")
        with client_of(again["url"], key) as client:
            assert client.v1.customers.create({}, {"idempotency_key": "k"}).id == customer
            (subscription,) = client.v1.subscriptions.list({"customer": customer}).data
            assert len(client.v1.prices.list().data) == 1
        assert subscription.created - client_time(receiver) >= 990


def client_time(receiver: Receiver) -> int:
    """Return the real time at which the last event was signed."""
    return int(receiver.taken[-1][1].partition(",")[0].removeprefix("t="))


def test_folder_has_one_process(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], receiver: Receiver
) -> None:
    with process(tmp_path, receiver.url):
        assert main(["--data", str(tmp_path / "data"), "--webhook-url", receiver.url]) == 2

    assert "another local Stripe has its state in" in capsys.readouterr().err


def test_webhooks_stay_on_this_machine(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for url in ("https://example.com/hook", "ftp://127.0.0.1/", "http://127.0.0.1.evil.test/"):
        assert main(["--data", str(tmp_path), "--webhook-url", url]) == 2
        assert "webhooks stay here" in capsys.readouterr().err


def test_keys_are_made_once_and_private(tmp_path: Path) -> None:
    first = load_keys(tmp_path)

    assert load_keys(tmp_path) == first
    assert first != Keys("", "")
    assert first.secret_key.startswith("sk_test_")
    assert first.webhook_secret.startswith("whsec_")
    assert (tmp_path / "keys.json").stat().st_mode & 0o777 == 0o600


@contextmanager
def process(folder: Path, webhook_url: str, port: int | None = None) -> Iterator[dict[str, Any]]:
    """Run the stand-in as the stack does, and kill it at the end."""
    command = [sys.executable, "-m", "backend.local.stripe", "--data", str(folder / "data")]
    with subprocess.Popen(
        [*command, "--webhook-url", webhook_url, "--port", str(port or free_port())],
        stdout=subprocess.PIPE,
    ) as running:
        assert running.stdout is not None
        try:
            yield json.loads(running.stdout.readline())
        finally:
            os.kill(running.pid, signal.SIGKILL)
