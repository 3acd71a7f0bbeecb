"""The part of the composition root that makes what concerns paying and the end of accounts."""

from __future__ import annotations

from backend import wiring, wiring_archive
from backend.payments.stripe import StripePayments, connect
from backend.services.account_deletion import AccountDeletion
from backend.services.billing import Billing
from backend.settings import Settings
from backend.wiring_database import Database


def payments(settings: Settings) -> StripePayments:
    """Return Stripe."""
    return StripePayments(
        client=connect(settings.stripe_secret_key, settings.stripe_api_url),
        secrets=settings.stripe_webhook_secrets,
        price=settings.stripe_price,
        live=settings.stripe_is_live,
        clock=wiring.now,
    )


def billing(settings: Settings, stored: Database) -> Billing:
    """Return the service that leads people to where they pay, and keeps plans in step."""
    return Billing(
        payments(settings),
        stored.billed_accounts,
        wiring.now,
        settings.web_url,
        settings.past_due_grace,
    )


def account_deletion(settings: Settings, stored: Database) -> AccountDeletion:
    """Return the service that closes accounts and deletes what is theirs."""
    inputs, outputs = wiring.files(settings)
    return AccountDeletion(
        deletions=stored.deletions,
        accounts=stored.accounts,
        payments=payments(settings),
        jobs=wiring.jobs(settings),
        results=wiring_archive.results(settings),
        inputs=inputs,
        outputs=outputs,
        contacts=wiring.contacts(settings),
        clock=wiring.now,
    )
