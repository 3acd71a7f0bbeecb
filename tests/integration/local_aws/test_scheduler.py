"""Schedules fire at their rate, at a function or at a queue."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError

from backend.local.aws import schedules
from backend.local.aws.resource_types import known
from backend.local.aws.resource_types.context import Context
from backend.local.aws.schedules import Schedule
from backend.local.aws.server import LocalAws
from backend.local.aws.template import TemplateError
from tests.integration.local_aws.conftest import HANDLERS
from tests.stack import until

ARN = "arn:aws:scheduler:us-east-1:123456789012:schedule/default/sweep"
QUEUE = "arn:aws:sqs:us-east-1:123456789012:swept"
TEMPLATE = """
Resources:
  Sweep:
    Type: AWS::Lambda::Function
    Properties: {FunctionName: sweep, Handler: lambdas.archive.handler, Runtime: python3.11,
                 Role: r, Code: {S3Bucket: b, S3Key: k}}
  Queue: {Type: "AWS::SQS::Queue", Properties: {QueueName: swept}}
  ToFunction:
    Type: AWS::Scheduler::Schedule
    Properties:
      Name: sweep
      ScheduleExpression: rate(5 minutes)
      FlexibleTimeWindow: {Mode: "OFF"}
      Target: {Arn: !GetAtt Sweep.Arn, RoleArn: r, Input: '{"note": "NOTE", "job": "swept"}',
               RetryPolicy: {MaximumRetryAttempts: 0}}
  ToQueue:
    Type: AWS::Scheduler::Schedule
    Properties:
      ScheduleExpression: rate(1 hour)
      FlexibleTimeWindow: {Mode: "OFF"}
      Target: {Arn: !GetAtt Queue.Arn, RoleArn: r}
  Off:
    Type: AWS::Scheduler::Schedule
    Properties:
      State: DISABLED
      ScheduleExpression: rate(2 days)
      FlexibleTimeWindow: {Mode: "OFF"}
      Target: {Arn: !GetAtt Queue.Arn, RoleArn: r, Input: "never"}
Outputs:
  Schedule: {Value: !GetAtt ToFunction.Arn}
"""


def test_a_schedule_reaches_its_function_and_its_queue(tmp_path: Path) -> None:
    note, template = tmp_path / "notes", tmp_path / "template.yaml"
    template.write_text(TEMPLATE.replace("NOTE", str(note)), encoding="utf-8")
    with LocalAws(None, template, code=HANDLERS) as aws:
        assert aws.outputs["Schedule"] == ARN
        sqs = aws.client("sqs")
        url = sqs.get_queue_url(QueueName="swept")["QueueUrl"]
        (message,) = sqs.receive_message(QueueUrl=url, WaitTimeSeconds=20)["Messages"]
        told = json.loads(message["Body"])
        assert (told["source"], told["detail-type"]) == ("aws.scheduler", "Scheduled Event")
        assert told["resources"] == [ARN.replace("sweep", "ToQueue")]
        until(note.exists, "the call of the function", 20)
    assert note.read_text("utf-8") == "swept\n"


class Target:
    """Notes when it was reached, and stops the schedule in the end."""

    def __init__(self, times: int, act: Callable[[], None] = lambda: None) -> None:
        self.stopping = threading.Event()
        self.reached: list[float] = []
        self.texts: list[str] = []
        self._times = times
        self._act = act

    def fire(self, text: str) -> None:
        self.reached.append(time.monotonic())
        self.texts.append(text)
        if len(self.reached) == self._times:
            self.stopping.set()
        self._act()


def test_a_schedule_keeps_its_rate() -> None:
    target, begun = Target(4), time.monotonic()
    schedule = Schedule("sweep", ARN, 0.05, QUEUE, "text")
    schedules.run(schedule, target.fire, target.stopping, after=0.1)
    assert target.texts == ["text"] * 4
    for turn, reached in enumerate(target.reached):
        assert reached - begun >= 0.1 + turn * 0.05


@pytest.mark.parametrize(
    ("now", "turn"), [(10.0, 15.0), (14.9, 15.0), (15.0, 20.0), (31.0, 35.0), (9.0, 15.0)]
)
def test_a_firing_that_takes_long_leaves_turns_out(now: float, turn: float) -> None:
    assert schedules.following(10.0, now, 5.0) == turn


def test_a_target_that_is_out_of_reach_is_tried_at_the_next_turn() -> None:
    def fails() -> None:
        raise EndpointConnectionError(endpoint_url="none")

    target = Target(2, fails)
    schedules.run(Schedule("sweep", ARN, 0.01, QUEUE, ""), target.fire, target.stopping, after=0)
    assert len(target.reached) == 2


@pytest.mark.parametrize(
    ("expression", "wanted"),
    [("rate(1 minute)", 60), ("rate(5 minutes)", 300), ("rate(2 hours)", 7200),
     ("rate(1 day)", 86400)],
)  # fmt: skip
def test_a_rate_is_honoured_as_given(expression: str, wanted: float) -> None:
    assert schedules.seconds(expression) == wanted


USUAL: dict[str, Any] = {
    "ScheduleExpression": "rate(1 minute)",
    "FlexibleTimeWindow": {"Mode": "OFF"},
    "Target": {"Arn": QUEUE, "RoleArn": "r"},
}


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"ScheduleExpression": "cron(0 * * * ? *)"}, "knows rate"),
        ({"ScheduleExpression": "rate(0 minutes)"}, "knows rate"),
        ({"ScheduleExpression": "rate(5 seconds)"}, "knows rate"),
        ({"FlexibleTimeWindow": {"Mode": "FLEXIBLE", "MaximumWindowInMinutes": 5}}, "flexible"),
        ({"Target": {"Arn": QUEUE, "SqsParameters": {}}}, "does not know SqsParameters"),
        ({"Target": {"Arn": QUEUE, "Input": "<aws.scheduler.scheduled-time>"}}, "fills nothing"),
        ({"Target": {"Arn": "arn:aws:lambda:r:a:function:none"}}, "no function none"),
        ({"Target": {"Arn": "arn:aws:sns:r:a:topic"}}, "a function or a queue"),
    ],
)
def test_a_schedule_that_cannot_be_kept_here_is_refused(more: dict[str, Any], reason: str) -> None:
    nobody: Any = None
    schedule = known(Context(nobody, nobody))["AWS::Scheduler::Schedule"]
    with pytest.raises(TemplateError, match=reason):
        schedule.make("Sweep", {**USUAL, **more})
