"""Polling for live events, for networks that hold a stream back."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Query, Request

from backend import wire
from backend.api.dependencies import Person, TheApi
from backend.api.event_stream import poll
from backend.api.openapi import problem_responses

router = APIRouter(prefix="/v1/events", tags=["live events"])


@router.get("/poll", responses=problem_responses(401, 403, 422, 429, 503))
async def poll_events(
    request: Request,
    api: TheApi,
    person: Person,
    after: Annotated[int, Query(ge=0, le=2**63 - 1)],
    wait: Annotated[int, Query(ge=0, le=25)] = 25,
) -> wire.LiveEvents:
    """Give the events after number `after`, waiting up to `wait` seconds for the first."""
    hub = request.app.state.hub
    return await poll(api.event_log, hub, person.account.id, after, timedelta(seconds=wait))
