"""State machines over a restart, and those that no server starts with."""

from __future__ import annotations

import json
import signal
from pathlib import Path

import pytest

from backend.local.aws.server import LocalAws
from backend.local.aws.template import TemplateError
from tests.integration.local_aws.conftest import HANDLERS, Process
from tests.integration.local_aws.retention import TEMPLATE, Job, ended
from tests.stack import until

STRING = """
Resources:
  Machine:
    Type: AWS::StepFunctions::StateMachine
    Properties:
      RoleArn: role
      {more}
"""
CALLS_NOBODY = json.dumps(
    {
        "StartAt": "A",
        "States": {
            "A": {
                "Type": "Task",
                "Resource": "arn:aws:states:::lambda:invoke",
                "Parameters": {"FunctionName": "f"},
                "End": True,
            }
        },
    }
)


@pytest.fixture
def template(tmp_path: Path) -> Path:
    file = tmp_path / "template.yaml"
    file.write_text(TEMPLATE, encoding="utf-8")
    return file


@pytest.fixture
def job(tmp_path: Path) -> Job:
    return Job(tmp_path)


def test_executions_that_were_killed_begin_again(template: Path, job: Job, tmp_path: Path) -> None:
    job.file.unlink()
    first = Process(tmp_path / "data", template=template)
    client, machine = first.client("stepfunctions"), first.outputs["Machine"]
    inputs = {"trying": job.due(0), "waiting": job.due(0), "later": job.due(3600)}
    inputs["waiting"] = job.due(2)
    for name, given in inputs.items():
        client.start_execution(stateMachineArn=machine, name=name, input=given)
    until(job.calls, "the first try")
    first.end(signal.SIGKILL)
    job.file.touch()
    second = Process(tmp_path / "data", template=template)
    try:
        client = second.client("stepfunctions")
        arn = machine.replace(":stateMachine:", ":execution:")
        for name in ("trying", "waiting"):
            assert ended(client, f"{arn}:{name}")["status"] == "SUCCEEDED"
        later = client.describe_execution(executionArn=f"{arn}:later")
        assert (later["status"], later["input"]) == ("RUNNING", inputs["later"])
        with pytest.raises(client.exceptions.ExecutionAlreadyExists):
            client.start_execution(stateMachineArn=machine, name="trying", input=inputs["trying"])
    finally:
        assert second.end(signal.SIGTERM) == 0
    assert set(job.calls()) == {"trying", "waiting"}


def test_stopping_the_server_is_no_failure_of_an_execution(
    template: Path, job: Job, tmp_path: Path
) -> None:
    job.file.unlink()
    with LocalAws(tmp_path / "data", template, code=HANDLERS) as aws:
        client, machine = aws.client("stepfunctions"), aws.outputs["Machine"]
        client.start_execution(stateMachineArn=machine, name="stopped", input=job.due(0))
        until(job.calls, "the first try")
    job.file.touch()
    with LocalAws(tmp_path / "data", template, code=HANDLERS) as aws:
        client = aws.client("stepfunctions")
        (listed,) = client.list_executions(stateMachineArn=machine)["executions"]
        assert ended(client, listed["executionArn"])["status"] == "SUCCEEDED"


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ("StateMachineType: EXPRESS", "of type STANDARD"),
        ("DefinitionS3Location: {Bucket: b}", "does not know DefinitionS3Location"),
        ("Tags: []", "has a Definition or a DefinitionString"),
        ('DefinitionString: "{"', "Machine: "),
        ('DefinitionString: \'{"StartAt": "A", "States": {"A": {"Type": "Map"}}}\'', "type Map"),
        (f"DefinitionString: '{CALLS_NOBODY}'", "there is no function f"),
    ],
)  # fmt: skip
def test_a_machine_that_cannot_run_here_is_refused(more: str, reason: str, tmp_path: Path) -> None:
    file = tmp_path / "template.yaml"
    file.write_text(STRING.replace("{more}", more), encoding="utf-8")
    with pytest.raises(TemplateError, match=reason), LocalAws(None, file):
        pass
