"""The part of the composition root that moves results into the archive and back."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor

from backend import wiring
from backend.aws.mailer import SesMailer
from backend.aws.retention import StepFunctionsRetention
from backend.aws.storage_class import StorageClassArchive
from backend.aws.vault import VaultArchive, create_vault
from backend.domain.errors import ConflictError
from backend.services.account_mails import AccountMails
from backend.services.archival import Archivals
from backend.services.archive_ports import Archive, Retention
from backend.services.orphans import Orphans
from backend.services.plan_changes import Ask, PlanChanges
from backend.services.plan_queue import PlanQueue
from backend.services.restore import Restores
from backend.services.results import Results
from backend.services.thaw import Thaws
from backend.settings import Settings, SettingsError, variable

RETENTION_NEEDS = ("retention_machine",)
ARCHIVE_NEEDS = (
    "jobs_table",
    "inputs_bucket",
    "results_bucket",
    "accounts_table",
    "complete_thaw_queue",
)
RESTORE_NEEDS = (*ARCHIVE_NEEDS, "mail_from", "web_url")

# As many requests to the archive are under way at once.
_REQUESTS_AT_ONCE = 8
# A part goes out, or a range comes in, before the other side answers.
_TRANSFER_TIMEOUT = 60.0


def archive(settings: Settings) -> Archive:
    """Return the archive of `GAS_ARCHIVE`; raise SettingsError if it lacks what it needs."""
    if settings.archive == "vault":
        return _vault(settings)
    _need(settings, "archive_bucket")
    return StorageClassArchive(
        wiring.aws(settings).client("s3", read_timeout=_TRANSFER_TIMEOUT),
        settings.archive_bucket,
        settings.thaw_expected,
        wiring.new_id,
    )


def _vault(settings: Settings) -> VaultArchive:
    _need(settings, "vault", "complete_thaw_topic")
    return VaultArchive(
        wiring.aws(settings).client("glacier", read_timeout=_TRANSFER_TIMEOUT),
        settings.vault,
        settings.complete_thaw_topic,
        settings.thaw_expected,
        settings.inventory_age,
        wiring.now,
    )


def _need(settings: Settings, *names: str) -> None:
    for name in names:
        if getattr(settings, name) is None:
            raise SettingsError(
                f"{variable(name)} is not set. GAS_ARCHIVE={settings.archive} needs it."
            )


def retention(settings: Settings) -> Retention:
    """Return what waits until results are due."""
    client = wiring.aws(settings).client("stepfunctions")
    return StepFunctionsRetention(client, settings.retention_machine)


def results(settings: Settings) -> Results:
    """Return the service that hands out links, and deletes."""
    inputs, outputs = wiring.files(settings)
    return Results(wiring.jobs(settings), inputs, outputs, archive(settings), wiring.now)


def thaws(settings: Settings) -> Thaws:
    """Return what asks the archive for results."""
    return Thaws(
        wiring.jobs(settings),
        wiring.contacts(settings),
        archive(settings),
        wiring.queue(settings, settings.complete_thaw_queue),
        wiring.now,
    )


def archivals(settings: Settings) -> Archivals:
    """Return what settles results that are due."""
    _, results = wiring.files(settings)
    return Archivals(
        wiring.jobs(settings),
        wiring.contacts(settings),
        results,
        archive(settings),
        thaws(settings),
        wiring.now,
        settings.archive_lease,
        settings.downgrade_grace,
    )


def restores(settings: Settings) -> Restores:
    """Return what brings results back."""
    _, results = wiring.files(settings)
    return Restores(
        wiring.jobs(settings),
        results,
        archive(settings),
        archivals(settings),
        account_mails(settings),
        wiring.now,
        settings.archive_lease,
    )


def plan_changes(settings: Settings) -> PlanChanges:
    """Return what follows for results when a plan has changed."""
    return PlanChanges(
        wiring.jobs(settings),
        wiring.contacts(settings),
        thaws(settings),
        archivals(settings),
        account_mails(settings),
        _each,
    )


def _each(ask: Ask, ids: Iterable[str]) -> Iterable[ConflictError | None]:
    with ThreadPoolExecutor(_REQUESTS_AT_ONCE) as pool:
        return list(pool.map(ask, ids))


def plan_queue(settings: Settings) -> PlanQueue:
    """Return who reads the queue of changed plans."""
    return PlanQueue(wiring.queue(settings, settings.start_thaw_queue), plan_changes(settings))


def orphans(settings: Settings) -> Orphans:
    """Return what finds archives that no job knows of."""
    return Orphans(wiring.jobs(settings), archive(settings), wiring.now, settings.orphan_age)


def account_mails(settings: Settings) -> AccountMails:
    """Return what mails people about their plan."""
    return AccountMails(
        wiring.jobs(settings),
        wiring.contacts(settings),
        SesMailer(wiring.aws(settings).client("sesv2"), settings.mail_from),
        wiring.mail_templates(),
        settings.web_url,
        wiring.now,
    )


def make_vault(settings: Settings, name: str) -> None:
    """Make the vault; nothing happens if there is one."""
    create_vault(wiring.aws(settings).client("glacier"), name)
