"""The pages of the plan: what Premium is, the way to pay for it, and the way back."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from backend.api.dependencies import TheApi
from backend.api.web.dependencies import SignedIn
from backend.api.web.errors import PageRoute
from backend.api.web.forms import OwnForm
from backend.api.web.rendering import the_pages
from backend.domain.plans import Plan

router = APIRouter(route_class=PageRoute)

# Seconds until the page that waits for the payment looks again.
_WAITING = 3


@router.get("/upgrade")
def show_upgrade(request: Request, api: TheApi, visitor: SignedIn) -> Response:
    """Say what Premium gives, or what can be done with it."""
    free = api.plans.limits(Plan.FREE)
    return the_pages(request).render("upgrade", visitor, free=free)


@router.post("/upgrade")
def start_payment(api: TheApi, visitor: SignedIn, _form: OwnForm) -> Response:
    """Send the browser to where it pays; 409 when there is a subscription already."""
    return RedirectResponse(api.billing.checkout(visitor.account), 303)


@router.post("/billing")
def manage_payment(api: TheApi, visitor: SignedIn, _form: OwnForm) -> Response:
    """Send the browser to where cards are changed and subscriptions ended; 409 without any."""
    return RedirectResponse(api.billing.portal(visitor.account), 303)


@router.get("/billing/done")
def show_paid(request: Request, visitor: SignedIn) -> Response:
    """Say what happens next.

    That the browser came here proves nothing: the plan changes when Stripe says so.
    """
    refresh = None if visitor.premium else _WAITING
    return the_pages(request).render("paid", visitor, refresh=refresh)


@router.get("/billing/cancelled")
def show_not_paid(request: Request, visitor: SignedIn) -> Response:
    """Say that nothing was paid."""
    return the_pages(request).render("not_paid", visitor)
