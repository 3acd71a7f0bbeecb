"""SNS: moto takes no subscription by HTTP seriously, and signs with a key a subscription.

* A subscription by HTTP is never confirmed, and Publish calls its endpoint itself and fails
  with it: here `sns_http` asks for the confirmation and delivers in the background.
* Each enveloped message has a new certificate, kept for ever at an address of Amazon's: here
  all have the one that this server shows.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from moto.core.responses import ActionResult
from moto.sns.exceptions import SNSInvalidParameter, SNSNotFoundError
from moto.sns.models import SNSBackend, Subscription
from moto.sns.responses import SNSResponse

from backend.local.aws.patches.shape import require
from backend.local.aws.private import Private
from backend.local.aws.sns_http.endpoints import EndpointError, check
from backend.local.aws.sns_http.messages import NOTIFICATION, Message, written
from backend.local.aws.sns_http.office import Office

BY_HTTP = frozenset({"http", "https"})


class _Open:
    """The office that the patches send through: moto's state is one a process, so is this."""

    office: Office


def use(office: Office) -> None:
    """Let the patches send through *office*."""
    _Open.office = office


def _subscribe(original: Callable[..., Private]) -> Callable[..., Private]:
    def subscribe(backend: Private, topic_arn: str, endpoint: str, protocol: str) -> Private:
        if protocol not in BY_HTTP:
            return original(backend, topic_arn, endpoint, protocol)
        try:
            check(protocol, endpoint)
        except EndpointError as error:
            raise SNSInvalidParameter(f"Invalid parameter: Endpoint Reason: {error}") from error
        made = original(backend, topic_arn, endpoint, protocol)
        joined = _Open.office.subscribers.join(made.arn, topic_arn, protocol, endpoint)
        del backend.subscriptions[made.arn]
        made.arn = joined.arn
        made.attributes["SubscriptionArn"] = joined.arn
        made.attributes["PendingConfirmation"] = not joined.confirmed
        backend.subscriptions[made.arn] = made
        return made

    return subscribe


def _unsubscribe(original: Callable[..., None]) -> Callable[..., None]:
    def unsubscribe(backend: Private, subscription_arn: str) -> None:
        original(backend, subscription_arn)
        _Open.office.subscribers.leave(subscription_arn)

    return unsubscribe


def _confirm(response: Private) -> Private:
    backend, topic = response.backend, response._get_param("TopicArn")  # noqa: SLF001
    if topic not in backend.topics:
        raise SNSNotFoundError("Topic does not exist")
    token = response._get_param("Token") or ""  # noqa: SLF001
    confirmed = _Open.office.subscribers.confirm(topic, token)
    if confirmed is None or confirmed.arn not in backend.subscriptions:
        raise SNSInvalidParameter("Invalid parameter: Token")
    backend.subscriptions[confirmed.arn].attributes["PendingConfirmation"] = False
    return ActionResult({"SubscriptionArn": confirmed.arn})


def _publish(original: Callable[..., None]) -> Callable[..., None]:
    def publish(subscription: Private, message: str, message_id: str, **named: Private) -> None:
        if subscription.protocol not in BY_HTTP:
            original(subscription, message, message_id, **named)
            return
        matcher = subscription._filter_policy_matcher  # noqa: SLF001
        attributes = named.get("message_attributes")
        if matcher is not None and not matcher.matches(attributes, message):
            return
        if named.get("message_structure") == "json":
            message = subscription._parse_message_structure(  # noqa: SLF001
                message, subscription.protocol
            )
        _Open.office.subscribers.notify(
            _message(subscription, message, message_id, named.get("subject"), attributes)
        )

    return publish


def _post_data(
    subscription: Private,
    message: str,
    message_id: str,
    subject: str | None,
    message_attributes: dict[str, Any] | None = None,
) -> dict[str, Any]:
    told = _message(subscription, message, message_id, subject, message_attributes)
    return _Open.office.writer.fields(told)


def _message(
    subscription: Private,
    text: str,
    message_id: str,
    subject: str | None,
    attributes: dict[str, Any] | None,
) -> Message:
    return Message(
        type=NOTIFICATION,
        topic=subscription.topic.arn,
        subscription=subscription.arn,
        text=text,
        at=written(_Open.office.now()),
        id=message_id,
        subject=subject or "",
        attributes=attributes or {},
        raw=bool(subscription.attributes.get("RawMessageDelivery")),
    )


def apply() -> None:
    """Replace what moto does for subscriptions by HTTP, and how it signs."""
    require(SNSBackend.subscribe, "self.subscriptions[subscription.arn] = subscription")
    require(SNSBackend.unsubscribe, "self.subscriptions.pop(subscription_arn, None)")
    require(SNSResponse.confirm_subscription, '"SubscriptionArn": f"{arn}:')
    require(Subscription.publish, "requests.post(", "self.get_post_data(")
    require(Subscription.get_post_data, '"SigningCertURL"', "message_attributes")
    backend: Private = SNSBackend
    backend.subscribe = _subscribe(backend.subscribe)
    backend.unsubscribe = _unsubscribe(backend.unsubscribe)
    response: Private = SNSResponse
    response.confirm_subscription = _confirm
    subscription: Private = Subscription
    subscription.publish = _publish(subscription.publish)
    subscription.get_post_data = _post_data
