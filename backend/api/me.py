"""Who is signed in, what an app needs to know to sign somebody in, and the end of an account."""

from __future__ import annotations

from fastapi import APIRouter

from backend import wire
from backend.api.dependencies import Api, Person, SignedIn, TheApi
from backend.api.openapi import problem_responses
from backend.domain.errors import RejectedError, UnavailableError
from backend.views import me_view, usage_view

router = APIRouter(tags=["accounts"])


@router.get("/v1/me", responses=problem_responses(401, 403, 503))
def get_me(api: TheApi, person: Person) -> wire.Me:
    """Give the account that is signed in, made at the first sign-in."""
    usage = _usage(api, person)
    return me_view(person.account, person.limits, api.upgrade_url, api.clock(), usage)


def _usage(api: Api, person: SignedIn) -> wire.Usage | None:
    """Nobody is kept out because nobody can count."""
    try:
        return usage_view(api.usages.of(person.account.id, person.limits))
    except UnavailableError:
        return None


@router.post("/v1/me/sign-out", status_code=204, responses=problem_responses(401, 403, 503))
def sign_out_everywhere(api: TheApi, person: Person) -> None:
    """End every sign-in of the account: older tokens are refused, browsers are signed out."""
    api.signing_out.everywhere(person.account.id)


@router.delete("/v1/me", status_code=204, responses=problem_responses(400, 401, 403, 413, 422, 503))
def delete_me(end: wire.AccountEnd, api: TheApi, person: Person) -> None:
    """Delete the account with all its jobs and files, and end its subscription, for good."""
    expected = person.account.email or person.account.id
    if end.confirm.strip().casefold() != expected.casefold():
        raise RejectedError(f"Nothing was deleted: to delete the account, confirm by {expected}.")
    api.deletion.request(person.account)


@router.get("/v1/config")
def get_config(api: TheApi) -> wire.ServiceConfig:
    """Give what an app needs to sign somebody in."""
    return api.config
