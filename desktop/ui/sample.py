"""Jobs that nobody ever asked for: plainly synthetic, for pictures of the screens."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from hashlib import sha256

from backend.wire import Counts, JobStatus, JobView, Limits, Me, Options, SubscriptionView, Usage

NOW = datetime(2026, 3, 14, 10, 43, 20, tzinfo=UTC)
"""The time in the pictures."""

_KEPT = timedelta(minutes=3)

ME = Me(
    id="0" * 32,
    name="Sample Person",
    email="sample@example.org",
    organization="Example Institute",
    plan="free",
    limits=Limits(max_input_bytes=153_600, retention_seconds=_KEPT.seconds),
    upgrade_url="https://example.org/upgrade",
    server_time=NOW,
    usage=Usage(
        month_jobs=10, month_bytes=4_100_000, results_stored=4, results_archived=2, complete=True
    ),
)

PREMIUM = ME.model_copy(
    update={
        "plan": "premium",
        "limits": Limits(max_input_bytes=None, retention_seconds=None),
        "upgrade_url": None,
        "subscription": SubscriptionView(status="active", renews_at=NOW + timedelta(days=27)),
    }
)
"""The same person, who has paid."""

_IN_THE_ARCHIVE = frozenset({JobStatus.ARCHIVED, JobStatus.THAWING})


def sample_jobs() -> list[JobView]:
    """Return one job of each kind that the table can show, newest first."""
    ended, minute = JobStatus.COMPLETED, timedelta(minutes=1)
    return [
        _job("sample_exome.vcf.gz", JobStatus.RUNNING, minute, total=24_410, done=14_880),
        _job("sample_trio.vcf.gz", JobStatus.PENDING, 2 * minute),
        _job("sample_panel_a.vcf", ended, 3 * minute, total=1_141, left=151),
        _job("sample_chr20.vcf.gz", ended, 21 * minute, total=50_284, left=24),
        _job("sample_panel_b.vcf", JobStatus.ARCHIVED, timedelta(hours=17), total=3_000),
        _job("sample_tumour.vcf.gz", JobStatus.THAWING, timedelta(hours=18), total=976),
        _job(
            "sample_broken.vcf",
            JobStatus.FAILED,
            timedelta(days=2),
            failure="Line 12 has 7 columns; VCF needs at least 8.",
        ),
        _job("sample_family.vcf.gz", ended, timedelta(days=3), total=61_204),
        _job("sample_mitochondrion.vcf", ended, timedelta(days=4), total=350),
        _job("sample_mistake.vcf", JobStatus.CANCELLED, timedelta(days=5)),
    ]


def _job(
    name: str,
    status: JobStatus,
    ago: timedelta,
    *,
    total: int = 0,
    done: int = 0,
    left: int | None = None,
    failure: str | None = None,
) -> JobView:
    """Return a job that was submitted *ago*, its result free for *left* seconds more."""
    asked = NOW - ago
    until = None if left is None else NOW + timedelta(seconds=left)
    finished = asked + timedelta(seconds=7) if until is None else until - _KEPT
    running = status is JobStatus.RUNNING
    ended = status not in {JobStatus.RUNNING, JobStatus.PENDING}
    has_result = ended and failure is None and status is not JobStatus.CANCELLED
    return JobView(
        id=sha256(name.encode()).hexdigest()[:32],
        version=5,
        name=name,
        size=33 * max(total, 400),
        status=status,
        options=Options(),
        created_at=asked,
        submitted_at=asked,
        started_at=finished - timedelta(seconds=5) if ended or running else None,
        finished_at=finished if ended else None,
        attempt=1,
        done=done,
        total=total,
        counts=_counts(total) if has_result else None,
        result_size=54 * total if has_result else None,
        result_available=status is JobStatus.COMPLETED,
        result_until=until,
        log_available=ended,
        failure=failure,
        thaw_expected=NOW + timedelta(hours=3) if status is JobStatus.THAWING else None,
        archived_at=asked + timedelta(seconds=191) if status in _IN_THE_ARCHIVE else None,
    )


def _counts(records: int) -> Counts:
    return Counts(
        assembly="GRCh37",
        bundle=sha256(b"sample").hexdigest(),
        variants_in=records,
        variants_out=records,
        annotated=records,
        passed_through=0,
    )
