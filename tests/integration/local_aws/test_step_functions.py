"""State machines as boto3 starts them, over the real runtime."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from backend.local.aws.server import LocalAws
from tests.integration.local_aws.conftest import HANDLERS
from tests.integration.local_aws.retention import TEMPLATE, Job, ended
from tests.stack import until

ACCOUNT = "us-east-1:123456789012"


@pytest.fixture(scope="module")
def aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalAws]:
    template = tmp_path_factory.mktemp("template") / "template.yaml"
    template.write_text(TEMPLATE, encoding="utf-8")
    with LocalAws(None, template, code=HANDLERS) as running:
        yield running


@pytest.fixture
def job(tmp_path: Path) -> Job:
    return Job(tmp_path)


def test_a_machine_has_its_names(aws: LocalAws) -> None:
    arn = f"arn:aws:states:{ACCOUNT}:stateMachine:retention"
    assert aws.outputs == {"Machine": arn, "Arn": arn, "Name": "retention"}


def test_an_execution_waits_and_calls_its_function(aws: LocalAws, job: Job) -> None:
    client = aws.client("stepfunctions")
    given = job.due(0.3)
    started = client.start_execution(
        stateMachineArn=aws.outputs["Machine"], name="job-1", input=given
    )
    arn = f"arn:aws:states:{ACCOUNT}:execution:retention:job-1"
    assert started["executionArn"] == arn
    running = client.describe_execution(executionArn=arn)
    assert (running["status"], running["input"]) == ("RUNNING", given)
    assert (running["name"], running["stateMachineArn"]) == ("job-1", aws.outputs["Machine"])
    assert not {"stopDate", "output", "error"} & set(running)
    done = ended(client, arn)
    assert (done["status"], json.loads(done["output"])) == ("SUCCEEDED", {"job": "job-1"})
    assert done["startDate"] == running["startDate"] == started["startDate"]
    assert done["stopDate"] >= datetime.fromisoformat(json.loads(given)["due"])
    assert job.calls() == ["job-1"]


def test_a_name_starts_one_execution(aws: LocalAws, job: Job) -> None:
    client, machine = aws.client("stepfunctions"), aws.outputs["Machine"]
    given = job.due(0.5)
    named: dict[str, Any] = {"stateMachineArn": machine, "name": "once"}
    first = client.start_execution(**named, input=given)
    again = client.start_execution(**named, input=given)
    assert (again["executionArn"], again["startDate"]) == (
        first["executionArn"], first["startDate"],
    )  # fmt: skip
    with pytest.raises(client.exceptions.ExecutionAlreadyExists):
        client.start_execution(**named, input=job.due(5))
    ended(client, first["executionArn"])
    with pytest.raises(client.exceptions.ExecutionAlreadyExists):
        client.start_execution(**named, input=given)
    assert job.calls() == ["once"]


def test_an_error_of_the_function_is_known_by_its_class(aws: LocalAws, job: Job) -> None:
    client = aws.client("stepfunctions")
    job.file.unlink()
    started = client.start_execution(
        stateMachineArn=aws.outputs["Machine"], name="busy", input=job.due(0)
    )
    until(job.calls, "the first try")
    assert client.describe_execution(executionArn=started["executionArn"])["status"] == "RUNNING"
    job.file.touch()
    assert ended(client, started["executionArn"])["status"] == "SUCCEEDED"
    assert set(job.calls()) == {"busy"}
    assert len(job.calls()) > 1


def test_a_failed_execution_says_why(aws: LocalAws) -> None:
    client, machine = aws.client("stepfunctions"), aws.outputs["Machine"]
    wrong = {"due": "2020-01-01T00:00:00Z", "note": ["no", "path"], "until": "x"}
    started = client.start_execution(stateMachineArn=machine, input=json.dumps(wrong))
    caught = ended(client, started["executionArn"])
    assert (caught["status"], caught["error"]) == ("FAILED", "GivenUp")
    started = client.start_execution(stateMachineArn=machine)
    broken = ended(client, started["executionArn"])
    assert (broken["status"], broken["error"]) == ("FAILED", "States.Runtime")
    assert broken["cause"] == "No results for path: $.due"
    assert len(broken["name"]) == len("b3b5f7ab-0d2e-4f0e-8a6a-3a1a8a3c1f1e")


def test_a_stopped_execution_does_nothing_more(aws: LocalAws, job: Job) -> None:
    client, machine = aws.client("stepfunctions"), aws.outputs["Machine"]
    arns = [
        client.start_execution(stateMachineArn=machine, name=name, input=job.due(0.4))[
            "executionArn"
        ]
        for name in ("stopped", "going-on")
    ]
    stopped = client.stop_execution(executionArn=arns[0], error="Why", cause="no more of it")
    again = client.stop_execution(executionArn=arns[0])
    assert stopped["stopDate"] == again["stopDate"]
    assert ended(client, arns[1])["status"] == "SUCCEEDED"
    aborted = client.describe_execution(executionArn=arns[0])
    assert (aborted["status"], aborted["error"]) == ("ABORTED", "Why")
    assert job.calls() == ["going-on"]


def test_executions_are_listed_page_by_page(aws: LocalAws, job: Job) -> None:
    client, machine = aws.client("stepfunctions"), aws.outputs["Machine"]
    names = [f"listed-{number}" for number in range(5)]
    for name in names:
        client.start_execution(stateMachineArn=machine, name=name, input=job.due(1e6))
    pages = client.get_paginator("list_executions").paginate(
        stateMachineArn=machine, statusFilter="RUNNING", PaginationConfig={"PageSize": 2}
    )
    listed = [each for page in pages for each in page["executions"]]
    assert [each["name"] for each in listed] == names[::-1]
    for each in listed:
        client.stop_execution(executionArn=each["executionArn"])
    assert client.list_executions(stateMachineArn=machine, statusFilter="RUNNING") [
        "executions"
    ] == []  # fmt: skip


@pytest.mark.parametrize(
    ("call", "asked", "code"),
    [
        ("start_execution", {"stateMachineArn": "arn:none"}, "StateMachineDoesNotExist"),
        ("start_execution", {"input": "{"}, "InvalidExecutionInput"),
        ("start_execution", {"input": json.dumps("x" * 300_000)}, "InvalidExecutionInput"),
        ("start_execution", {"name": "a b"}, "InvalidName"),
        ("list_executions", {"nextToken": "x"}, "InvalidToken"),
        ("describe_execution", {"executionArn": "arn:none"}, "ExecutionDoesNotExist"),
        ("stop_execution", {"executionArn": "arn:none"}, "ExecutionDoesNotExist"),
        ("list_activities", {}, "UnknownOperationException"),
    ],
)
def test_a_call_that_makes_no_sense_is_refused(
    aws: LocalAws, call: str, asked: dict[str, Any], code: str
) -> None:
    if call in {"start_execution", "list_executions"}:
        asked = {"stateMachineArn": aws.outputs["Machine"], **asked}
    with pytest.raises(ClientError) as refused:
        getattr(aws.client("stepfunctions"), call)(**asked)
    assert refused.value.response["Error"]["Code"] == code


def test_hundreds_wait_at_the_price_of_their_data(aws: LocalAws, job: Job) -> None:
    client, machine = aws.client("stepfunctions"), aws.outputs["Machine"]
    before = threading.active_count()
    arns = [
        client.start_execution(stateMachineArn=machine, input=job.due(3600))["executionArn"]
        for _ in range(300)
    ]
    assert len(client.list_executions(stateMachineArn=machine, statusFilter="RUNNING")
               ["executions"]) == 100  # fmt: skip
    # The agenda's hands and the server's threads come and go; the executions have none.
    assert threading.active_count() <= before + 8
    for arn in arns:
        client.stop_execution(executionArn=arn)
