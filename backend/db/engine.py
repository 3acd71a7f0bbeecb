"""Connections, and transactions that tell a database that is down from a bug."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.orm import Session

from backend.domain.errors import UnavailableError

STATEMENT_TIMEOUT_MILLISECONDS = 5_000
_CONNECT_TIMEOUT_SECONDS = 5
_POOL_WAIT_SECONDS = 5

DOWN = "The database does not answer. Try again in a minute."


def connect(url: str, *, connections: int = 8) -> sqlalchemy.Engine:
    """Return an engine with up to *connections* connections, made when they are needed.

    Args:
        url: `postgresql+psycopg://…`.
        connections: as many as the process has threads that need one at the same time.
    """
    return sqlalchemy.create_engine(
        url,
        pool_size=connections,
        max_overflow=0,
        pool_timeout=_POOL_WAIT_SECONDS,
        pool_pre_ping=True,
        connect_args={
            "connect_timeout": _CONNECT_TIMEOUT_SECONDS,
            "options": f"-c statement_timeout={STATEMENT_TIMEOUT_MILLISECONDS}",
        },
    )


@contextmanager
def transaction(engine: sqlalchemy.Engine) -> Iterator[Session]:
    """Commit what is done within, or nothing of it.

    Raises:
        UnavailableError: the database is down, or too slow.
    """
    try:
        with Session(engine, expire_on_commit=False) as session, session.begin():
            yield session
    except (OperationalError, InterfaceError, PoolTimeoutError) as error:
        raise UnavailableError(DOWN) from error
