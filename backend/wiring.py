"""The composition root: from settings to adapters to services. The clock is read here only."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime

from backend.assets import asset
from backend.aws.clients import Aws
from backend.aws.contacts import DynamoContacts
from backend.aws.files import S3Files
from backend.aws.jobs import DynamoJobs
from backend.aws.mailer import SesMailer
from backend.aws.queue import SqsQueue
from backend.aws.topics import SnsTopics
from backend.domain.plans import Plans
from backend.services.annotation import Annotations
from backend.services.mails import MailTemplates, Words
from backend.services.notification import Notifications
from backend.services.shards import Shards
from backend.services.submission import Submissions
from backend.settings import Settings

# What each process has to be told; `settings.read` names what is missing.
RELAY_NEEDS = ("job_requests_topic", "job_results_topic", "job_changes_topic")
_STORE_NEEDS = ("jobs_table", "inputs_bucket", "results_bucket")
NOTIFY_NEEDS = (*_STORE_NEEDS, "accounts_table", "mail_from", "web_url")
WORKER_NEEDS = (*_STORE_NEEDS, "job_requests_queue", "shards_queue")
_PLAN_NEEDS = (
    "database_url",
    "stripe_secret_key",
    "stripe_webhook_secrets",
    "start_thaw_queue",
    "complete_thaw_queue",
    "web_url",
)
UTILITY_NEEDS = (
    *_STORE_NEEDS,
    *RELAY_NEEDS,
    *_PLAN_NEEDS,
    "accounts_table",
    "job_changes_queue",
    "start_thaw_topic",
    "retention_machine",
)
API_NEEDS = (
    *_STORE_NEEDS,
    *_PLAN_NEEDS,
    "accounts_table",
    "globus_client_id",
    "globus_client_secret",
    "globus_web_client_id",
    "globus_web_client_secret",
    "desktop_client_ids",
)

_MAILS = ("completed", "failed", "upgraded", "restored")

# SQS's longest poll is 20 s; the client has to be more patient than that.
_LONG_POLL_TIMEOUT = 30.0


def now() -> datetime:
    """Return the time."""
    return datetime.now(UTC)


def new_id() -> str:
    """Return a fresh id: 32 hexadecimal digits."""
    return uuid.uuid4().hex


def aws(settings: Settings) -> Aws:
    """Return how AWS is reached."""
    return Aws(settings.region, settings.aws_endpoint)


def plans(settings: Settings) -> Plans:
    """Return what the plans allow here."""
    return Plans(settings.free_max_input_bytes, settings.free_retention)


def jobs(settings: Settings) -> DynamoJobs:
    """Return the table of jobs."""
    client = aws(settings).client("dynamodb")
    return DynamoJobs(client, settings.jobs_table, settings.inputs_bucket, settings.results_bucket)


def files(settings: Settings) -> tuple[S3Files, S3Files]:
    """Return the buckets of inputs and of results."""
    client = aws(settings).client("s3", read_timeout=60)
    return S3Files(client, settings.inputs_bucket), S3Files(client, settings.results_bucket)


def contacts(settings: Settings) -> DynamoContacts:
    """Return the accounts' projection."""
    return DynamoContacts(aws(settings).client("dynamodb"), settings.accounts_table)


def topics(settings: Settings) -> SnsTopics:
    """Return the topics of jobs."""
    return SnsTopics(
        aws(settings).client("sns"),
        settings.job_requests_topic,
        settings.job_results_topic,
        settings.job_changes_topic,
        settings.start_thaw_topic,
    )


def queue(settings: Settings, url: str) -> SqsQueue:
    """Return the queue at *url*, with a client of its own: long polls block it."""
    client = aws(settings).client("sqs", read_timeout=_LONG_POLL_TIMEOUT)
    return SqsQueue(client, url)


def submissions(settings: Settings) -> Submissions:
    """Return the service that takes files in."""
    inputs, _ = files(settings)
    return Submissions(jobs(settings), inputs, now, new_id)


def annotation(settings: Settings) -> Annotations:
    """Return a worker's side of the jobs."""
    inputs, outputs = files(settings)
    return Annotations(
        jobs(settings), inputs, outputs, now, settings.lease, settings.free_retention
    )


def shards(settings: Settings) -> Shards:
    """Return what annotators do to shards of large files."""
    _, outputs = files(settings)
    requests = queue(settings, settings.shards_queue)
    return Shards(jobs(settings), outputs, requests, settings.lease, settings.max_tries)


def notifications(settings: Settings) -> Notifications:
    """Return the service that mails owners."""
    return Notifications(
        jobs(settings),
        contacts(settings),
        SesMailer(aws(settings).client("sesv2"), settings.mail_from),
        mail_templates(),
        settings.web_url,
        now,
    )


def mail_templates() -> MailTemplates:
    """Return the words of the mails."""
    return MailTemplates(*(_words(name) for name in _MAILS))


def _words(name: str) -> Words:
    texts = (asset(f"templates/mail/{name}.{form}").read_text("utf-8") for form in ("txt", "html"))
    return Words(*texts)
