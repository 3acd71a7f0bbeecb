"""A machine's definition in JSON, checked to the last field."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from collections.abc import Set as AbstractSet
from typing import Any

from backend.local.aws.private import Json
from backend.local.aws.step_functions import choices
from backend.local.aws.step_functions.errors import DefinitionError
from backend.local.aws.step_functions.moments import moment
from backend.local.aws.step_functions.paths import Path, paths_of
from backend.local.aws.step_functions.states import (
    Catch,
    Choice,
    Definition,
    Fail,
    Retry,
    State,
    Succeed,
    Task,
    Wait,
    Window,
)

INVOKE = "arn:aws:states:::lambda:invoke"
MACHINE = frozenset({"Comment", "QueryLanguage", "StartAt", "States", "Version"})
WINDOW = frozenset({"Comment", "InputPath", "OutputPath", "Type"})
WAITS = {
    "Seconds": (False, True), "SecondsPath": (True, True),
    "Timestamp": (False, False), "TimestampPath": (True, False),
}  # fmt: skip
FIELDS = {
    "Wait": WINDOW | {"End", "Next", *WAITS},
    "Task": WINDOW | {"Catch", "End", "Next", "Parameters", "Resource", "ResultPath",
                      "ResultSelector", "Retry", "TimeoutSeconds"},
    "Choice": WINDOW | {"Choices", "Default"},
    "Succeed": WINDOW,
    "Fail": {"Cause", "Comment", "Error", "Type"},
}  # fmt: skip
CALL = frozenset({"FunctionName", "Payload", "Payload.$"})
RETRY = frozenset(
    {"BackoffRate", "Comment", "ErrorEquals", "IntervalSeconds", "JitterStrategy", "MaxAttempts",
     "MaxDelaySeconds"}
)  # fmt: skip
CATCH = frozenset({"Comment", "ErrorEquals", "Next", "ResultPath"})
LONGEST = 31_622_400.0


def parse(text: Json) -> Definition:
    """Return the definition that *text*, as JSON reads it, writes.

    Raises:
        DefinitionError: it is wrong, or asks for what the local stack does not know.
    """
    _known("the definition", text, MACHINE)
    if text.get("QueryLanguage", "JSONPath") != "JSONPath":
        raise DefinitionError("the local stack knows the query language JSONPath")
    states = {name: _state(name, declared) for name, declared in _needed(text, "States").items()}
    definition = Definition(_needed(text, "StartAt"), states)
    for name in (definition.first, *_named(states)):
        if name not in states:
            raise DefinitionError(f"there is no state {name}")
    return definition


def _named(states: Mapping[str, State]) -> list[str]:
    names: list[str | None] = []
    for state in states.values():
        if isinstance(state, Wait | Task):
            names.append(state.next)
        if isinstance(state, Task):
            names += [catch.next for catch in state.catches]
        if isinstance(state, Choice):
            names += [state.default, *(name for _, name in state.rules)]
    return [name for name in names if name is not None]


def _state(name: str, declared: Mapping[str, Any]) -> State:
    kind = declared.get("Type")
    if kind not in FIELDS:
        raise DefinitionError(f"{name}: the local stack does not know states of type {kind}")
    make: dict[str, Callable[[Mapping[str, Any]], State]] = {
        "Wait": _wait, "Task": _task, "Choice": _choice,
        "Succeed": lambda declared: Succeed(_window(declared)),
        "Fail": lambda declared: Fail(declared.get("Error", ""), declared.get("Cause", "")),
    }  # fmt: skip
    try:
        _known("the state", declared, FIELDS[kind])
        return make[kind](declared)
    except DefinitionError as error:
        raise DefinitionError(f"{name}: {error}") from error


def _known(what: str, declared: Json, fields: AbstractSet[str]) -> None:
    if not isinstance(declared, Mapping):
        raise DefinitionError(f"{what} is an object")
    if strange := sorted(set(declared) - fields):
        raise DefinitionError(f"the local stack does not know {', '.join(strange)} of {what}")


def _needed(declared: Mapping[str, Any], field: str) -> Json:
    if field not in declared:
        raise DefinitionError(f"{field} is needed")
    return declared[field]


def _path(declared: Mapping[str, Any], field: str) -> Path | None:
    written = declared.get(field, "$")
    return None if written is None else Path.parse(written)


def _result(declared: Mapping[str, Any]) -> Path | None:
    path = _path(declared, "ResultPath")
    if path is not None and (path.of_context or any(isinstance(step, int) for step in path.steps)):
        raise DefinitionError(f"{path.text}: a ResultPath names fields of the data")
    return path


def _window(declared: Mapping[str, Any]) -> Window:
    return Window(_path(declared, "InputPath"), _path(declared, "OutputPath"))


def _next(declared: Mapping[str, Any]) -> str | None:
    if (declared.get("End") is True) == ("Next" in declared):
        raise DefinitionError("either End is true or there is a Next")
    return declared.get("Next")


def _wait(declared: Mapping[str, Any]) -> Wait:
    given = [field for field in WAITS if field in declared]
    if len(given) != 1:
        raise DefinitionError(f"a Wait has one of {', '.join(WAITS)}")
    by_path, seconds = WAITS[given[0]]
    until = declared[given[0]]
    if by_path:
        until = Path.parse(until)
    elif not isinstance(until, int) if seconds else moment(until) is None:
        raise DefinitionError(f"{given[0]} is not {until!r}")
    return Wait(_window(declared), _next(declared), until, seconds)


def _task(declared: Mapping[str, Any]) -> Task:
    if _needed(declared, "Resource") != INVOKE:
        raise DefinitionError(f"the local stack knows the resource {INVOKE}")
    call = _needed(declared, "Parameters")
    _known("the call", call, CALL)
    payload = {name: value for name, value in call.items() if name != "FunctionName"}
    for template in (payload, declared.get("ResultSelector")):
        list(paths_of(template))
    timeout = declared.get("TimeoutSeconds")
    return Task(
        window=_window(declared),
        next=_next(declared),
        function=str(_needed(call, "FunctionName")).rpartition(":")[2],
        payload=payload,
        selector=declared.get("ResultSelector"),
        result=_result(declared),
        timeout=None if timeout is None else float(timeout),
        retries=[_retry(each) for each in declared.get("Retry", [])],
        catches=[_catch(each) for each in declared.get("Catch", [])],
    )


def _errors(declared: Mapping[str, Any]) -> tuple[str, ...]:
    errors = tuple(_needed(declared, "ErrorEquals"))
    if not errors or ("States.ALL" in errors and len(errors) > 1):
        raise DefinitionError("ErrorEquals names errors, or States.ALL alone")
    return errors


def _retry(declared: Mapping[str, Any]) -> Retry:
    _known("a Retry", declared, RETRY)
    jitter = declared.get("JitterStrategy", "NONE")
    if jitter not in {"FULL", "NONE"}:
        raise DefinitionError(f"JitterStrategy is FULL or NONE, not {jitter}")
    retry = Retry(
        errors=_errors(declared),
        interval=float(declared.get("IntervalSeconds", 1)),
        attempts=int(declared.get("MaxAttempts", 3)),
        rate=float(declared.get("BackoffRate", 2.0)),
        longest=float(declared.get("MaxDelaySeconds", LONGEST)),
        jitter=jitter == "FULL",
    )
    if retry.interval < 1 or retry.attempts < 0 or retry.rate < 1 or retry.longest < 1:
        raise DefinitionError("IntervalSeconds, BackoffRate and MaxDelaySeconds are 1 or more")
    return retry


def _catch(declared: Mapping[str, Any]) -> Catch:
    _known("a Catch", declared, CATCH)
    return Catch(_errors(declared), _needed(declared, "Next"), _result(declared))


def _choice(declared: Mapping[str, Any]) -> Choice:
    rules = [(choices.parse(rule), _needed(rule, "Next")) for rule in _needed(declared, "Choices")]
    return Choice(_window(declared), rules, declared.get("Default"))
