"""The resource types that the local stack knows, and how each is made here."""

from __future__ import annotations

from backend.local.aws.deployment import ResourceTypes
from backend.local.aws.resource_types import (
    archive,
    compute,
    messaging,
    orchestration,
    records,
    storage,
)
from backend.local.aws.resource_types.context import Context


def known(context: Context) -> ResourceTypes:
    """Return the table of types; making one calls the services of *context*."""
    return {
        **storage.types(context),
        **messaging.types(context),
        **archive.types(context),
        **compute.types(context),
        **orchestration.types(context),
        **records.TYPES,
    }
