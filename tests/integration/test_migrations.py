"""The tables that the migrations make."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from backend.db.migrate import upgrade
from backend.db.models import Base
from backend.domain.errors import UnavailableError
from tests.postgres import engine, postgres_url

__all__ = ["engine", "postgres_url"]


def test_the_migrations_make_the_tables_that_the_code_knows(engine: sqlalchemy.Engine) -> None:
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_server_default": True})
        assert compare_metadata(context, Base.metadata) == []


def test_several_processes_may_bring_an_empty_database_up_to_date_at_once(
    engine: sqlalchemy.Engine, postgres_url: str
) -> None:
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(sqlalchemy.text("CREATE DATABASE fresh"))
    url = sqlalchemy.make_url(postgres_url).set(database="fresh")
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(upgrade, [url.render_as_string(hide_password=False)] * 4))
    fresh = sqlalchemy.create_engine(url)
    assert {"accounts", "outbox", "events"} <= set(sqlalchemy.inspect(fresh).get_table_names())
    fresh.dispose()
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(sqlalchemy.text("DROP DATABASE fresh"))


def test_a_database_that_is_down_is_unavailable() -> None:
    with pytest.raises(UnavailableError):
        upgrade("postgresql+psycopg://nobody@127.0.0.1:1/none")
