"""The part of the composition root that needs Postgres: for the API and the utility node only."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import httpx2
from sqlalchemy import Engine

from backend import __version__, wire, wiring
from backend.api.dependencies import Api
from backend.api.sign_in import Introspector, ResourceServer
from backend.db.accounts import PostgresAccounts
from backend.db.engine import connect
from backend.db.event_log import PostgresEventLog
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


def api(settings: Settings, http: httpx2.AsyncClient) -> Api:
    """Return everything the API works with; *http* reaches Globus and is the caller's to close."""
    stored = database(settings)
    server = resource_server(settings)
    return Api(
        introspect=Introspector(http, server, wiring.now).principal,
        accounts=stored.accounts,
        jobs=wiring.jobs(settings),
        submissions=wiring.submissions(settings),
        results=wiring.results(settings),
        live_events=stored.live_events,
        event_log=PostgresEventLog(settings.database_url),
        plans=wiring.plans(settings),
        clock=wiring.now,
        new_id=wiring.new_id,
        web_url=settings.web_url,
        config=wire.ServiceConfig(
            globus_url=settings.globus_url,
            client_id=settings.desktop_client_ids[0],
            resource_server=server.client_id,
            scope=server.scope,
            version=__version__,
        ),
    )


def resource_server(settings: Settings) -> ResourceServer:
    """Return what this API is to Globus."""
    client = settings.globus_client_id
    return ResourceServer(
        issuer=settings.globus_url,
        client_id=client,
        client_secret=settings.globus_client_secret,
        # Globus names a resource server's scopes so, whatever the address of Globus.
        scope=f"https://auth.globus.org/scopes/{client}/all",
        apps=frozenset(settings.desktop_client_ids),
    )
