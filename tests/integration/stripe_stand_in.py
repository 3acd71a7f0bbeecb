"""The local Stripe in a thread of the test, who receives its webhooks, and who uses its API."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx2
import requests
import stripe
import uvicorn

from backend.local.card import GOOD_CARD, pays
from backend.local.stripe.__main__ import loopback_socket
from backend.local.stripe.app import build_app
from backend.local.stripe.keys import Keys, load_keys
from backend.local.stripe.shapes.price import LOOKUP_KEY
from tests.stack import until

# It would note an id of this machine in the home folder of whoever runs the tests.
stripe.enable_telemetry = False

DAY = 86_400
MONTH = 31 * DAY
RETURN = "http://127.0.0.1:5/billing/done?session={CHECKOUT_SESSION_ID}"


@dataclass
class Receiver:
    """A webhook's endpoint that takes what comes, or refuses as often as it is told to.

    Attributes:
        taken: bodies and signatures, in the order of arrival.
        refuse: how many deliveries from now on are answered by 503.
    """

    url: str
    taken: list[tuple[bytes, str]] = field(default_factory=list)
    refuse: int = 0

    def events(self) -> list[dict[str, Any]]:
        """Return what was taken, read."""
        return [json.loads(body) for body, _ in self.taken]

    def types(self) -> list[str]:
        """Return what has happened, in the order of arrival."""
        return [event["type"] for event in self.events()]

    def got(self, kind: str, times: int = 1) -> list[dict[str, Any]]:
        """Wait until so many events of a kind have arrived, and return them."""
        until(lambda: self.types().count(kind) >= times, f"{times} x {kind}", 20)
        return [event for event in self.events() if event["type"] == kind]


@dataclass
class RunningStripe:
    """A stand-in that answers at *url*, and a client of the real library."""

    url: str
    keys: Keys
    client: stripe.StripeClient

    def price(self) -> stripe.Price:
        """Return what is sold."""
        return self.client.v1.prices.list({"lookup_keys": [LOOKUP_KEY]}).data[0]

    def customer(self, email: str = "ada@local.test") -> str:
        """Register somebody and return their id."""
        return self.client.v1.customers.create({"email": email}).id

    def checkout(self, customer: str, **more: Any) -> stripe.checkout.Session:
        """Begin a checkout of the one price."""
        asked: Any = {
            "mode": "subscription",
            "customer": customer,
            "line_items": [{"price": self.price().id, "quantity": 1}],
            "success_url": RETURN,
            "cancel_url": "http://127.0.0.1:5/billing/cancelled",
            **more,
        }
        return self.client.v1.checkout.sessions.create(asked)

    def subscribed(self, card: str = GOOD_CARD) -> stripe.Subscription:
        """Return the subscription that a new customer has bought by *card*."""
        customer = self.customer()
        pays(str(self.checkout(customer).url), card)
        return self.client.v1.subscriptions.list({"customer": customer}).data[0]

    def subscription(self, subscription: stripe.Subscription) -> stripe.Subscription:
        """Return a subscription as it is now."""
        return self.client.v1.subscriptions.retrieve(subscription.id)

    def portal(self, customer: str) -> str:
        """Open the portal and return its address."""
        asked = {"customer": customer, "return_url": "http://127.0.0.1:5/account"}
        return self.client.v1.billing_portal.sessions.create(asked).url

    def advance(self, seconds: int) -> int:
        """Move the clock and return the time."""
        answer = httpx2.post(f"{self.url}/_gas/clock", json={"advance_seconds": seconds})
        return int(answer.raise_for_status().json()["now"])

    def faults(self, **switches: bool) -> None:
        """Set the switches; all others go off."""
        httpx2.put(f"{self.url}/_gas/faults", json=switches).raise_for_status()

    def deliveries(self) -> list[dict[str, Any]]:
        """Return what was and is to be sent."""
        return list(httpx2.get(f"{self.url}/_gas/deliveries").json())


@contextmanager
def running_receiver() -> Iterator[Receiver]:
    """Receive webhooks until the end of the block."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            if receiver.refuse > 0:
                receiver.refuse -= 1
                status = 503
            else:
                receiver.taken.append((body, self.headers["stripe-signature"]))
                status = 200
            self.send_response(status)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *_arguments: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    receiver = Receiver(f"http://127.0.0.1:{server.server_port}/webhooks/stripe")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield receiver
    finally:
        server.shutdown()
        server.server_close()
        thread.join(60)
    assert not thread.is_alive()


@contextmanager
def running_stripe(
    data: Path, webhook_url: str, real_time: Callable[[], float] = time.time
) -> Iterator[RunningStripe]:
    """Serve the state in *data* until the end of the block."""
    with loopback_socket(0) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        app = build_app(url=url, data=data, webhook_url=webhook_url, real_time=real_time)
        server = _Server(uvicorn.Config(app, log_level="warning"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            assert server.ready.wait(60)
            with client_of(url, load_keys(data).secret_key) as client:
                yield RunningStripe(url, load_keys(data), client)
        finally:
            server.should_exit = True
            thread.join(60)
        assert not thread.is_alive()


@contextmanager
def client_of(url: str, key: str, **options: Any) -> Iterator[stripe.StripeClient]:
    """Return the real library's client; what it connects by is closed at the end."""
    with requests.Session() as session:
        http = stripe.RequestsClient(session=session)
        yield stripe.StripeClient(key, base_addresses={"api": url}, http_client=http, **options)


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = threading.Event()

    async def startup(self, sockets: Any = None) -> None:
        await super().startup(sockets)
        self.ready.set()
