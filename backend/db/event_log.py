"""Live events in Postgres: the side that listens, for thousands of streams in one event loop."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any, LiteralString

import psycopg
from psycopg import AsyncConnection, sql
from psycopg.conninfo import make_conninfo
from psycopg_pool import AsyncConnectionPool, PoolTimeout
from sqlalchemy import make_url

from backend.db.engine import DOWN, STATEMENT_TIMEOUT_MILLISECONDS
from backend.db.live_events import CHANNEL
from backend.domain.errors import UnavailableError
from backend.services.live import Batch, StoredEvent, Wake

# One statement sees one moment: events and latest number belong together.
_READ: LiteralString = """
    SELECT accounts.event_seq, later.seq, later.type, later.payload
    FROM accounts
    LEFT JOIN LATERAL (
        SELECT seq, type, payload FROM events
        WHERE account_id = accounts.id AND seq > %s
        ORDER BY seq LIMIT %s
    ) AS later ON true
    WHERE accounts.id = %s
    ORDER BY later.seq
"""
_CURSOR: LiteralString = "SELECT event_seq FROM accounts WHERE id = %s"
_LISTEN = sql.SQL("LISTEN {}").format(sql.Identifier(CHANNEL))
# A line that died without a word is noticed after this long.
_CHECK_SECONDS = 30
_RECONNECT_SECONDS = 0.5
_POOL_WAIT_SECONDS = 5
_OPTIONS: dict[str, str | int] = {
    "connect_timeout": 5,
    "keepalives_idle": 30,
    "tcp_user_timeout": 15_000,
    "options": f"-c statement_timeout={STATEMENT_TIMEOUT_MILLISECONDS}",
}


class PostgresEventLog:
    """The port `EventLog`; of use only while somebody is within `listening`.

    Args:
        url: `postgresql+psycopg://…`; a server itself, as most poolers do not pass LISTEN on.
        connections: how many streams may read at the same moment.
    """

    def __init__(self, url: str, *, connections: int = 8) -> None:
        plain = make_url(url).set(drivername="postgresql")
        address = plain.render_as_string(hide_password=False)
        self._address = make_conninfo(address, **_OPTIONS)
        self._connections = connections
        self._pool: AsyncConnectionPool[AsyncConnection[Any]] | None = None

    async def cursor(self, account_id: str) -> int:
        """Return the number of the account's latest event, 0 before the first."""
        rows = await self._rows(_CURSOR, (account_id,))
        return int(rows[0][0]) if rows else 0

    async def read(self, account_id: str, after: int, limit: int) -> Batch:
        """Return up to *limit* of the account's events after number *after*."""
        rows = await self._rows(_READ, (after, limit, account_id))
        events = tuple(StoredEvent(row[1], row[2], row[3]) for row in rows if row[1] is not None)
        return Batch(events, rows[0][0] if rows else 0)

    async def _rows(self, query: LiteralString, values: tuple[object, ...]) -> list[Any]:
        if self._pool is None:
            raise UnavailableError(DOWN)
        try:
            async with self._pool.connection() as connection:
                return await (await connection.execute(query, values)).fetchall()
        except (psycopg.OperationalError, psycopg.InterfaceError, PoolTimeout) as error:
            raise UnavailableError(DOWN) from error

    @asynccontextmanager
    async def listening(self, wake: Wake) -> AsyncIterator[None]:
        """While within, have *wake* called after each new event is committed."""
        pool = AsyncConnectionPool(
            self._address,
            min_size=1,
            max_size=self._connections,
            timeout=_POOL_WAIT_SECONDS,
            kwargs={"autocommit": True},
            check=AsyncConnectionPool.check_connection,
            open=False,
        )
        await pool.open()
        self._pool = pool
        listener = asyncio.create_task(self._listen(wake))
        try:
            yield
        finally:
            listener.cancel()
            with suppress(asyncio.CancelledError):
                await listener
            self._pool = None
            await pool.close()

    async def _listen(self, wake: Wake) -> None:
        while True:
            with suppress(psycopg.Error):
                await self._listen_once(wake)
            await asyncio.sleep(_RECONNECT_SECONDS)

    async def _listen_once(self, wake: Wake) -> None:
        line = await AsyncConnection.connect(self._address, autocommit=True)
        async with line:
            await line.execute(_LISTEN)
            # Whatever was committed while nobody listened was not heard.
            wake(None)
            while True:
                async for heard in line.notifies(timeout=_CHECK_SECONDS):
                    wake(heard.payload)
                await line.execute("SELECT 1")
