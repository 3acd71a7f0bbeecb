"""The part of the composition root that needs Postgres: for the API and the utility node only."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Engine

from backend import wire, wiring
from backend.db.access_log import PostgresAccessLog
from backend.db.accounts import PostgresAccounts
from backend.db.billing import PostgresBilledAccounts
from backend.db.deletions import PostgresDeletions
from backend.db.engine import connect
from backend.db.live_events import PostgresLiveEvents
from backend.db.outbox import PostgresOutbox
from backend.db.sign_outs import PostgresSignOuts
from backend.db.web_sessions import PostgresWebSessions
from backend.domain.accounts import Account
from backend.settings import Settings
from backend.views import account_event

# A connection is held while Stripe is asked: those of everything else are not held up by that.
_BILLING_CONNECTIONS = 4


@dataclass(frozen=True, slots=True)
class Database:
    """What is in Postgres."""

    accounts: PostgresAccounts
    live_events: PostgresLiveEvents
    outbox: PostgresOutbox
    billed_accounts: PostgresBilledAccounts
    deletions: PostgresDeletions
    access_log: PostgresAccessLog
    web_sessions: PostgresWebSessions
    sign_outs: PostgresSignOuts


def database(settings: Settings) -> Database:
    """Return the adapters of Postgres, which share a pool of connections, but for billing."""
    engine: Engine = connect(settings.database_url)
    billing = connect(settings.database_url, connections=_BILLING_CONNECTIONS)
    plans = wiring.plans(settings)

    def describe(account: Account) -> wire.AccountEvent:
        return account_event(account, plans, f"{settings.web_url}/upgrade", wiring.now())

    return Database(
        accounts=PostgresAccounts(engine, wiring.new_id),
        live_events=PostgresLiveEvents(engine, plans, wiring.now),
        outbox=PostgresOutbox(engine),
        billed_accounts=PostgresBilledAccounts(billing, describe, wiring.now),
        deletions=PostgresDeletions(engine, describe),
        access_log=PostgresAccessLog(engine),
        web_sessions=PostgresWebSessions(engine),
        sign_outs=PostgresSignOuts(engine, describe),
    )
