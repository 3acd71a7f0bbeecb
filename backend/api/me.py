"""Who is signed in, and what an app needs to know to sign somebody in."""

from __future__ import annotations

from fastapi import APIRouter

from backend import wire
from backend.api.dependencies import Person, TheApi
from backend.api.openapi import problem_responses
from backend.views import me_view

router = APIRouter(tags=["accounts"])


@router.get("/v1/me", responses=problem_responses(401, 403, 503))
def get_me(api: TheApi, person: Person) -> wire.Me:
    """Give the account that is signed in, made at the first sign-in."""
    return me_view(person.account, person.limits, api.upgrade_url, api.clock())


@router.get("/v1/config")
def get_config(api: TheApi) -> wire.ServiceConfig:
    """Give what an app needs to sign somebody in."""
    return api.config
