"""What the states of a machine do: the interpreter alone, with time as a value."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from backend.local.aws.step_functions.definition import parse
from backend.local.aws.step_functions.errors import DefinitionError, StateError
from backend.local.aws.step_functions.interpreter import Answer, Call, Interpreter, Until

NOON = datetime(2026, 11, 5, 12, tzinfo=UTC)
INVOKE = "arn:aws:states:::lambda:invoke"


class Told:
    """What an execution wished for, and how it ended."""

    def __init__(self) -> None:
        self.waits: list[float] = []
        self.calls: list[Any] = []
        self.output: Any = None
        self.failure: tuple[str, str] | None = None


def play(
    states: dict[str, Any], data: Any, *answers: Answer, chance: Callable[[], float] = lambda: 1.0
) -> Told:
    """Run a machine that begins with its first state; the clock moves to what is waited for."""
    clock = [NOON]
    definition = parse({"StartAt": next(iter(states)), "States": states})
    context = {"Execution": {"Name": "job-1"}}
    steps = Interpreter(definition, context, lambda: clock[0], chance).run(data)
    told, left, answer = Told(), list(answers), None
    try:
        while True:
            wish = next(steps) if answer is None else steps.send(answer)
            if isinstance(wish, Until):
                told.waits.append((wish.moment - NOON).total_seconds())
                clock[0] = max(clock[0], wish.moment)
                answer = Answer()
            else:
                assert isinstance(wish, Call)
                told.calls.append((wish.function, wish.payload))
                answer = left.pop(0)
    except StopIteration as ended:
        told.output = ended.value
    except StateError as error:
        told.failure = (error.error, error.cause)
    assert not left
    return told


def task(**more: Any) -> dict[str, Any]:
    call = {"FunctionName": "archive", "Payload.$": "$"}
    end = {} if "Next" in more else {"End": True}
    return {"Type": "Task", "Resource": INVOKE, "Parameters": call, **end, **more}


def wait(**more: Any) -> dict[str, Any]:
    return {"Type": "Wait", "End": True, **more}


def failed(kind: str) -> Answer:
    return Answer(error=kind, cause=json.dumps({"errorType": kind}))


@pytest.mark.parametrize(
    ("declared", "seconds"),
    [
        ({"TimestampPath": "$.due"}, 90.5),
        ({"Timestamp": "2026-11-05T13:00:00+01:00"}, 0),
        ({"Timestamp": "2026-11-05T11:59:00Z"}, -60),
        ({"Seconds": 5}, 5),
        ({"SecondsPath": "$.pause"}, 7),
    ],
    ids=["a path", "another zone", "the past", "seconds", "a path of seconds"],
)
def test_a_wait_lasts_until_its_moment(declared: dict[str, Any], seconds: float) -> None:
    data = {"due": "2026-11-05T12:01:30.500Z", "pause": 7}
    told = play({"W": wait(**declared)}, data)
    assert (told.waits, told.output) == ([seconds], data)


@pytest.mark.parametrize(
    ("declared", "data", "cause"),
    [
        ({"TimestampPath": "$.due"}, {}, "No results for path: $.due"),
        ({"TimestampPath": "$.due"}, {"due": "tomorrow"}, "cannot last until 'tomorrow'"),
        ({"TimestampPath": "$.due"}, {"due": "2026-11-05T12:00:00"}, "cannot last until"),
        ({"TimestampPath": "$.due"}, {"due": "2026-13-05T12:00:00Z"}, "cannot last until"),
        ({"SecondsPath": "$.due"}, {"due": "7"}, "cannot last until '7'"),
    ],
)
def test_a_wait_for_nothing_fails(declared: dict[str, Any], data: Any, cause: str) -> None:
    told = play({"W": wait(**declared)}, data)
    assert told.failure is not None
    assert told.failure[0] == "States.Runtime"
    assert cause in told.failure[1]


def test_a_task_calls_its_function_with_what_its_template_says() -> None:
    call = {
        "FunctionName": "arn:aws:lambda:us-east-1:123456789012:function:archive",
        "Payload": {
            "fixed": [1, {"job.$": "$.job.ids[1]"}],
            "name.$": "$$.Execution.Name",
            "state.$": "$$.State.Name",
        },
    }
    data = {"job": {"ids": ["a", "b"]}}
    told = play({"T": task(Parameters=call)}, data, Answer({"done": 1}))
    payload = {"fixed": [1, {"job": "b"}], "name": "job-1", "state": "T"}
    assert told.calls == [("archive", payload)]
    assert told.output == {"ExecutedVersion": "$LATEST", "Payload": {"done": 1}, "StatusCode": 200}


@pytest.mark.parametrize(
    ("declared", "output"),
    [
        ({"ResultPath": None}, {"in": {"a": 1}, "x": 2}),
        ({"ResultSelector": {"d.$": "$.Payload.d"}}, {"d": 3}),
        ({"ResultSelector": {"d.$": "$.Payload.d"}, "ResultPath": "$.got.it"},
         {"in": {"a": 1}, "x": 2, "got": {"it": {"d": 3}}}),
        ({"ResultSelector": {"d.$": "$.Payload.d"}, "ResultPath": "$.r", "OutputPath": "$.r"},
         {"d": 3}),
        ({"ResultSelector": {"d.$": "$.Payload.d"}, "ResultPath": "$.r", "InputPath": "$.in"},
         {"in": {"a": 1}, "x": 2, "r": {"d": 3}}),
        ({"ResultPath": None, "OutputPath": None}, {}),
    ],
)  # fmt: skip
def test_a_result_goes_where_it_is_told(declared: dict[str, Any], output: Any) -> None:
    told = play({"T": task(**declared)}, {"in": {"a": 1}, "x": 2}, Answer({"d": 3}))
    assert told.output == output
    seen = {"a": 1} if "InputPath" in declared else {"in": {"a": 1}, "x": 2}
    assert told.calls == [("archive", seen)]


def test_a_result_that_does_not_fit_fails() -> None:
    told = play({"T": task(ResultPath="$.x.y")}, {"x": 2}, Answer())
    assert told.failure is not None
    assert told.failure[0] == "States.ResultPathMatchFailure"


def test_a_failed_task_is_tried_again_after_growing_pauses() -> None:
    retry = {"ErrorEquals": ["Busy"], "IntervalSeconds": 2, "BackoffRate": 3, "MaxAttempts": 4,
             "MaxDelaySeconds": 20}  # fmt: skip
    busy = failed("Busy")
    told = play({"T": task(Retry=[retry])}, {}, busy, busy, busy, busy, Answer("done"))
    assert told.waits == [2, 8, 26, 46]
    assert told.output["Payload"] == "done"
    told = play({"T": task(Retry=[retry])}, {}, *[busy] * 5)
    assert told.failure == ("Busy", '{"errorType": "Busy"}')


def test_each_kind_of_error_has_its_own_tries() -> None:
    retries = [
        {"ErrorEquals": ["Busy"], "MaxAttempts": 1},
        {"ErrorEquals": ["Never"], "MaxAttempts": 0},
        {"ErrorEquals": ["States.ALL"], "IntervalSeconds": 5, "MaxAttempts": 1},
    ]
    told = play({"T": task(Retry=retries)}, {}, failed("Busy"), failed("Other"), Answer())
    assert told.waits == [1, 6]
    assert play({"T": task(Retry=retries)}, {}, failed("Never")).failure is not None
    told = play({"T": task(Retry=retries)}, {}, failed("Busy"), failed("Busy"))
    assert told.failure is not None


def test_jitter_takes_any_part_of_a_pause() -> None:
    retry = {"ErrorEquals": ["States.ALL"], "IntervalSeconds": 8, "JitterStrategy": "FULL"}
    told = play({"T": task(Retry=[retry])}, {}, failed("X"), Answer(), chance=lambda: 0.25)
    assert told.waits == [2]


@pytest.mark.parametrize(
    ("errors", "kind", "caught"),
    [
        (["Busy"], "Busy", True),
        (["Busy"], "Other", False),
        (["States.ALL"], "Other", True),
        (["States.ALL"], "States.Timeout", True),
        (["States.TaskFailed"], "Sandbox.Timedout", True),
        (["States.TaskFailed"], "States.Timeout", False),
        (["States.Timeout"], "States.Timeout", True),
        (["States.ALL"], "States.Runtime", False),
        (["States.Runtime"], "States.Runtime", False),
    ],
)
def test_an_error_is_caught_by_its_name(errors: list[str], kind: str, *, caught: bool) -> None:
    states = {
        "T": task(Catch=[{"ErrorEquals": errors, "Next": "C", "ResultPath": "$.error"}]),
        "C": {"Type": "Succeed"},
    }
    told = play(states, {"job": 1}, failed(kind))
    if caught:
        cause = json.dumps({"errorType": kind})
        assert told.output == {"job": 1, "error": {"Error": kind, "Cause": cause}}
    else:
        assert told.failure is not None
        assert told.failure[0] == kind


NUMBER = {"n": 3, "s": "b", "t": "2026-11-05T12:00:00Z", "b": True, "nothing": None, "m": 4}


@pytest.mark.parametrize(
    ("rule", "holds"),
    [
        ({"Variable": "$.n", "IsPresent": True}, True),
        ({"Variable": "$.none", "IsPresent": True}, False),
        ({"Variable": "$.none", "IsPresent": False}, True),
        ({"Variable": "$.n", "NumericEquals": 3}, True),
        ({"Variable": "$.n", "NumericLessThan": 3}, False),
        ({"Variable": "$.n", "NumericLessThanEqualsPath": "$.m"}, True),
        ({"Variable": "$.s", "NumericGreaterThan": 1}, False),
        ({"Variable": "$.s", "StringGreaterThanEquals": "b"}, True),
        ({"Variable": "$.b", "NumericEquals": 1}, False),
        ({"Variable": "$.b", "BooleanEquals": True}, True),
        ({"Variable": "$.t", "TimestampEquals": "2026-11-05T13:00:00+01:00"}, True),
        ({"Variable": "$.t", "TimestampLessThanPath": "$.s"}, False),
        ({"Variable": "$.nothing", "IsNull": True}, True),
        ({"Variable": "$.t", "IsTimestamp": True}, True),
        ({"Variable": "$.s", "IsTimestamp": True}, False),
        ({"Variable": "$.s", "IsString": False}, False),
        ({"Not": {"Variable": "$.b", "IsBoolean": True}}, False),
        ({"And": [{"Variable": "$.n", "IsNumeric": True},
                  {"Variable": "$.s", "StringEquals": "b"}]}, True),
        ({"Or": [{"Variable": "$.n", "NumericEquals": 9},
                 {"Variable": "$.s", "StringEquals": "x"}]}, False),
    ],
)  # fmt: skip
def test_a_choice_goes_by_the_first_rule_that_holds(rule: dict[str, Any], *, holds: bool) -> None:
    states = {
        "C": {"Type": "Choice", "Choices": [{**rule, "Next": "Yes"}], "Default": "No"},
        "Yes": {"Type": "Succeed"},
        "No": {"Type": "Fail", "Error": "No", "Cause": "the default"},
    }
    told = play(states, NUMBER)
    assert (told.output, told.failure) == (
        (NUMBER, None) if holds else (None, ("No", "the default"))
    )


def test_a_choice_without_a_way_fails() -> None:
    rule = {"Variable": "$.n", "NumericEquals": 9, "Next": "Yes"}
    states = {"C": {"Type": "Choice", "Choices": [rule]}, "Yes": {"Type": "Succeed"}}
    assert (play(states, NUMBER).failure or ("",))[0] == "States.NoChoiceMatched"
    rule["Variable"] = "$.none"
    assert (play(states, NUMBER).failure or ("",))[0] == "States.Runtime"


def test_a_machine_may_come_round_again() -> None:
    states = {
        "Wait": {"Type": "Wait", "TimestampPath": "$.due", "Next": "Archive"},
        "Archive": task(ResultSelector={"due.$": "$.Payload.due"}, Next="Again"),
        "Again": {
            "Type": "Choice",
            "Choices": [{"Variable": "$.due", "IsNull": True, "Next": "Done"}],
            "Default": "Wait",
        },
        "Done": {"Type": "Succeed"},
    }
    due = ["2026-11-05T12:00:10Z", "2026-11-05T12:01:00Z"]
    told = play(states, {"due": due[0]}, Answer({"due": due[1]}), Answer({"due": None}))
    assert told.waits == [10, 60]
    assert told.calls == [("archive", {"due": each}) for each in due]
    assert told.output == {"due": None}


@pytest.mark.parametrize(
    ("state", "reason"),
    [
        ({"Type": "Pass", "End": True}, "does not know states of type Pass"),
        (wait(Seconds=1, Assign={}), "does not know Assign of the state"),
        (wait(), "a Wait has one of"),
        (wait(Seconds=1, Timestamp="2026-11-05T12:00:00Z"), "a Wait has one of"),
        (wait(Seconds="1"), "Seconds is not '1'"),
        (wait(Timestamp="now"), "Timestamp is not 'now'"),
        (wait(Seconds=1, Next="S"), "either End is true or there is a Next"),
        (wait(TimestampPath="due"), "'due' is no path"),
        (wait(TimestampPath="$..due"), "names and numbers in a path"),
        (wait(TimestampPath="$.due[?(@.x)]"), "names and numbers in a path"),
        (task(Resource="arn:aws:states:::sqs:sendMessage"), "knows the resource"),
        (task(Resource=f"{INVOKE}.waitForTaskToken"), "knows the resource"),
        (task(HeartbeatSeconds=1), "does not know HeartbeatSeconds"),
        (task(Parameters={"Payload.$": "$"}), "FunctionName is needed"),
        (task(Parameters={"FunctionName.$": "$.f"}), "does not know FunctionName.$ of the call"),
        (task(Parameters={"FunctionName": "f", "InvocationType": "Event"}), "InvocationType"),
        (task(Parameters={"FunctionName": "f", "Payload": {"a.$": "States.UUID()"}}), "intrinsic"),
        (task(ResultSelector={"a": [{"b.$": "States.Format('x')"}]}), "intrinsic"),
        (task(ResultPath="$$.x"), "a ResultPath names fields"),
        (task(ResultPath="$.x[0]"), "a ResultPath names fields"),
        (task(Retry=[{"MaxAttempts": 1}]), "ErrorEquals is needed"),
        (task(Retry=[{"ErrorEquals": ["States.ALL", "X"]}]), "States.ALL alone"),
        (task(Retry=[{"ErrorEquals": ["X"], "IntervalSeconds": 0}]), "1 or more"),
        (task(Retry=[{"ErrorEquals": ["X"], "JitterStrategy": "HALF"}]), "FULL or NONE"),
        (task(Catch=[{"ErrorEquals": ["X"], "Next": "None"}]), "there is no state None"),
        (task(Next="None"), "there is no state None"),
        ({"Type": "Choice", "Choices": [{"Next": "S"}]}, "a Variable and one comparison"),
        ({"Type": "Choice", "Choices": [{"Variable": "$", "StringMatches": "*", "Next": "S"}]},
         "the comparison StringMatches"),
        ({"Type": "Choice", "Choices": [{"Variable": "$", "NumericEquals": "1", "Next": "S"}]},
         "does not compare with '1'"),
        ({"Type": "Fail", "ErrorPath": "$.e"}, "does not know ErrorPath"),
    ],
)  # fmt: skip
def test_what_is_not_known_of_a_state_is_refused(state: dict[str, Any], reason: str) -> None:
    with pytest.raises(DefinitionError) as refused:
        parse({"StartAt": "X", "States": {"X": state, "S": {"Type": "Succeed"}}})
    assert reason in str(refused.value)


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"TimeoutSeconds": 1}, "does not know TimeoutSeconds of the definition"),
        ({"QueryLanguage": "JSONata"}, "the query language JSONPath"),
        ({"StartAt": "None"}, "there is no state None"),
    ],
)
def test_what_is_not_known_of_a_machine_is_refused(more: dict[str, Any], reason: str) -> None:
    with pytest.raises(DefinitionError) as refused:
        parse({"StartAt": "S", "States": {"S": {"Type": "Succeed"}}, **more})
    assert reason in str(refused.value)
