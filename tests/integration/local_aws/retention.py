"""A state machine that archives what is due, and somebody who looks at its executions."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from tests.stack import until

TEMPLATE = """
Resources:
  Archive:
    Type: AWS::Lambda::Function
    Properties:
      FunctionName: archive
      Handler: lambdas.archive.handler
      Runtime: python3.11
      Role: none
      Code: {S3Bucket: code, S3Key: code.zip}
      Timeout: 30
  Machine:
    Type: AWS::StepFunctions::StateMachine
    Properties:
      StateMachineName: retention
      StateMachineType: STANDARD
      RoleArn: arn:aws:iam::123456789012:role/retention
      TracingConfiguration: {Enabled: true}
      LoggingConfiguration: {Level: ERROR}
      Tags: [{Key: app, Value: gas}]
      DefinitionSubstitutions: {Function: !GetAtt Archive.Arn, Tries: 2}
      Definition:
        Comment: Archives a result when it is due.
        StartAt: Due
        States:
          Due: {Type: Wait, TimestampPath: $.due, Next: Archive}
          Archive:
            Type: Task
            Resource: !Sub "arn:${AWS::Partition}:states:::lambda:invoke"
            Parameters:
              FunctionName: ${Function}
              Payload: {"job.$": $$.Execution.Name, "note.$": $.note, "until.$": $.until}
            ResultSelector: {"job.$": $.Payload.job}
            Retry:
              - {ErrorEquals: [StillBusyError], IntervalSeconds: 1, BackoffRate: 1, MaxAttempts: 60}
            Catch:
              - {ErrorEquals: [States.ALL], ResultPath: $.error, Next: Given up}
            End: true
          Given up: {Type: Fail, Error: GivenUp, Cause: nobody archives it}
Outputs:
  Machine: {Value: !Ref Machine}
  Arn: {Value: !GetAtt Machine.Arn}
  Name: {Value: !GetAtt Machine.Name}
"""


class Job:
    """The input of an execution, and the calls that the function noted."""

    def __init__(self, folder: Path) -> None:
        self.note = folder / "notes"
        self.file = folder / "archivable"
        self.file.touch()

    def due(self, seconds: float) -> str:
        due = datetime.now(UTC) + timedelta(seconds=seconds)
        given = {"due": due.isoformat(), "note": str(self.note), "until": str(self.file)}
        return json.dumps(given)

    def calls(self) -> list[str]:
        return self.note.read_text("utf-8").split() if self.note.exists() else []


def ended(client: Any, arn: str) -> dict[str, Any]:
    def look() -> dict[str, Any] | None:
        execution: dict[str, Any] = client.describe_execution(executionArn=arn)
        return execution if execution["status"] != "RUNNING" else None

    return dict(until(look, f"the end of {arn}", 20))
