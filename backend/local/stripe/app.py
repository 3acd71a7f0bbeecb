"""The stand-in as an ASGI app: API, pages, switches, and the tasks beside them."""

from __future__ import annotations

import asyncio
import logging
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware

from backend.local.stripe.api import Api
from backend.local.stripe.catalogue import stock
from backend.local.stripe.challenge_page import ChallengePage
from backend.local.stripe.checkout_page import CheckoutPage
from backend.local.stripe.clock import Clock
from backend.local.stripe.control import Control
from backend.local.stripe.database import Database
from backend.local.stripe.form import is_local_url
from backend.local.stripe.keys import load_keys
from backend.local.stripe.ledger import Ledger
from backend.local.stripe.outbox import Outbox
from backend.local.stripe.portal_page import PortalPage
from backend.local.stripe.timeline import catch_up
from backend.local.stripe.webhooks import Sender

_log = logging.getLogger(__name__)

_LOOK_EVERY = 1.0
"""Seconds between two looks at what the passing time brings."""


def build_app(
    *, url: str, data: Path, webhook_url: str, real_time: Callable[[], float]
) -> Starlette:
    """Return the stand-in with the state in *data*; it is free again when the app is shut down.

    Args:
        data: a folder that is there.
        url: the address at which it will be reached, such as ``http://127.0.0.1:9420``.
        webhook_url: where events are sent.
        real_time: seconds since the epoch.

    Raises:
        DataInUseError: another stand-in runs on *data*.
        ValueError: webhooks would leave this machine.
    """
    if not is_local_url(webhook_url):
        raise ValueError(f"{webhook_url} is no address on this machine; webhooks stay here.")
    keys = load_keys(data)
    database = Database(data / "stripe.sqlite3")
    ledger = Ledger(database, Clock(database, real_time), Outbox(database, real_time), url)
    with database.transaction():
        stock(ledger)
    sender = Sender(ledger.outbox, url=webhook_url, secret=keys.webhook_secret, real_time=real_time)
    database.committed = sender.wake

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        tasks = [asyncio.create_task(sender.run()), asyncio.create_task(_keep_up(ledger))]
        for task in tasks:
            task.add_done_callback(_end_if_it_failed)
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            database.close()

    # A page of the web that calls itself by a name of ours must not get at the forms.
    local_names = Middleware(TrustedHostMiddleware, allowed_hosts=["127.0.0.1", "localhost"])
    routes = [
        *Api(ledger, keys).routes(),
        *CheckoutPage(ledger).routes(),
        *ChallengePage(ledger).routes(),
        *PortalPage(ledger).routes(),
        *Control(ledger).routes(),
    ]
    return Starlette(routes=routes, middleware=[local_names], lifespan=lifespan)


async def _keep_up(ledger: Ledger) -> None:
    """Let happen what the real passing of time brings."""
    while True:
        catch_up(ledger)
        await asyncio.sleep(_LOOK_EVERY)


def _end_if_it_failed(task: asyncio.Task[None]) -> None:
    """End the process, which is then started anew, when one of its tasks has met a bug."""
    if not task.cancelled() and task.exception() is not None:
        _log.error("task_failed", exc_info=task.exception())
        signal.raise_signal(signal.SIGTERM)
