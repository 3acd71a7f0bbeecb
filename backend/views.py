"""The domain as people see it: from jobs and accounts to the JSON of `wire`."""

from __future__ import annotations

from datetime import datetime, timedelta

from backend import wire
from backend.domain.accounts import Account
from backend.domain.files import part_size, part_sizes
from backend.domain.job import Counts, Job, Options
from backend.domain.plans import S3_MAX_OBJECT_BYTES, Limits, Plan, Plans
from backend.domain.subscriptions import PAID, Subscription
from backend.services.ports import PartRequest
from backend.services.results import Link
from backend.services.submission import Upload
from backend.services.usage import Usage


def job_view(job: Job, limits: Limits, now: datetime) -> wire.JobView:
    """Return *job* as an owner with *limits* sees it at *now*."""
    left = job.download_left(now, limits.retention)
    available = left is None or left > timedelta(0)
    return wire.JobView(
        id=job.id,
        version=job.version,
        name=job.input.name,
        size=job.input.size,
        status=wire.JobStatus(job.status.value),
        options=_options(job.options),
        created_at=job.created_at,
        submitted_at=job.submitted_at,
        started_at=job.started_at,
        finished_at=job.finished_at,
        attempt=job.attempt,
        done=job.done,
        total=job.total,
        counts=None if job.result is None else _counts(job.result.counts),
        result_size=None if job.result is None else job.result.size,
        result_sha256=None if job.result is None else job.result.sha256,
        result_available=available,
        result_until=now + left if available and left is not None else None,
        log_available=job.log_stored,
        failure=job.failure,
        thaw_expected=job.thaw_expected,
        archived_at=job.archived_at,
        restored_at=job.restored_at,
    )


def _options(options: Options) -> wire.Options:
    return wire.Options.model_validate({"assembly": options.assembly, "engine": options.engine})


def _counts(counts: Counts) -> wire.Counts:
    return wire.Counts(
        assembly=counts.assembly,
        bundle=counts.bundle,
        variants_in=counts.variants_in,
        variants_out=counts.variants_out,
        annotated=counts.annotated,
        passed_through=counts.passed_through,
    )


def new_job_view(upload: Upload, limits: Limits, now: datetime) -> wire.NewJobCreated:
    """Return a new job, and how to send its file."""
    return wire.NewJobCreated(
        job=job_view(upload.job, limits, now),
        part_size=part_size(upload.job.input.size),
        parts=_parts(upload),
        parts_valid_until=upload.valid_until,
    )


def parts_view(upload: Upload) -> wire.Parts:
    """Return how to send the parts that were asked for."""
    return wire.Parts(parts=_parts(upload), parts_valid_until=upload.valid_until)


def _parts(upload: Upload) -> list[wire.UploadPart]:
    size = upload.job.input.size
    sizes = part_sizes(size)
    return [_part(request, part_size(size), sizes) for request in upload.requests]


def _part(request: PartRequest, step: int, sizes: list[int]) -> wire.UploadPart:
    return wire.UploadPart(
        number=request.number,
        offset=(request.number - 1) * step,
        size=sizes[request.number - 1],
        url=request.url,
        headers=request.headers,
    )


def download_view(link: Link) -> wire.Download:
    """Return a signed address."""
    return wire.Download(
        url=link.url,
        name=link.name,
        size=link.size,
        sha256=link.sha256,
        expires_at=link.expires_at,
    )


def me_view(
    account: Account,
    limits: Limits,
    upgrade_url: str,
    now: datetime,
    usage: wire.Usage | None = None,
) -> wire.Me:
    """Return who is signed in; the offer to upgrade is for those who have not."""
    return wire.Me(
        id=account.id,
        name=account.name,
        email=account.email,
        organization=account.organization,
        plan="premium" if account.plan is Plan.PREMIUM else "free",
        limits=_limits(limits),
        upgrade_url=None if account.plan is Plan.PREMIUM else upgrade_url,
        server_time=now,
        usage=usage,
        subscription=None if account.subscription is None else _subscription(account.subscription),
        signed_out_at=account.signed_out_at,
    )


def account_event(
    account: Account, plans: Plans, upgrade_url: str, now: datetime
) -> wire.AccountEvent:
    """Return what the account's apps are told of it when it has changed."""
    limits = plans.limits(account.plan)
    return wire.AccountEvent(me=me_view(account, limits, upgrade_url, now))


def _subscription(subscription: Subscription) -> wire.SubscriptionView:
    ends = subscription.cancel_at_period_end
    goes_on = subscription.status in PAID
    return wire.SubscriptionView(
        status=subscription.status.value,
        renews_at=subscription.period_end if goes_on and not ends else None,
        ends_at=subscription.period_end if goes_on and ends else None,
        pay_until=subscription.grace_until,
    )


def usage_view(usage: Usage) -> wire.Usage:
    """Return what an account uses."""
    return wire.Usage(
        month_jobs=usage.month_jobs,
        month_bytes=usage.month_bytes,
        results_stored=usage.results_stored,
        results_archived=usage.results_archived,
        complete=usage.complete,
    )


def _limits(limits: Limits) -> wire.Limits:
    """What S3 holds in one object is a limit of the service, not of the plan."""
    limited = limits.max_input_bytes < S3_MAX_OBJECT_BYTES
    return wire.Limits(
        max_input_bytes=limits.max_input_bytes if limited else None,
        retention_seconds=(
            None if limits.retention is None else int(limits.retention.total_seconds())
        ),
    )
