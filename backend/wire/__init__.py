"""The JSON between the app and the API: the one part of the backend that the app knows.

Models that come in refuse unknown fields; models that go out may gain fields, and a client ignores
those it does not know.  Times are ISO 8601 in UTC, sizes are bytes, durations are seconds.
"""

from __future__ import annotations

from backend.wire.accounts import (
    AccountEnd,
    Limits,
    Me,
    PaymentPage,
    SubscriptionView,
    Usage,
)
from backend.wire.base import (
    MAX_INPUT_BYTES,
    MAX_PARTS,
    MIN_PART_BYTES,
    FileName,
    JobId,
    Sha256Base64,
    Sha256Hex,
)
from backend.wire.events import AccountEvent, JobEvent, LiveEvent, LiveEvents
from backend.wire.jobs import (
    Counts,
    Download,
    JobList,
    JobStatus,
    JobView,
    NewJob,
    NewJobCreated,
    Options,
    PartNumber,
    Parts,
    PartsWanted,
    SentPart,
    Submission,
    UploadPart,
)
from backend.wire.service import FieldError, Health, Problem, ServiceConfig
from backend.wire.variants import (
    Genotype,
    Impact,
    ResultSummary,
    VariantColumn,
    VariantColumns,
    VariantDetails,
    VariantExport,
    VariantFilter,
    VariantPage,
    VariantRow,
    VariantsWanted,
    VariantValue,
    Zygosity,
)

__all__ = [
    "MAX_INPUT_BYTES",
    "MAX_PARTS",
    "MIN_PART_BYTES",
    "AccountEnd",
    "AccountEvent",
    "Counts",
    "Download",
    "FieldError",
    "FileName",
    "Genotype",
    "Health",
    "Impact",
    "JobEvent",
    "JobId",
    "JobList",
    "JobStatus",
    "JobView",
    "Limits",
    "LiveEvent",
    "LiveEvents",
    "Me",
    "NewJob",
    "NewJobCreated",
    "Options",
    "PartNumber",
    "Parts",
    "PartsWanted",
    "PaymentPage",
    "Problem",
    "ResultSummary",
    "SentPart",
    "ServiceConfig",
    "Sha256Base64",
    "Sha256Hex",
    "Submission",
    "SubscriptionView",
    "UploadPart",
    "Usage",
    "VariantColumn",
    "VariantColumns",
    "VariantDetails",
    "VariantExport",
    "VariantFilter",
    "VariantPage",
    "VariantRow",
    "VariantValue",
    "VariantsWanted",
    "Zygosity",
]
