"""The part of the composition root that makes the utility node."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import timedelta

from backend import wiring, wiring_archive, wiring_billing
from backend.services.upkeep import Upkeep
from backend.settings import Settings
from backend.utility import LONG_POLL, Task, UtilityNode
from backend.wiring_database import Database

_PRUNE_EVERY = timedelta(minutes=10)
_BILL_EVERY = timedelta(seconds=10)
_DELETE_EVERY = timedelta(seconds=5)
_LONGEST_BETWEEN_INVENTORIES = timedelta(hours=1)
# The queue itself is waited for; this is the pause when it does not answer.
_BETWEEN_POLLS = timedelta(seconds=0.2)


def utility_node(settings: Settings, stored: Database, stop: threading.Event) -> UtilityNode:
    """Return a utility node that works until *stop* is set."""
    changes = wiring.queue(settings, settings.job_changes_queue)
    following = upkeep(settings, stored)
    tasks = tuple(_tasks(settings, stored, following))
    return UtilityNode(following, changes, tasks, stop)


def upkeep(settings: Settings, stored: Database) -> Upkeep:
    """Return what follows jobs and accounts."""
    return Upkeep(
        jobs=wiring.jobs(settings),
        topics=wiring.topics(settings),
        live=stored.live_events,
        outbox=stored.outbox,
        contacts=wiring.contacts(settings),
        results=wiring_archive.results(settings),
        retention=wiring_archive.retention(settings),
        thaws=wiring_archive.thaws(settings),
        clock=wiring.now,
        max_attempts=settings.max_tries,
    )


def _tasks(settings: Settings, stored: Database, following: Upkeep) -> Iterator[Task]:
    plans = wiring_archive.plan_queue(settings)
    yield Task("plans", lambda: plans.take(LONG_POLL), _BETWEEN_POLLS)
    billing = wiring_billing.billing(settings, stored)
    yield Task("billing", lambda: billing.reconcile(following.remind), _BILL_EVERY)
    deletion = wiring_billing.account_deletion(settings, stored)
    yield Task("deletions", deletion.work, _DELETE_EVERY)
    between = min(settings.inventory_age, _LONGEST_BETWEEN_INVENTORIES)
    yield Task("orphans", wiring_archive.orphans(settings).remove, between)
    yield Task("live events", stored.live_events.prune, _PRUNE_EVERY)
    yield Task("payment messages", stored.billed_accounts.prune, _PRUNE_EVERY)
