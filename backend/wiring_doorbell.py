"""The part of the composition root that makes the doorbell, `POST /thaw`."""

from __future__ import annotations

import httpx2

from backend import wiring
from backend.api.sns.certificates import Certificates, addresses
from backend.api.sns.verification import Seen, Verification
from backend.api.thaw import Thaw
from backend.aws.subscriptions import SnsSubscriptions
from backend.services.doorbell import Doorbell, Drain
from backend.settings import Settings


def doorbell(settings: Settings, http: httpx2.AsyncClient, drain: Drain) -> Thaw | None:
    """Return what listens to the topic of changed plans; None where no topic is set.

    Args:
        settings: of the API.
        http: fetches SNS's certificates; the caller's to close.
        drain: looks into the queue of the topic until nothing is left.
    """
    topic = settings.start_thaw_topic
    if not topic:
        return None
    local_aws = settings.aws_endpoint if settings.mode == "local" else None
    certificates = Certificates(http, addresses(topic, local_aws), wiring.now)
    return Thaw(
        verification=Verification(topic, certificates, wiring.now),
        seen=Seen(wiring.now),
        confirm=SnsSubscriptions(wiring.aws(settings).client("sns")).confirm,
        doorbell=Doorbell(drain),
    )
