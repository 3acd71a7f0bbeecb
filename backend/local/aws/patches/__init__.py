"""What moto 5.2.5 does wrong or not at all, put right inside this process.

Each patch first checks the shape of what it replaces and refuses to start when moto changed
under it.  All of them are applied once a process; they write to the journal that is `active`.
"""

from __future__ import annotations

from backend.local.aws.patches import (
    dynamodb,
    leak,
    s3,
    s3_copy,
    s3_events,
    s3_head,
    s3_restore,
    sns,
    sqs,
)

_applied: list[bool] = []


def apply() -> None:
    """Apply every patch, the first time it is called.

    Raises:
        MotoChangedError: moto is not the one that the patches were written for.
    """
    if _applied:
        return
    # The patch `s3` wraps what `s3_copy` puts in its place.
    for patch in (leak, sqs, sns, dynamodb, s3_copy, s3, s3_events, s3_head, s3_restore):
        patch.apply()
    _applied.append(True)
