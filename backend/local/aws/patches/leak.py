"""moto remembers every model it ever made and every notification; a stack runs for days."""

from __future__ import annotations

from collections.abc import Callable

from moto.core.common_models import BaseModel
from moto.sns.models import Topic

from backend.local.aws.patches.shape import require
from backend.local.aws.private import Private

KEPT_NOTIFICATIONS = 100


def _new(cls: type, *_: Private, **__: Private) -> Private:
    return object.__new__(cls)


def _forgetful(original: Callable[..., str]) -> Callable[..., str]:
    def publish(topic: Private, *arguments: Private, **named: Private) -> str:
        message_id = original(topic, *arguments, **named)
        del topic.sent_notifications[:-KEPT_NOTIFICATIONS]
        return message_id

    return publish


def apply() -> None:
    """Stop BaseModel from tracking its instances, and topics from keeping what they sent."""
    require(BaseModel.__new__, "cls.instances_tracked.append(instance)")
    require(Topic.publish, "self.sent_notifications.append(")
    base: Private = BaseModel
    base.__new__ = _new
    topic: Private = Topic
    topic.publish = _forgetful(topic.publish)
