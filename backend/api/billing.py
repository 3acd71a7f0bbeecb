"""Paying for the premium plan: an app gets an address, and opens it in the browser."""

from __future__ import annotations

from fastapi import APIRouter

from backend import wire
from backend.api.dependencies import Person, TheApi
from backend.api.openapi import problem_responses

router = APIRouter(
    prefix="/v1/billing", tags=["billing"], responses=problem_responses(401, 403, 409, 503)
)


@router.post("/checkout")
def start_checkout(api: TheApi, person: Person) -> wire.PaymentPage:
    """Give the address of a page to pay at; 409 when there is a subscription already."""
    return wire.PaymentPage(url=api.billing.checkout(person.account))


@router.post("/portal")
def open_portal(api: TheApi, person: Person) -> wire.PaymentPage:
    """Give the address of the page where the subscription is managed; 409 when there was none."""
    return wire.PaymentPage(url=api.billing.portal(person.account))
