"""The part of the composition root that makes the API."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import timedelta

import httpx2
from fastapi import FastAPI

from backend import (
    __version__,
    wire,
    wiring,
    wiring_archive,
    wiring_billing,
    wiring_doorbell,
    wiring_web,
)
from backend.api.app import create_app
from backend.api.dependencies import Api
from backend.api.limits import Rate, RateLimits, Rates
from backend.api.sign_in import Introspector, ResourceServer
from backend.aws.tables import ParquetTables
from backend.aws.tables_copy import S3Ranges
from backend.db.event_log import PostgresEventLog
from backend.services.access_log import RecordedLinks
from backend.services.sign_outs import SigningOut
from backend.services.usage import Usages
from backend.services.variants import Variants
from backend.services.variants_export import VariantExports
from backend.settings import Settings
from backend.wiring_database import Database, database


def app(settings: Settings, http: httpx2.AsyncClient) -> FastAPI:
    """Return API, pages and doorbell; *http* is the caller's to close."""
    stored = database(settings)
    pages = wiring_web.web(settings, http, resource_server(settings), stored.web_sessions)
    drain = wiring_archive.plan_queue(settings).drain
    bell = wiring_doorbell.doorbell(settings, http, drain)
    return create_app(api(settings, stored, http), web=pages, bell=bell)


def api(settings: Settings, stored: Database, http: httpx2.AsyncClient) -> Api:
    """Return everything that the routes work with."""
    results, jobs = wiring_archive.results(settings), wiring.jobs(settings)
    server, (_, outputs), found = (
        resource_server(settings),
        wiring.files(settings),
        tables(settings),
    )
    return Api(
        introspect=Introspector(http, server, wiring.now).principal,
        accounts=stored.accounts,
        jobs=jobs,
        submissions=wiring.submissions(settings),
        results=results,
        links=RecordedLinks(results, stored.access_log, wiring.now),
        variants=Variants(outputs, found, stored.access_log, wiring.now),
        variant_exports=VariantExports(outputs, found, stored.access_log, wiring.now),
        usages=Usages(jobs, wiring.now),
        billing=wiring_billing.billing(settings, stored),
        deletion=wiring_billing.account_deletion(settings, stored),
        signing_out=SigningOut(stored.sign_outs, wiring.now),
        live_events=stored.live_events,
        event_log=PostgresEventLog(settings.database_url),
        plans=wiring.plans(settings),
        clock=wiring.now,
        new_id=wiring.new_id,
        web_url=settings.web_url,
        limits=rate_limits(settings),
        config=wire.ServiceConfig(
            globus_url=settings.globus_url,
            client_id=settings.desktop_client_ids[0],
            resource_server=server.client_id,
            scope=server.scope,
            version=__version__,
        ),
    )


def tables(settings: Settings) -> ParquetTables:
    """Return the tables of results."""
    client = wiring.aws(settings).client("s3", read_timeout=60)
    return ParquetTables(S3Ranges(client, settings.results_bucket), time.monotonic, _later)


def _later(seconds: float, do: Callable[[], None]) -> None:
    """Have something done after some seconds, if the process lives so long."""
    timer = threading.Timer(seconds, do)
    timer.daemon = True
    timer.start()


def rate_limits(settings: Settings) -> RateLimits:
    """Return how often is too often."""
    minute, hour = timedelta(minutes=1), timedelta(hours=1)
    rates = Rates(
        requests=Rate(settings.requests_per_minute, minute),
        free_jobs=Rate(settings.free_jobs_per_hour, hour),
        refused=Rate(settings.refused_per_minute, minute),
    )
    return RateLimits(rates, time.monotonic)


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
