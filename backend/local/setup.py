"""How a local stack is to be, as its template and its processes are told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

MAIL_FROM = "gas@local.test"
STACK_NAME = "gas"
# Seconds where AWS takes minutes to hours, by what is asked for.
DELAYS = {"expedited": 2.0, "standard": 6.0, "bulk": 10.0, "inventory": 2.0}


@dataclass(frozen=True, slots=True)
class Setup:
    """How a local stack is to be.

    Attributes:
        data: folder of its state.
        annotators: how many workers.
        api_port: None for the last one used, or any.
        lease: how long a worker may be silent; short, since here nothing is far away.
        free_retention: how long a free result can be downloaded.
        free_max_input_bytes: the largest file on the free plan.
        free_jobs_per_hour: how many files a free account may submit.
        downgrade_grace: how long results of a former premium account can be downloaded.
        archive: "vault" or "storage_class".
        delays: how long the archive takes, in seconds, by tier.
        move_timeout: how long a result may take to move into the archive or back.
        inventory_age: how often the archive is looked through.
        orphan_age: from when on an archive that no job knows of is deleted.
        database_url: a Postgres server to use instead of our own.
        pg_bin: folder of PostgreSQL's programs, instead of those that come with the stack.
        bundles: folder of reference bundles beside the demo's.
        sign_in: JSON file of who can sign in, instead of the stand-in's own two people.
        shard_records: a file of more records is shared out; None for the service's default.
    """

    data: Path
    annotators: int = 2
    api_port: int | None = None
    lease: timedelta = timedelta(seconds=15)
    free_retention: timedelta = timedelta(seconds=180)
    free_max_input_bytes: int = 153_600
    free_jobs_per_hour: int = 60
    downgrade_grace: timedelta = timedelta(days=30)
    archive: str = "vault"
    delays: Mapping[str, float] = field(default_factory=lambda: DELAYS)
    move_timeout: timedelta = timedelta(seconds=60)
    inventory_age: timedelta = timedelta(minutes=10)
    orphan_age: timedelta = timedelta(hours=24)
    database_url: str | None = None
    pg_bin: Path | None = None
    bundles: Path | None = None
    sign_in: Path | None = None
    shard_records: int | None = None

    @property
    def thaw_expected(self) -> str:
        """What the archive is said to need, by tier."""
        slowest = {name: max(1.0, seconds) for name, seconds in self.delays.items()}
        return f"Expedited={slowest['expedited']:g},Standard={slowest['standard']:g}"

    @property
    def archive_lease(self) -> timedelta:
        """How long a result may take to move: longer than the function that moves it may run."""
        return self.move_timeout * 1.5


def template_parameters(setup: Setup, api_url: str) -> dict[str, str]:
    """Return the template's parameters."""
    return {
        "Prefix": STACK_NAME,
        "MailFrom": MAIL_FROM,
        "WebUrl": api_url,
        "ApiUrl": api_url,
        "ThawProtocol": "http",
        "FreeRetention": _whole(setup.free_retention),
        "DowngradeGrace": _whole(setup.downgrade_grace),
        "VisibilityTimeout": _whole(setup.lease),
        "ArchiveBackend": setup.archive,
        "ThawExpected": setup.thaw_expected,
        "InventoryAge": _whole(setup.inventory_age),
        "FunctionTimeout": _whole(setup.move_timeout),
        "ArchiveLease": _whole(setup.archive_lease),
        "FunctionVisibility": _whole(setup.move_timeout * 6),
    }


def process_settings(setup: Setup, api_url: str, api_port: int, database: str) -> dict[str, str]:
    """Return the settings of the service's own processes, but for what the template made."""
    settings = {
        "GAS_API_URL": api_url,
        "GAS_WEB_URL": api_url,
        "GAS_API_PORT": str(api_port),
        "GAS_DATABASE_URL": database,
        "GAS_MAIL_FROM": MAIL_FROM,
        "GAS_FREE_RETENTION": _seconds(setup.free_retention),
        "GAS_FREE_MAX_INPUT_BYTES": str(setup.free_max_input_bytes),
        "GAS_FREE_JOBS_PER_HOUR": str(setup.free_jobs_per_hour),
        "GAS_DOWNGRADE_GRACE": _seconds(setup.downgrade_grace),
        "GAS_ARCHIVE": setup.archive,
        "GAS_ARCHIVE_LEASE": _seconds(setup.archive_lease),
        "GAS_THAW_EXPECTED": setup.thaw_expected,
        "GAS_INVENTORY_AGE": _seconds(setup.inventory_age),
        "GAS_ORPHAN_AGE": _seconds(setup.orphan_age),
        "GAS_LEASE": _seconds(setup.lease),
        "GAS_WORK_FOLDER": str(setup.data / "work"),
    }
    if setup.bundles is not None:
        settings["GAS_BUNDLES"] = str(setup.bundles)
    if setup.shard_records is not None:
        settings["GAS_SHARD_RECORDS"] = str(setup.shard_records)
    return settings


def _seconds(duration: timedelta) -> str:
    return str(duration.total_seconds())


def _whole(duration: timedelta) -> str:
    """The template takes whole seconds, and none of its times may be nothing."""
    return str(max(1, round(duration.total_seconds())))
