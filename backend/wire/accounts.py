"""Accounts: who is signed in, what the plan allows, and paying for it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from backend.wire.base import In, Out


class Limits(Out):
    """What the plan allows; null is without limit."""

    max_input_bytes: int | None
    retention_seconds: int | None


class Usage(Out):
    """What the account uses, counted over its newest jobs.

    Attributes:
        month_jobs: jobs made since the month began, in UTC.
        month_bytes: how much was sent with them.
        results_stored: results that can be downloaded now.
        results_archived: results that are in the archive, or on their way there or back.
        complete: whether all jobs were counted; if not, there are more than these.
    """

    month_jobs: int
    month_bytes: int
    results_stored: int
    results_archived: int
    complete: bool


class SubscriptionView(Out):
    """How the account's subscription is.

    Attributes:
        renews_at: when it is paid again; null if it is not.
        ends_at: when it ends because its owner ended it; the plan is premium until then.
        pay_until: while a payment is overdue, until when the plan is premium all the same.
    """

    status: str
    renews_at: datetime | None = None
    ends_at: datetime | None = None
    pay_until: datetime | None = None


class Me(Out):
    """Who is signed in.

    Attributes:
        upgrade_url: where to change the plan; null for who is premium.
        usage: null in a live event, and where it cannot be counted at the moment.
        subscription: null if there was never one.
        signed_out_at: when the person last signed out everywhere, null if never: an app whose
            sign-in is older than that signs itself out, however new its token is.
    """

    id: str
    name: str
    email: str
    organization: str
    plan: Literal["free", "premium"]
    limits: Limits
    upgrade_url: str | None
    server_time: datetime
    usage: Usage | None = None
    subscription: SubscriptionView | None = None
    signed_out_at: datetime | None = None


class AccountEnd(In):
    """The account is to be deleted, with all that is in it.

    Attributes:
        confirm: the account's mail address, typed by its owner; its id where it has none.
    """

    confirm: Annotated[str, Field(min_length=1, max_length=320)]


class PaymentPage(Out):
    """A page of the payment service, to be opened in a browser."""

    url: str
