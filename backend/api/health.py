"""For whoever watches the process."""

from __future__ import annotations

from fastapi import APIRouter

from backend import wire

router = APIRouter(tags=["health"])


@router.get("/healthz")
async def get_health() -> wire.Health:
    """Say that the process answers; what it depends on is watched elsewhere."""
    return wire.Health(status="ok")
