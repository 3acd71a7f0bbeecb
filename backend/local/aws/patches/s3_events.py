"""S3's notifications: moto writes ``/`` in keys as %2F, and of restores it says nothing.

Source: "Event message structure", Amazon S3 User Guide.
"""

from __future__ import annotations

import time
import uuid
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote_plus

import moto.s3.notifications as moto_notifications

from backend.local.aws.names import ACCOUNT, HOST
from backend.local.aws.patches.shape import require
from backend.local.aws.private import Private

notifications: Private = moto_notifications
RESTORED = "ObjectRestore:Completed"


def _written(moment: float) -> str:
    text = datetime.fromtimestamp(moment, UTC).isoformat(timespec="milliseconds")
    return text.replace("+00:00", "Z")


def _event(event_name: str, bucket: Private, key: Private, notification_id: str) -> dict[str, Any]:
    now = time.time()
    record: dict[str, Any] = {
        "eventVersion": "2.1",
        "eventSource": "aws:s3",
        "awsRegion": bucket.region_name,
        "eventTime": _written(now),
        "eventName": event_name.removeprefix("s3:"),
        "userIdentity": {"principalId": ACCOUNT},
        "requestParameters": {"sourceIPAddress": HOST},
        "responseElements": {
            "x-amz-request-id": uuid.uuid4().hex[:16].upper(),
            "x-amz-id-2": uuid.uuid4().hex,
        },
        "s3": {
            "s3SchemaVersion": "1.0",
            "configurationId": notification_id,
            "bucket": {
                "name": bucket.name,
                "ownerIdentity": {"principalId": ACCOUNT},
                "arn": bucket.arn,
            },
            "object": {
                "key": quote_plus(key.name, safe="/"),
                "size": key.size,
                "eTag": key.etag.strip('"'),
                "sequencer": f"{time.time_ns():018X}",
            },
        },
    }
    if record["eventName"] == RESTORED:
        record["glacierEventData"] = {
            "restoreEventData": {
                "lifecycleRestorationExpiryTime": _written(key.restoration.expires),
                "lifecycleRestoreStorageClass": key.storage_class,
            }
        }
    return {"Records": [record]}


def apply() -> None:
    """Replace the text of events."""
    require(notifications._get_s3_event, "key_name = quote_plus(key.name)")  # noqa: SLF001
    require(notifications.send_event, "_get_s3_event(event_name, bucket, key, notification.id)")
    notifications._get_s3_event = _event  # noqa: SLF001
