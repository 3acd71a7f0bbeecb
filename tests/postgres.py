"""A real Postgres with our tables, for tests that import these fixtures."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy

from backend.db.engine import connect
from backend.db.migrate import upgrade
from backend.db.models import Base
from backend.local.postgres import EmbeddedPostgres


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """The address of a server whose tables are up to date."""
    if sys.platform == "win32":
        pytest.skip("the built-in PostgreSQL needs peer authentication")
    with tempfile.TemporaryDirectory(prefix="gas-") as folder:
        server = EmbeddedPostgres(Path(folder) / "pg", server_settings={"fsync": "off"}).start()
        try:
            upgrade(server.url())
            yield server.url()
        finally:
            server.stop()


@pytest.fixture
def engine(postgres_url: str) -> Iterator[sqlalchemy.Engine]:
    """Connections to empty tables."""
    engine = connect(postgres_url)
    tables = ", ".join(table.name for table in Base.metadata.sorted_tables)
    with engine.begin() as connection:
        connection.execute(sqlalchemy.text(f"TRUNCATE {tables}"))
    yield engine
    engine.dispose()
