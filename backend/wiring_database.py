"""The part of the composition root that needs Postgres: for the API and the utility node only."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import Engine

from backend import wiring
from backend.db.accounts import PostgresAccounts
from backend.db.engine import connect
from backend.db.live_events import PostgresLiveEvents
from backend.db.outbox import PostgresOutbox
from backend.services.upkeep import Upkeep
from backend.settings import Settings


@dataclass(frozen=True, slots=True)
class Database:
    """What is in Postgres."""

    accounts: PostgresAccounts
    live_events: PostgresLiveEvents
    outbox: PostgresOutbox


def database(settings: Settings) -> Database:
    """Return the adapters of Postgres, which share one pool of connections."""
    engine: Engine = connect(settings.database_url)
    return Database(
        PostgresAccounts(engine, wiring.new_id),
        PostgresLiveEvents(engine, wiring.plans(settings), wiring.now),
        PostgresOutbox(engine),
    )


def upkeep(settings: Settings, stored: Database) -> Upkeep:
    """Return what the utility node does."""
    return Upkeep(
        jobs=wiring.jobs(settings),
        topics=wiring.topics(settings),
        live=stored.live_events,
        outbox=stored.outbox,
        contacts=wiring.contacts(settings),
        results=wiring.results(settings),
        clock=wiring.now,
        max_attempts=settings.max_tries,
    )


def pruning(stored: Database) -> Callable[[], int]:
    """Return what forgets old live events."""
    return stored.live_events.prune
