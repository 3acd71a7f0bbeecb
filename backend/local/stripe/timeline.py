"""What happens by itself as the clock passes: renewals, further tries to charge, ends."""

from __future__ import annotations

from backend.local.stripe.endings import end_subscription, expire_session
from backend.local.stripe.ledger import Ledger, Object
from backend.local.stripe.subscriptions import renew, retry


def catch_up(ledger: Ledger) -> None:
    """Let everything happen that is due, if anything is."""
    if ledger.next_due(ledger.now()) is not None:
        with ledger.database.transaction():
            _let_happen(ledger, ledger.now())


def advance(ledger: Ledger, seconds: int) -> None:
    """Move the clock on, and let everything happen meanwhile, each at its time."""
    with ledger.database.transaction():
        _let_happen(ledger, ledger.now() + seconds)
        ledger.clock.advance(seconds)


def _let_happen(ledger: Ledger, until: int) -> None:
    while (due := ledger.next_due(until)) is not None:
        moment, thing = due
        with ledger.clock.at(moment):
            _happen(ledger, thing)


def _happen(ledger: Ledger, thing: Object) -> None:
    match thing["object"]:
        case "subscription" if thing["cancel_at_period_end"]:
            end_subscription(ledger, thing, None)
        case "subscription":
            renew(ledger, thing)
        case "invoice":
            retry(ledger, thing)
        case "checkout.session":
            expire_session(ledger, thing)
