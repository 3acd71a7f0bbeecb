"""The environment, read once: every `GAS_*` setting, what it means and what it must be.

Each process says which settings it needs; what is missing or wrong is named, with what would be
right, before anything is started.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import Field, dataclass, fields
from datetime import timedelta
from pathlib import Path
from typing import Any

from backend import setting_kinds as kinds
from backend.domain.archive import Tier
from backend.setting_kinds import is_loopback, secret, setting


class SettingsError(Exception):
    """A setting is missing or wrong; the message names it and says what it must be."""


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings; those that a process did not ask for and that are not set are None."""

    mode: str = setting(
        kinds.mode, '"production" refuses local stand-ins; "local" is for one machine', "production"
    )
    region: str = setting(kinds.text, "AWS region", "us-east-1")
    aws_endpoint: str | None = setting(kinds.url, "address of the local AWS; unset for AWS itself")
    jobs_table: str = setting(kinds.text, "DynamoDB table of the jobs")
    accounts_table: str = setting(kinds.text, "DynamoDB table of the accounts' projection")
    inputs_bucket: str = setting(kinds.text, "S3 bucket of the uploaded files")
    results_bucket: str = setting(kinds.text, "S3 bucket of results and logs")
    job_requests_topic: str = setting(kinds.text, "ARN of the SNS topic that asks for annotation")
    job_results_topic: str = setting(kinds.text, "ARN of the SNS topic that says a job ended")
    job_changes_topic: str = setting(kinds.text, "ARN of the SNS topic of every change of a job")
    job_requests_queue: str = setting(kinds.url, "address of the SQS queue that annotators read")
    shards_queue: str = setting(
        kinds.url,
        "address of the SQS queue of shards of large files, which annotators read and fill",
    )
    job_changes_queue: str = setting(
        kinds.url, "address of the SQS queue that the utility node reads"
    )
    database_url: str = secret(
        kinds.text,
        "Postgres of the accounts, `postgresql+psycopg://…`; the local stack brings its own",
    )
    pg_bin: Path | None = setting(
        Path, "folder of the PostgreSQL programs that the local stack uses instead of its own"
    )
    globus_url: str = setting(kinds.url, "Globus Auth", "https://auth.globus.org")
    globus_client_id: str = setting(kinds.text, "the API's own client at Globus (resource server)")
    globus_client_secret: str = secret(kinds.text, "the secret of that client")
    desktop_client_ids: tuple[str, ...] = setting(
        kinds.names, "Globus clients whose tokens are taken, separated by commas"
    )
    globus_web_client_id: str = setting(
        kinds.text, "web pages' client at Globus, which may send browsers back to `/sign-in/done`"
    )
    globus_web_client_secret: str = secret(kinds.text, "secret of the web pages' client")
    api_url: str = setting(kinds.url, "where the apps find the API")
    web_url: str = setting(kinds.url, "where links in mails and the upgrade offer lead to")
    api_host: str = setting(kinds.text, "address that the API listens on", "127.0.0.1")
    api_port: int = setting(kinds.count, "port that the API listens on", "8400")
    trusted_proxies: tuple[str, ...] = setting(
        kinds.networks,
        "networks of the load balancers, separated by commas, whose word is taken for where a "
        "request came from",
        "",
    )
    requests_per_minute: int = setting(
        kinds.count, "requests that an API process takes of one account in a minute", "1200"
    )
    free_jobs_per_hour: int = setting(
        kinds.count, "jobs that an API process takes of a free account in an hour", "60"
    )
    refused_per_minute: int = setting(
        kinds.count,
        "bad tokens and messages that an API process takes of one address in a minute",
        "120",
    )
    mail_from: str = setting(kinds.text, "sender of the mails", "gas@local.test")
    free_max_input_bytes: int = setting(
        kinds.count, "largest file on the free plan, in bytes", "153600"
    )
    free_retention: timedelta = setting(
        kinds.seconds, "how long a free result can be downloaded, in seconds", "180"
    )
    downgrade_grace: timedelta = setting(
        kinds.seconds,
        "how long results of a former premium account can be downloaded, in seconds",
        "2592000",
    )
    archive: str = setting(
        kinds.archive,
        '"storage_class" keeps archives in a bucket of its own in the class S3 Glacier Flexible '
        'Retrieval, "vault" in a Glacier vault',
        "storage_class",
    )
    archive_bucket: str = setting(kinds.text, "S3 bucket of the archives, for `storage_class`")
    vault: str = setting(kinds.text, "name of the Glacier vault, for `vault`")
    inventory_age: timedelta = setting(
        kinds.seconds,
        "how old a vault's inventory may be before the next is asked for, in seconds",
        "43200",
    )
    orphan_age: timedelta = setting(
        kinds.seconds,
        "age from which an archive that no job knows of is deleted, in seconds; longer than the "
        "lease for moving a result",
        "86400",
    )
    archive_lease: timedelta = setting(
        kinds.seconds,
        "how long a result may take to move into the archive or back, in seconds; longer than "
        "the functions' time-out",
        "1200",
    )
    thaw_expected: dict[Tier, timedelta] = setting(
        kinds.tier_times,
        "how long the archive needs to give something back, in seconds by tier",
        "Expedited=300,Standard=18000",
    )
    retention_machine: str = setting(
        kinds.text, "ARN of the state machine that waits until results are due"
    )
    start_thaw_topic: str = setting(
        kinds.text, "ARN of the SNS topic that says the plan of an account changed"
    )
    complete_thaw_topic: str = setting(
        kinds.text, "ARN of the SNS topic to which the archive says what it has at hand"
    )
    start_thaw_queue: str = setting(
        kinds.url, "address of the SQS queue of changed plans that the utility node reads"
    )
    complete_thaw_queue: str = setting(
        kinds.url, "address of the SQS queue of what the archive has at hand"
    )
    stripe_secret_key: str = secret(kinds.stripe_key, "secret key of the account at Stripe")
    stripe_webhook_secrets: tuple[str, ...] = secret(
        kinds.signing_secrets,
        "what Stripe signs its messages with, `whsec_…`; two, separated by a comma, while one is "
        "replaced",
    )
    stripe_api_url: str | None = setting(
        kinds.url, "address of the local stand-in for Stripe; unset for Stripe itself"
    )
    stripe_price: str = setting(
        kinds.text, "lookup key of the premium plan's price at Stripe", "gas_premium_monthly"
    )
    stripe_test_keys: bool = setting(
        kinds.permission,
        '"allow" lets a production installation take a test key of Stripe, with which nobody '
        "really pays: for a rehearsal",
        "refuse",
    )
    past_due_grace: timedelta = setting(
        kinds.seconds,
        "how long the premium plan stays after a payment was not made, in seconds",
        "604800",
    )
    lease: timedelta = setting(
        kinds.seconds,
        "how long a worker holds a job without a sign of life, in seconds; "
        "the queue's visibility time-out is the same",
        "120",
    )
    max_tries: int = setting(
        kinds.count, "deliveries of a job's message before it counts as undeliverable", "5"
    )
    worker_processes: int | None = setting(
        kinds.count,
        "processes that an annotator puts to work on one large file; unset for one a core",
    )
    shard_records: int = setting(
        kinds.count,
        "records above which a file is shared out among all annotators, in shards of at most as "
        "many, and at most 125,000",
        "1000000",
    )
    work_folder: Path = setting(
        Path, "where a worker keeps the files of its job", "/var/lib/gas/work"
    )
    bundles: Path = setting(
        Path, "folder of the reference bundles; unset for the user's data folder"
    )

    @property
    def stripe_is_live(self) -> bool:
        """Whether real money moves."""
        return (self.stripe_secret_key or "").startswith(("sk_live_", "rk_live_"))

    def refuse_stand_ins(self) -> None:
        """Raise SettingsError if a production process is pointed at a local stand-in."""
        if self.mode != "production":
            return
        for item in fields(self):
            value = getattr(self, item.name)
            if value and item.metadata["parse"] is kinds.url and is_loopback(value):
                raise SettingsError(
                    f"{variable(item.name)} is {value}, on this machine, but GAS_MODE is "
                    "production. Set it to the real address, or set GAS_MODE=local."
                )

    def refuse_hasty_orphans(self) -> None:
        """Raise SettingsError if a copy could be deleted while somebody is about to record it."""
        if self.orphan_age <= self.archive_lease:
            raise SettingsError(
                f"GAS_ORPHAN_AGE is {self.orphan_age.total_seconds():g} s, but a result may take "
                f"{self.archive_lease.total_seconds():g} s to move. Set it well above "
                "GAS_ARCHIVE_LEASE."
            )

    def refuse_wrong_money(self) -> None:
        """Raise SettingsError if real money meets a stand-in, or test money real customers.

        A live key is taken in production only, and given to nobody but Stripe itself.  A test key
        is taken in production only where that was asked for: with it anybody is premium for free.
        """
        live = self.stripe_is_live
        if live and (self.mode != "production" or is_loopback(self.globus_url)):
            raise SettingsError(
                "GAS_STRIPE_SECRET_KEY is a live key, and people sign in at a stand-in here. "
                "Use a test key, or set GAS_MODE=production and the real GAS_GLOBUS_URL."
            )
        if live and self.stripe_api_url is not None:
            raise SettingsError(
                "GAS_STRIPE_SECRET_KEY is a live key, which is for Stripe itself only. "
                "Unset GAS_STRIPE_API_URL, or use the stand-in's own key."
            )
        test = bool(self.stripe_secret_key) and not live
        if test and self.mode == "production" and not self.stripe_test_keys:
            raise SettingsError(
                "GAS_STRIPE_SECRET_KEY is a test key: anybody could be premium without paying. "
                "Use a live key, or set GAS_STRIPE_TEST_KEYS=allow for a rehearsal."
            )


