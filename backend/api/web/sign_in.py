"""Sign-in and sign-out in the browser."""

from __future__ import annotations

import hmac
from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from backend.api.authentication import BEING_DELETED, identity_of
from backend.api.dependencies import Api, TheApi
from backend.api.limits import address_of
from backend.api.sign_in import Principal
from backend.api.web import attempts
from backend.api.web.attempts import Attempt
from backend.api.web.dependencies import SignedIn, TheWeb, Web
from backend.api.web.errors import PageRoute
from backend.api.web.forms import OwnForm
from backend.api.web.globus import SignInFailedError

router = APIRouter(route_class=PageRoute)

Text = Annotated[str, Query(max_length=2000)]
_NO_CODE = "Globus did not sign you in: you did not agree, or it could not. Sign in again."


@router.get("/sign-in")
def begin_sign_in(
    api: TheApi, web: TheWeb, page: Annotated[Text, Query(alias="next")] = ""
) -> Response:
    """Send the browser to Globus; it takes a signed note along of where it is to come back to."""
    attempt = attempts.begin(page, api.clock(), web.new_secret)
    answer = RedirectResponse(web.sign_in.address(attempt), 303)
    web.cookies.keep_attempt(answer, attempts.seal(attempt, web.cookie_key))
    return answer


@router.get("/sign-in/done")
async def finish_sign_in(
    request: Request, api: TheApi, web: TheWeb, state: Text = "", code: Text = ""
) -> Response:
    """Sign the browser in that comes back from Globus, under a session that it never had before.

    Without a code Globus says why there is none; the words of an address are shown to nobody.
    """
    with api.limits.stranger(address_of(request.scope)):
        attempt = _attempt(request, api, web, state)
        if not code:
            raise SignInFailedError(_NO_CODE)
        principal = await web.sign_in.principal(code, attempt)
    earlier = web.cookies.session(request)
    secret = await run_in_threadpool(_sign_in, api, web, principal, earlier)
    answer = RedirectResponse(attempt.page, 303)
    web.cookies.forget_attempt(answer)
    web.cookies.keep_session(answer, secret)
    return answer


def _attempt(request: Request, api: Api, web: Web, state: str) -> Attempt:
    sealed = web.cookies.attempt(request)
    attempt = attempts.unseal(sealed, web.cookie_key, api.clock())
    if attempt is None or not hmac.compare_digest(state.encode(), attempt.state.encode()):
        raise SignInFailedError(
            "This sign-in did not begin in this browser, or more than 10 minutes ago. "
            "Sign in again; the browser has to accept cookies of this site."
        )
    return attempt


def _sign_in(api: Api, web: Web, principal: Principal, earlier: str | None) -> str:
    account = api.accounts.sign_in(identity_of(principal))
    if account.deleting_at is not None:
        raise HTTPException(403, BEING_DELETED)
    return web.browsers.sign_in(account.id, earlier=earlier)


@router.post("/sign-out")
def sign_out(web: TheWeb, visitor: SignedIn, _form: OwnForm) -> Response:
    """End the browser's session."""
    web.browsers.sign_out(visitor.secret)
    answer = RedirectResponse("/?notice=signed-out", 303)
    web.cookies.forget_session(answer)
    return answer
