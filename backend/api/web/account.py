"""The page of the account: who is signed in, what the plan allows, and the end of the account."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from backend import wire
from backend.api.dependencies import Api, TheApi
from backend.api.web.dependencies import SignedIn, TheWeb, Visitor
from backend.api.web.errors import PageRoute
from backend.api.web.forms import OwnForm
from backend.api.web.rendering import the_pages
from backend.domain.accounts import Account
from backend.domain.errors import UnavailableError
from backend.views import me_view, usage_view

router = APIRouter(route_class=PageRoute)


@router.get("/account")
def show_account(request: Request, api: TheApi, visitor: SignedIn) -> Response:
    """Show the account."""
    return _page(request, api, visitor)


@router.post("/account/delete")
def delete_account(
    request: Request, api: TheApi, web: TheWeb, visitor: SignedIn, form: OwnForm
) -> Response:
    """Have the account deleted by whoever typed that they want it, and sign all browsers out."""
    typed = form.get("confirmation", "").strip()
    if typed.casefold() != _confirmation(visitor.account).casefold():
        return _page(request, api, visitor, unconfirmed=True)
    api.deletion.request(visitor.account)
    web.browsers.sign_out_everywhere(visitor.account.id)
    answer = RedirectResponse("/?notice=deleted", 303)
    web.cookies.forget_session(answer)
    return answer


def _confirmation(account: Account) -> str:
    """Return what has to be typed: the mail address, and the id where there is none."""
    return account.email or account.id


def _page(request: Request, api: Api, visitor: Visitor, *, unconfirmed: bool = False) -> Response:
    account, limits = visitor.account, visitor.limits
    usage = _usage(api, visitor)
    return the_pages(request).render(
        "account",
        visitor,
        422 if unconfirmed else 200,
        me=me_view(account, limits, api.upgrade_url, api.clock(), usage),
        confirmation=_confirmation(account),
        unconfirmed=unconfirmed,
    )


def _usage(api: Api, visitor: Visitor) -> wire.Usage | None:
    """Nobody is kept from the page because nobody can count."""
    try:
        return usage_view(api.usages.of(visitor.account.id, visitor.limits))
    except UnavailableError:
        return None
