"""The ASGI app."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI
from starlette.routing import Route

from backend import __version__
from backend.api import (
    billing,
    downloads,
    events,
    health,
    jobs,
    me,
    problems,
    thaw,
    variants,
    webhooks,
)
from backend.api.authentication import Authentication
from backend.api.dependencies import Api
from backend.api.envelope import Envelope
from backend.api.event_stream import EventStream, Pace
from backend.api.hub import Hub
from backend.api.openapi import with_problems
from backend.api.thaw import Thaw, attended
from backend.api.web import site
from backend.api.web.dependencies import Web

# The longest honest request is `submit` with 10,000 parts of some 130 bytes each.
MAX_REQUEST_BYTES = 2 * 1024**2

_ROUTERS = (
    me.router,
    jobs.router,
    jobs.of_one,
    downloads.router,
    variants.router,
    billing.router,
    webhooks.router,
    events.router,
    health.router,
)


def create_app(
    api: Api, pace: Pace | None = None, web: Web | None = None, bell: Thaw | None = None
) -> FastAPI:
    """Return the app that serves *api*, with event streams kept at *pace*, and pages by *web*.

    Its lifespan listens for live events: without it streams only look when they ping. *bell* is
    rung by SNS.
    """
    pace = pace or Pace()
    hub = Hub(pace.per_account)
    authentication = Authentication(api.introspect, api.accounts, api.clock, api.limits)

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        async with api.event_log.listening(hub.wake), attended(bell):
            yield

    app = _routes(lifespan=lifespan)
    app.state.api = api
    app.state.hub = hub
    app.state.authentication = authentication
    app.router.routes.append(_stream(EventStream(authentication, api.event_log, hub, pace)))
    if web is not None:
        site.install(app, web)
    if bell is not None:
        thaw.install(app, bell)
    app.add_middleware(Envelope, new_id=api.new_id, longest=MAX_REQUEST_BYTES)
    return app


def _stream(stream: EventStream) -> Route:
    route = Route("/v1/events", stream, methods=["GET"])
    # A stream has no end, so there is no answering with its headers alone.
    route.methods = {"GET"}
    return route


def document() -> dict[str, Any]:
    """Return the OpenAPI document of all routes; the event stream is not in it."""
    return _routes().openapi()


class _App(FastAPI):
    """FastAPI whose document says how errors really look."""

    def openapi(self) -> dict[str, Any]:
        if self.openapi_schema is None:
            self.openapi_schema = with_problems(super().openapi())
        return self.openapi_schema


def _routes(**options: Any) -> FastAPI:  # noqa: ANN401 - they are FastAPI's own
    app = _App(
        title="Genomics Annotation Service",
        version=__version__,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        **options,
    )
    problems.install(app)
    for router in _ROUTERS:
        app.include_router(router)
    return app
