"""The part of the composition root that makes the API."""

from __future__ import annotations

import httpx2

from backend import __version__, wire, wiring
from backend.api.dependencies import Api
from backend.api.sign_in import Introspector, ResourceServer
from backend.db.event_log import PostgresEventLog
from backend.settings import Settings
from backend.wiring_database import database


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
