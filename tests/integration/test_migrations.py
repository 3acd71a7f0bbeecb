"""The tables that the migrations make."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import sqlalchemy
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext

from backend.db import migrations
from backend.db.migrate import upgrade
from backend.db.models import Base
from backend.domain.errors import UnavailableError
from tests.postgres import engine, postgres_url

MIGRATIONS = Path(str(migrations.__file__)).parent

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


def test_each_step_can_be_taken_back_and_taken_again(
    engine: sqlalchemy.Engine, postgres_url: str
) -> None:
    """What a step made is gone afterwards, and what was there before is not."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(sqlalchemy.text("CREATE DATABASE steps"))
    url = sqlalchemy.make_url(postgres_url).set(database="steps")
    steps = sqlalchemy.create_engine(url, poolclass=sqlalchemy.NullPool)
    upgrade(url.render_as_string(hide_password=False))
    latest = _tables(steps)
    with steps.begin() as connection:
        command.downgrade(_config(connection), "0001")
    assert set(_tables(steps)) == {
        "account_aliases",
        "accounts",
        "alembic_version",
        "events",
        "job_versions",
        "outbox",
    }
    assert "deleting_at" not in _tables(steps)["accounts"]
    with steps.begin() as connection:
        command.downgrade(_config(connection), "base")
    assert set(_tables(steps)) == {"alembic_version"}
    upgrade(url.render_as_string(hide_password=False))
    assert _tables(steps) == latest
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(sqlalchemy.text("DROP DATABASE steps"))


def _config(connection: sqlalchemy.Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    return config


def _tables(engine: sqlalchemy.Engine) -> dict[str, list[str]]:
    """Return the columns and indexes of all tables."""
    found = sqlalchemy.inspect(engine)
    return {
        table: [
            *(column["name"] for column in found.get_columns(table)),
            *sorted(str(index["name"]) for index in found.get_indexes(table)),
        ]
        for table in found.get_table_names()
    }


def test_a_database_that_is_down_is_unavailable() -> None:
    with pytest.raises(UnavailableError):
        upgrade("postgresql+psycopg://nobody@127.0.0.1:1/none")
