"""Lambdas and what feeds them; the server runs both itself."""

from __future__ import annotations

from functools import partial
from typing import Any

from backend.local.aws.deployment import Resource, ResourceType
from backend.local.aws.functions import EventSource, Function
from backend.local.aws.resource_types.context import Context
from backend.local.aws.template import TemplateError

FUNCTION = frozenset(
    {"Architectures", "Code", "Description", "Environment", "FunctionName", "Handler",
     "LoggingConfig", "MemorySize", "ReservedConcurrentExecutions", "Role", "Runtime", "Tags",
     "Timeout"}
)  # fmt: skip
# Of a queue a batch is what is there, and one call is made at a time: both the window to wait for
# more and the most calls at a time (ScalingConfig) are kept to.
SOURCE = frozenset(
    {"BatchSize", "BisectBatchOnFunctionError", "DestinationConfig", "EventSourceArn",
     "FunctionName", "FunctionResponseTypes", "MaximumBatchingWindowInSeconds",
     "MaximumRecordAgeInSeconds", "MaximumRetryAttempts", "ScalingConfig", "StartingPosition"}
)  # fmt: skip
BATCH_SIZES = {"sqs": 10, "dynamodb": 100}


def types(context: Context) -> dict[str, ResourceType]:
    """Return the types of this module."""
    return {
        "AWS::Lambda::Function": ResourceType(FUNCTION, partial(_function, context)),
        "AWS::Lambda::EventSourceMapping": ResourceType(SOURCE, partial(_source, context)),
    }


def _function(context: Context, _name: str, properties: dict[str, Any]) -> Resource:
    variables = properties.get("Environment", {}).get("Variables", {})
    function = Function(
        name=properties["FunctionName"],
        handler=properties["Handler"],
        timeout=float(properties.get("Timeout", 3)),
        memory=int(properties.get("MemorySize", 128)),
        environment={name: str(value) for name, value in variables.items()},
    )
    context.functions[function.name] = function
    return Resource(function.name, {"Arn": function.arn})


def _source(context: Context, name: str, properties: dict[str, Any]) -> Resource:
    function = properties["FunctionName"].rpartition(":")[2]
    if function not in context.functions:
        raise TemplateError(f"{name}: there is no function {function}")
    service = properties["EventSourceArn"].split(":")[2]
    if service not in BATCH_SIZES:
        raise TemplateError(f"{name}: the local stack does not feed functions from {service}")
    age = int(properties.get("MaximumRecordAgeInSeconds", -1))
    source = EventSource(
        function=function,
        source=properties["EventSourceArn"],
        batch_size=int(properties.get("BatchSize", BATCH_SIZES[service])),
        partial="ReportBatchItemFailures" in properties.get("FunctionResponseTypes", []),
        from_now=properties.get("StartingPosition") == "LATEST",
        attempts=int(properties.get("MaximumRetryAttempts", -1)),
        max_age=24 * 3600.0 if age < 0 else float(age),
        bisect=bool(properties.get("BisectBatchOnFunctionError", False)),
        given_up_to=_destination(name, properties),
    )
    context.sources.append(source)
    return Resource(source.identity)


def _destination(name: str, properties: dict[str, Any]) -> str:
    on_failure = properties.get("DestinationConfig", {}).get("OnFailure", {})
    destination = str(on_failure.get("Destination", ""))
    if destination and destination.split(":")[2] != "sqs":
        raise TemplateError(f"{name}: what is given up goes to a queue, not to {destination}")
    return destination
