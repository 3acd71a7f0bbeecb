"""What the routes are given."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Path, Request, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from backend import wire
from backend.api.limits import RateLimits, address_of
from backend.api.sign_in import Principal
from backend.domain.accounts import Account
from backend.domain.job import Job
from backend.domain.plans import Limits, Plans
from backend.services.access_log import RecordedLinks
from backend.services.account_deletion import AccountDeletion
from backend.services.billing import Billing
from backend.services.live import EventLog
from backend.services.ports import Accounts, Clock, Jobs, LiveEvents, NewId
from backend.services.results import Results
from backend.services.sign_outs import SigningOut
from backend.services.submission import Submissions, owned
from backend.services.usage import Usages
from backend.services.variants import Variants
from backend.services.variants_export import VariantExports

Introspect = Callable[[str], Awaitable[Principal]]


@dataclass(frozen=True, slots=True)
class Api:
    """Everything the API works with.

    Attributes:
        introspect: tells whose an access token is.
        results: deletes; links to files come from `links`, which records them.
        variants: opens the tables of results; `variant_exports` writes selections of them.
        event_log: where the event streams read; `live_events` gives the cursor of a page.
        new_id: makes the ids of requests.
        web_url: where people change their plan.
        limits: how often is too often.
        config: what an app is told before anybody is signed in.
    """

    introspect: Introspect
    accounts: Accounts
    jobs: Jobs
    submissions: Submissions
    results: Results
    links: RecordedLinks
    variants: Variants
    variant_exports: VariantExports
    usages: Usages
    billing: Billing
    deletion: AccountDeletion
    signing_out: SigningOut
    live_events: LiveEvents
    event_log: EventLog
    plans: Plans
    clock: Clock
    new_id: NewId
    web_url: str
    limits: RateLimits
    config: wire.ServiceConfig

    @property
    def upgrade_url(self) -> str:
        """Where people change their plan."""
        return f"{self.web_url}/upgrade"


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Who makes the request, and what their plan allows."""

    account: Account
    limits: Limits


def the_api(request: Request) -> Api:
    """Return what this app was made with."""
    api: Api = request.app.state.api
    return api


_bearer = HTTPBearer(
    scheme_name="globus", description="An access token of Globus for this API.", auto_error=False
)


async def signed_in(
    request: Request,
    api: Annotated[Api, Depends(the_api)],
    _token: Annotated[HTTPAuthorizationCredentials | None, Security(_bearer)],
) -> SignedIn:
    """Return who makes the request; raise NotSignedInError if nobody is signed in."""
    authorization = request.headers.get("authorization")
    known = request.headers.get(wire.ACCOUNT_HEADER)
    address = address_of(request.scope)
    account = await request.app.state.authentication(authorization, address, known)
    request.scope["gas.ids"]["account_id"] = account.id
    return SignedIn(account, api.plans.limits(account.plan))


TheApi = Annotated[Api, Depends(the_api)]
Person = Annotated[SignedIn, Depends(signed_in)]


def own_job(
    job_id: Annotated[wire.JobId, Path()], request: Request, api: TheApi, person: Person
) -> Job:
    """Return the person's job; somebody else's looks like one that is not there."""
    request.scope["gas.ids"]["job_id"] = job_id
    return owned(api.jobs, job_id, person.account.id)


OwnJob = Annotated[Job, Depends(own_job)]
