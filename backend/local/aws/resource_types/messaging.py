"""Queues, topics, subscriptions and sending identities."""

from __future__ import annotations

import json
from functools import partial
from typing import Any

from backend.local.aws.deployment import Resource, ResourceType
from backend.local.aws.names import arn
from backend.local.aws.private import Json
from backend.local.aws.resource_types.context import Context
from backend.local.aws.sns_http.endpoints import SCHEMES, EndpointError, check
from backend.local.aws.template import TemplateError

QUEUE = frozenset(
    {"QueueName", "DelaySeconds", "KmsMasterKeyId", "MaximumMessageSize",
     "MessageRetentionPeriod", "ReceiveMessageWaitTimeSeconds", "RedrivePolicy",
     "SqsManagedSseEnabled", "Tags", "VisibilityTimeout"}
)  # fmt: skip
SUBSCRIPTION = frozenset(
    {"Endpoint", "FilterPolicy", "FilterPolicyScope", "Protocol", "RawMessageDelivery",
     "RedrivePolicy", "TopicArn"}
)  # fmt: skip


def types(context: Context) -> dict[str, ResourceType]:
    """Return the types of this module."""
    return {
        "AWS::SQS::Queue": ResourceType(QUEUE, partial(_queue, context)),
        "AWS::SQS::QueuePolicy": ResourceType(
            frozenset({"Queues", "PolicyDocument"}), partial(_queue_policy, context)
        ),
        "AWS::SNS::Topic": ResourceType(
            frozenset({"TopicName", "KmsMasterKeyId", "SignatureVersion", "Tags"}),
            partial(_topic, context),
        ),
        "AWS::SNS::TopicPolicy": ResourceType(
            frozenset({"Topics", "PolicyDocument"}), partial(_topic_policy, context)
        ),
        "AWS::SNS::Subscription": ResourceType(SUBSCRIPTION, partial(_subscription, context)),
        "AWS::SES::EmailIdentity": ResourceType(
            frozenset({"EmailIdentity"}), partial(_identity, context)
        ),
    }


def _text(value: Json) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return json.dumps(value) if isinstance(value, dict) else str(value)


def _tags(properties: dict[str, Any]) -> dict[str, str]:
    return {tag["Key"]: tag["Value"] for tag in properties.pop("Tags", [])}


def _queue(context: Context, _name: str, properties: dict[str, Any]) -> Resource:
    rest = dict(properties)
    name, tags = rest.pop("QueueName"), _tags(rest)
    attributes = {key: _text(value) for key, value in rest.items()}
    made = context.clients["sqs"].create_queue(QueueName=name, Attributes=attributes, tags=tags)
    return Resource(made["QueueUrl"], {"Arn": arn("sqs", name), "QueueName": name})


def _queue_policy(context: Context, name: str, properties: dict[str, Any]) -> Resource:
    for url in properties["Queues"]:
        context.clients["sqs"].set_queue_attributes(
            QueueUrl=url, Attributes={"Policy": json.dumps(properties["PolicyDocument"])}
        )
    return Resource(name)


def _topic(context: Context, _name: str, properties: dict[str, Any]) -> Resource:
    rest = dict(properties)
    name, tags = rest.pop("TopicName"), rest.pop("Tags", [])
    attributes = {key: _text(value) for key, value in rest.items()}
    made = context.clients["sns"].create_topic(Name=name, Attributes=attributes, Tags=tags)
    return Resource(made["TopicArn"], {"TopicArn": made["TopicArn"], "TopicName": name})


def _topic_policy(context: Context, name: str, properties: dict[str, Any]) -> Resource:
    for topic in properties["Topics"]:
        context.clients["sns"].set_topic_attributes(
            TopicArn=topic,
            AttributeName="Policy",
            AttributeValue=json.dumps(properties["PolicyDocument"]),
        )
    return Resource(name)


def _subscription(context: Context, name: str, properties: dict[str, Any]) -> Resource:
    rest = dict(properties)
    topic, protocol, endpoint = (rest.pop(each) for each in ("TopicArn", "Protocol", "Endpoint"))
    if protocol in SCHEMES:
        _check_endpoint(name, protocol, endpoint)
    elif protocol != "sqs":
        raise TemplateError(
            f"{name}: the local stack delivers to queues and by HTTP, not by {protocol}"
        )
    made = context.clients["sns"].subscribe(
        TopicArn=topic,
        Protocol=protocol,
        Endpoint=endpoint,
        Attributes={key: _text(value) for key, value in rest.items()},
        ReturnSubscriptionArn=True,
    )
    return Resource(made["SubscriptionArn"])


def _check_endpoint(name: str, protocol: str, endpoint: str) -> None:
    try:
        check(protocol, endpoint)
    except EndpointError as error:
        raise TemplateError(f"{name}: {error}") from error


def _identity(context: Context, _name: str, properties: dict[str, Any]) -> Resource:
    identity = properties["EmailIdentity"]
    context.mailbox.identities.add(identity)
    return Resource(identity)