def variable(name: str) -> str:
    """Return the environment variable of the setting *name*."""
    return f"GAS_{name.upper()}"


def read(environ: Mapping[str, str], *needed: str) -> Settings:
    """Return the settings of a process that needs those *needed* (names of fields).

    Raises:
        SettingsError: one of them is missing, one is wrong, or two must not meet: production and a
            stand-in, real money and a stand-in, test money and production.
    """
    values: dict[str, Any] = {}
    for item in fields(Settings):
        raw = environ.get(variable(item.name)) or item.metadata["default"]
        if raw is None and item.name in needed:
            raise SettingsError(
                f"{variable(item.name)} is not set. It is the {item.metadata['meaning']}."
            )
        values[item.name] = None if raw is None else _parse(item, raw)
    values["bundles"] = values["bundles"] or _user_bundles(environ)
    settings = Settings(**values)
    settings.refuse_stand_ins()
    settings.refuse_wrong_money()
    settings.refuse_hasty_orphans()
    return settings


def _user_bundles(environ: Mapping[str, str]) -> Path:
    """Return the folder of bundles below the user's data folder."""
    home = environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    return Path(home) / "gas" / "bundles"


def _parse(item: Field[Any], raw: str) -> object:
    try:
        value: object = item.metadata["parse"](raw)
    except ValueError as error:
        shown = "wrong" if item.metadata.get("secret") else repr(raw)
        raise SettingsError(f"{variable(item.name)} is {shown}: {error}.") from error
    return value


def documentation() -> list[tuple[str, str, str]]:
    """Return (variable, default, meaning) of every setting, for the README's table."""
    return [
        (variable(item.name), item.metadata["default"] or "", item.metadata["meaning"])
        for item in fields(Settings)
    ]
