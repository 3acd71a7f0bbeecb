"""State machines and schedules; the server runs both itself."""

from __future__ import annotations

import json
from functools import partial
from typing import Any

from backend.local.aws.deployment import Resource, ResourceType
from backend.local.aws.names import arn
from backend.local.aws.resource_types.context import Context
from backend.local.aws.schedules import Schedule, seconds
from backend.local.aws.step_functions import definition
from backend.local.aws.step_functions.errors import DefinitionError
from backend.local.aws.step_functions.states import Definition, Machine, Task
from backend.local.aws.template import TemplateError

# Logging and tracing are noted and not done: there is nobody on one machine to look at them.
MACHINE = frozenset(
    {"Definition", "DefinitionString", "DefinitionSubstitutions", "LoggingConfiguration",
     "RoleArn", "StateMachineName", "StateMachineType", "Tags", "TracingConfiguration"}
)  # fmt: skip
SCHEDULE = frozenset(
    {"Description", "FlexibleTimeWindow", "Name", "ScheduleExpression", "State", "Target"}
)
# What cannot be delivered is tried again on AWS; here the target is always at hand.
TARGET = frozenset({"Arn", "DeadLetterConfig", "Input", "RetryPolicy", "RoleArn"})


def types(context: Context) -> dict[str, ResourceType]:
    """Return the types of this module."""
    return {
        "AWS::StepFunctions::StateMachine": ResourceType(MACHINE, partial(_machine, context)),
        "AWS::Scheduler::Schedule": ResourceType(SCHEDULE, partial(_schedule, context)),
    }


def _machine(context: Context, name: str, properties: dict[str, Any]) -> Resource:
    if properties.get("StateMachineType", "STANDARD") != "STANDARD":
        raise TemplateError(f"{name}: the local stack runs state machines of type STANDARD")
    try:
        parsed = definition.parse(_definition(properties))
    except (DefinitionError, ValueError) as error:
        raise TemplateError(f"{name}: {error}") from error
    _check_functions(context, name, parsed)
    own = str(properties.get("StateMachineName", name))
    made = Machine(own, arn("states", f"stateMachine:{own}"), properties["RoleArn"], parsed)
    context.machines[made.arn] = made
    return Resource(made.arn, {"Arn": made.arn, "Name": own})


def _definition(properties: dict[str, Any]) -> dict[str, Any]:
    given = [each for each in ("Definition", "DefinitionString") if each in properties]
    if len(given) != 1:
        raise DefinitionError("a state machine has a Definition or a DefinitionString")
    text = properties[given[0]]
    if given[0] == "Definition":
        text = json.dumps(text)
    for variable, value in properties.get("DefinitionSubstitutions", {}).items():
        text = text.replace(f"${{{variable}}}", str(value))
    parsed: dict[str, Any] = json.loads(text)
    return parsed


def _check_functions(context: Context, name: str, parsed: Definition) -> None:
    for state in parsed.states.values():
        if isinstance(state, Task) and state.function not in context.functions:
            raise TemplateError(f"{name}: there is no function {state.function}")


def _schedule(context: Context, name: str, properties: dict[str, Any]) -> Resource:
    target = properties["Target"]
    if strange := sorted(set(target) - TARGET):
        raise TemplateError(f"{name}: the local stack does not know {', '.join(strange)}")
    if properties["FlexibleTimeWindow"].get("Mode") != "OFF":
        raise TemplateError(f"{name}: the local stack knows no flexible time windows")
    if "<aws.scheduler." in target.get("Input", ""):
        raise TemplateError(f"{name}: the local stack fills nothing into a schedule's Input")
    own = str(properties.get("Name", name))
    try:
        every = seconds(properties["ScheduleExpression"])
    except ValueError as error:
        raise TemplateError(f"{name}: {error}") from error
    made = Schedule(
        own, arn("scheduler", f"schedule/default/{own}"), every, _target(context, name, target),
        target.get("Input"),
    )  # fmt: skip
    if properties.get("State", "ENABLED") == "ENABLED":
        context.schedules.append(made)
    return Resource(own, {"Arn": made.arn})


def _target(context: Context, name: str, target: dict[str, Any]) -> str:
    found = str(target["Arn"])
    service, own = found.split(":")[2], found.rpartition(":")[2]
    if service == "lambda" and own not in context.functions:
        raise TemplateError(f"{name}: there is no function {own}")
    if service not in {"lambda", "sqs"}:
        raise TemplateError(f"{name}: a schedule's target is a function or a queue, not {found}")
    return found
