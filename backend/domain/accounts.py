"""Who uses the service."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from backend.domain.plans import Plan
from backend.domain.subscriptions import Subscription


@dataclass(frozen=True, slots=True)
class Identity:
    """Who Globus says a person is.

    Attributes:
        sub: the primary identity: what an account is keyed by, never the e-mail address.
        identities: every identity linked to it, *sub* among them.
    """

    sub: str
    identities: tuple[str, ...]
    username: str
    name: str
    email: str
    organization: str


@dataclass(frozen=True, slots=True)
class Account:
    """A person's account.

    Attributes:
        id: ours, made at the first sign-in; jobs and keys carry it.
        customer_id: the payment service's name for who pays; None until somebody wants to.
        checkout_id: the payment service's name for the latest page to pay at.
        subscription: the latest; None if there was never one.
        deleting_at: since when the account is being deleted: nobody can use it any more.
        signed_out_at: when its owner last signed out everywhere; None if never.
    """

    id: str
    sub: str
    name: str
    email: str
    organization: str
    plan: Plan = Plan.FREE
    customer_id: str | None = None
    checkout_id: str | None = None
    subscription: Subscription | None = None
    deleting_at: datetime | None = None
    signed_out_at: datetime | None = None

    def has_ended(self, issued_at: datetime) -> bool:
        """Return whether a token of that age was ended by its owner.

        Tokens know whole seconds, rounded down: one of the same second counts as ended.
        """
        return self.signed_out_at is not None and issued_at <= self.signed_out_at


@dataclass(frozen=True, slots=True)
class Contact:
    """What the workers need to know of an account: the projection beside the jobs.

    Attributes:
        version: of the account that this was projected from; older ones never replace newer.
    """

    account_id: str
    plan: Plan
    name: str
    email: str
    version: int


class Change(StrEnum):
    """What changed about an account.

    A profile is name, mail address or organization.
    """

    PROFILE = "profile"
    UPGRADED = "upgraded"
    DOWNGRADED = "downgraded"
    DELETED = "deleted"


@dataclass(frozen=True, slots=True)
class AccountChange:
    """A committed change of an account, and the account as it was then."""

    kind: Change
    contact: Contact
