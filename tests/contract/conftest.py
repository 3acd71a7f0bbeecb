"""What the contract tests share."""

from __future__ import annotations

from tests.aws import aws
from tests.postgres import engine, postgres_url

__all__ = ["aws", "engine", "postgres_url"]
