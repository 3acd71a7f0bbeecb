"""The environment, read once: every `GAS_*` setting, what it means and what it must be.

Each process says which settings it needs; what is missing or wrong is named, with what would be
right, before anything is started.
"""

from __future__ import annotations

import ipaddress
import types
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit


class SettingsError(Exception):
    """A setting is missing or wrong; the message names it and says what it must be."""


def _text(value: str) -> str:
    return value


def _seconds(value: str) -> timedelta:
    number = float(value)
    if number <= 0:
        raise ValueError("it must be above 0 seconds")
    return timedelta(seconds=number)


def _count(value: str) -> int:
    number = int(value)
    if number <= 0:
        raise ValueError("it must be a whole number above 0")
    return number


def _url(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError("it must be an http or https address")
    return value.rstrip("/")


def _names(value: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in value.split(",") if name.strip())


def _mode(value: str) -> str:
    if value not in {"local", "production"}:
        raise ValueError('it must be "local" or "production"')
    return value


def _setting(parse: Callable[[str], object], meaning: str, default: str | None = None) -> Any:  # noqa: ANN401
    metadata = {"parse": parse, "meaning": meaning, "default": default}
    return field(metadata=types.MappingProxyType(metadata))


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings; those that a process did not ask for and that are not set are None."""

    mode: str = _setting(
        _mode, '"production" refuses local stand-ins; "local" is for one machine', "production"
    )
    region: str = _setting(_text, "AWS region", "us-east-1")
    aws_endpoint: str | None = _setting(_url, "address of the local AWS; unset for AWS itself")
    jobs_table: str = _setting(_text, "DynamoDB table of the jobs")
    accounts_table: str = _setting(_text, "DynamoDB table of the accounts' projection")
    inputs_bucket: str = _setting(_text, "S3 bucket of the uploaded files")
    results_bucket: str = _setting(_text, "S3 bucket of results and logs")
    job_requests_topic: str = _setting(_text, "ARN of the SNS topic that asks for annotation")
    job_results_topic: str = _setting(_text, "ARN of the SNS topic that says a job ended")
    job_changes_topic: str = _setting(_text, "ARN of the SNS topic of every change of a job")
    job_requests_queue: str = _setting(_url, "address of the SQS queue that annotators read")
    shards_queue: str = _setting(
        _url, "address of the SQS queue of shards of large files, which annotators read and fill"
    )
    job_changes_queue: str = _setting(_url, "address of the SQS queue that the utility node reads")
    database_url: str = _setting(
        _text, "Postgres of the accounts, `postgresql+psycopg://…`; the local stack brings its own"
    )
    pg_bin: Path | None = _setting(
        Path, "folder of the PostgreSQL programs that the local stack uses instead of its own"
    )
    globus_url: str = _setting(_url, "Globus Auth", "https://auth.globus.org")
    globus_client_id: str = _setting(_text, "the API's own client at Globus (resource server)")
    globus_client_secret: str = _setting(_text, "the secret of that client")
    desktop_client_ids: tuple[str, ...] = _setting(
        _names, "Globus clients whose tokens are taken, separated by commas"
    )
    api_url: str = _setting(_url, "where the apps find the API")
    web_url: str = _setting(_url, "where links in mails and the upgrade offer lead to")
    api_host: str = _setting(_text, "address that the API listens on", "127.0.0.1")
    api_port: int = _setting(_count, "port that the API listens on", "8400")
    mail_from: str = _setting(_text, "sender of the mails", "gas@local.test")
    free_max_input_bytes: int = _setting(
        _count, "largest file on the free plan, in bytes", "153600"
    )
    free_retention: timedelta = _setting(
        _seconds, "how long a free result can be downloaded, in seconds", "180"
    )
    lease: timedelta = _setting(
        _seconds,
        "how long a worker holds a job without a sign of life, in seconds; "
        "the queue's visibility time-out is the same",
        "120",
    )
    max_tries: int = _setting(
        _count, "deliveries of a job's message before it counts as undeliverable", "5"
    )
    worker_processes: int | None = _setting(
        _count, "processes that an annotator puts to work on one large file; unset for one a core"
    )
    shard_records: int = _setting(
        _count,
        "records above which a file is shared out among all annotators, in shards of at most as "
        "many, and at most 125,000",
        "1000000",
    )
    work_folder: Path = _setting(
        Path, "where a worker keeps the files of its job", "/var/lib/gas/work"
    )
    bundles: Path = _setting(
        Path, "folder of the reference bundles; unset for the user's data folder"
    )

    def refuse_stand_ins(self) -> None:
        """Raise SettingsError if a production process is pointed at a local stand-in."""
        if self.mode != "production":
            return
        for name in ("aws_endpoint", "globus_url", "web_url", "api_url"):
            value = getattr(self, name)
            if value and _is_loopback(value):
                raise SettingsError(
                    f"{variable(name)} is {value}, on this machine, but GAS_MODE is production. "
                    "Set it to the real address, or set GAS_MODE=local."
                )


def variable(name: str) -> str:
    """Return the environment variable of the setting *name*."""
    return f"GAS_{name.upper()}"


def read(environ: Mapping[str, str], *needed: str) -> Settings:
    """Return the settings of a process that needs those *needed* (names of fields).

    Raises:
        SettingsError: one of them is missing, one is wrong, or production meets a stand-in.
    """
    values: dict[str, Any] = {}
    for item in fields(Settings):
        raw = environ.get(variable(item.name)) or item.metadata["default"]
        if raw is None and item.name in needed:
            raise SettingsError(
                f"{variable(item.name)} is not set. It is the {item.metadata['meaning']}."
            )
        values[item.name] = None if raw is None else _parse(item.name, raw, item.metadata["parse"])
    values["bundles"] = values["bundles"] or _user_bundles(environ)
    settings = Settings(**values)
    settings.refuse_stand_ins()
    return settings


def _user_bundles(environ: Mapping[str, str]) -> Path:
    """Return the folder of bundles below the user's data folder."""
    home = environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    return Path(home) / "gas" / "bundles"


def _parse(name: str, raw: str, parse: Callable[[str], object]) -> object:
    try:
        return parse(raw)
    except ValueError as error:
        raise SettingsError(f"{variable(name)} is {raw!r}: {error}.") from error


def _is_loopback(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def documentation() -> list[tuple[str, str, str]]:
    """Return (variable, default, meaning) of every setting, for the README's table."""
    return [
        (variable(item.name), item.metadata["default"] or "", item.metadata["meaning"])
        for item in fields(Settings)
    ]
