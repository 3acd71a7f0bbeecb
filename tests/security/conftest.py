"""What the rows share: the API over fakes and people who call it, a local AWS, a database."""

from __future__ import annotations

from tests.aws import aws
from tests.postgres import engine, postgres_url
from tests.unit.api.conftest import alice, anonymous, bob, clock, service, sign_in

__all__ = [
    "alice",
    "anonymous",
    "aws",
    "bob",
    "clock",
    "engine",
    "postgres_url",
    "service",
    "sign_in",
]
