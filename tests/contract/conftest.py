"""What the contract tests share."""

from __future__ import annotations

from tests.postgres import engine, postgres_url

__all__ = ["engine", "postgres_url"]
