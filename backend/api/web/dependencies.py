"""What the pages are given."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Protocol

from fastapi import Depends, Path, Request

from backend import wire
from backend.api.dependencies import TheApi
from backend.api.sign_in import Principal
from backend.api.web.attempts import Attempt
from backend.api.web.cookies import Cookies
from backend.domain.accounts import Account
from backend.domain.errors import NotFoundError
from backend.domain.job import Job
from backend.domain.plans import Limits, Plan
from backend.services.submission import owned
from backend.services.web_sessions import Browsers


class SignIn(Protocol):
    """Globus, as a web page signs people in with it."""

    def address(self, attempt: Attempt) -> str:
        """Return where to send the browser."""

    def sign_out_address(self) -> str:
        """Return where people end what Globus itself remembers of them in a browser."""

    async def principal(self, code: str, attempt: Attempt) -> Principal:
        """Return who came back with *code*.

        Raises:
            RejectedError: this is not the end of *attempt*, or not a good one.
            UnavailableError: nobody can tell at the moment.
        """


@dataclass(frozen=True, slots=True)
class Web:
    """What the pages work with, beside what the API has.

    Attributes:
        cookie_key: 32 bytes, the same in every process of the API: signs what a browser keeps
            while it is away at Globus.
        new_secret: makes what nobody can guess, at least 128 bits, as text for an address.
        payment_origins: where the pages to pay at are, such as "https://checkout.stripe.com".
        secure: whether the pages are reached by https only, as everywhere but on one machine.
    """

    sign_in: SignIn
    browsers: Browsers
    cookie_key: bytes
    new_secret: Callable[[], str]
    payment_origins: tuple[str, ...]
    secure: bool

    @property
    def cookies(self) -> Cookies:
        """How browsers remember."""
        return Cookies(self.secure)


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who looks at a page, and what their plan allows.

    Attributes:
        secret: of the browser's session.
    """

    account: Account
    limits: Limits
    secret: str

    @property
    def premium(self) -> bool:
        """Whether the person has paid."""
        return self.account.plan is Plan.PREMIUM


class SignInNeededError(Exception):
    """Nobody is signed in in this browser; answered by the way to the sign-in."""


def the_web(request: Request) -> Web:
    """Return what the pages of this app were made with."""
    web: Web = request.app.state.web
    return web


TheWeb = Annotated[Web, Depends(the_web)]


def anybody(request: Request, api: TheApi, web: TheWeb) -> Visitor | None:
    """Return who is signed in in this browser, or None; HTTP 429 to whom asks too often."""
    secret = web.cookies.session(request)
    account_id = web.browsers.account_id(secret) if secret else None
    if secret is None or account_id is None:
        return None
    try:
        account = api.accounts.get(account_id)
    except NotFoundError:
        return None
    if account.deleting_at is not None:
        return None
    request.scope["gas.ids"]["account_id"] = account.id
    api.limits.request(account.id)
    visitor = Visitor(account, api.plans.limits(account.plan), secret)
    # An error's page shows the same person's.
    request.state.visitor = visitor
    return visitor


Anybody = Annotated[Visitor | None, Depends(anybody)]


def signed_in(visitor: Anybody) -> Visitor:
    """Return who is signed in; raise SignInNeededError if nobody is."""
    if visitor is None:
        raise SignInNeededError
    return visitor


SignedIn = Annotated[Visitor, Depends(signed_in)]


def own_job(
    job_id: Annotated[wire.JobId, Path()], request: Request, api: TheApi, visitor: SignedIn
) -> Job:
    """Return the visitor's job; somebody else's looks like one that is not there."""
    request.scope["gas.ids"]["job_id"] = job_id
    return owned(api.jobs, job_id, visitor.account.id)


OwnJob = Annotated[Job, Depends(own_job)]
