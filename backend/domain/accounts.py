"""Who uses the service."""

from __future__ import annotations

from dataclasses import dataclass

from backend.domain.plans import Plan


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
    """

    id: str
    sub: str
    name: str
    email: str
    organization: str
    plan: Plan = Plan.FREE


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
