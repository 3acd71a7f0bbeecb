"""The start page, the only one for everybody, and the files that pages refer to."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from backend.api.dependencies import TheApi
from backend.api.web.dependencies import Anybody, TheWeb
from backend.api.web.errors import PageRoute
from backend.api.web.rendering import STATIC_HEADERS, the_pages
from backend.domain.errors import NotFoundError
from backend.domain.plans import Plan

router = APIRouter(route_class=PageRoute)


@router.get("/")
def show_start(
    request: Request,
    api: TheApi,
    web: TheWeb,
    visitor: Anybody,
    notice: Annotated[str, Query(max_length=20)] = "",
) -> Response:
    """Say what this is, and to whom it just happened that they are signed out."""
    return the_pages(request).render(
        "start",
        visitor,
        notice=notice,
        free=api.plans.limits(Plan.FREE),
        globus_sign_out=web.sign_in.sign_out_address(),
    )


@router.get("/static/{name}")
def send_static(request: Request, name: str) -> Response:
    """Send a file that pages refer to."""
    file = the_pages(request).files.get(name)
    if file is None:
        raise NotFoundError("There is no such file.")
    return Response(file.content, 200, STATIC_HEADERS, file.media_type)
