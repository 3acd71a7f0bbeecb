"""Sends events to the service, signed as Stripe signs them, until they are taken.

The signature is https://docs.stripe.com/webhooks#verify-manually; it carries the real time, which
receivers compare with theirs, and not that of the movable clock.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import hmac
from collections.abc import Callable

import httpx2

from backend.local.stripe.outbox import Delivery, Outbox

_TIMEOUT_SECONDS = 10.0


def signature(body: bytes, secret: str, at: int) -> str:
    """Return the value of ``Stripe-Signature``; *at* is in seconds since the epoch."""
    signed = hmac.new(secret.encode(), b"%d." % at + body, hashlib.sha256)
    return f"t={at},v1={signed.hexdigest()}"


class Sender:
    """One task that empties the outbox, in the order of what happened."""

    def __init__(
        self, outbox: Outbox, *, url: str, secret: str, real_time: Callable[[], float]
    ) -> None:
        self._outbox = outbox
        self._url = url
        self._secret = secret
        self._real_time = real_time
        self._woken = asyncio.Event()

    def wake(self) -> None:
        """Look at the outbox: something may have been added."""
        self._woken.set()

    async def run(self) -> None:
        """Send until cancelled."""
        async with httpx2.AsyncClient(timeout=_TIMEOUT_SECONDS, trust_env=False) as client:
            while True:
                self._woken.clear()
                for delivery in self._outbox.due():
                    await self._send(client, delivery)
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(self._outbox.seconds_to_next()):
                        await self._woken.wait()

    async def _send(self, client: httpx2.AsyncClient, delivery: Delivery) -> None:
        body = self._outbox.body(delivery)
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "Stripe-Signature": signature(body, self._secret, int(self._real_time())),
            "User-Agent": "Stripe/1.0 (local stand-in)",
        }
        try:
            answer = await client.post(self._url, content=body, headers=headers)
        except httpx2.HTTPError as error:
            self._outbox.settle(delivery, type(error).__name__, taken=False)
        else:
            self._outbox.settle(delivery, str(answer.status_code), taken=answer.is_success)
