"""A Postgres server of one's own serves instead of the one that comes with the stack."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy

from tests.postgres import engine, postgres_url
from tests.stack import Person, running_stack

__all__ = ["engine", "postgres_url"]

pytestmark = pytest.mark.stack


def test_accounts_are_in_the_database_that_is_named(
    tmp_path: Path, postgres_url: str, engine: sqlalchemy.Engine
) -> None:
    with running_stack(tmp_path / "stack", database_url=postgres_url) as stack:
        ada = Person.signed_in(stack.api_url, stack.aws_url)
        account = ada.ask("GET", "/v1/me").json()["id"]

    with engine.connect() as connection:
        ids = connection.execute(sqlalchemy.text("SELECT id FROM accounts")).scalars().all()
    assert ids == [account]
    assert not (tmp_path / "stack" / "postgres").exists()
