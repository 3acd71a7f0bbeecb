"""What an execution makes of answers that come late, or not at all."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from backend.local.aws.agenda import Agenda
from backend.local.aws.durability.journal import Journal
from backend.local.aws.lambda_runtime import Invocation
from backend.local.aws.step_functions.definition import parse
from backend.local.aws.step_functions.engine import Engine
from backend.local.aws.step_functions.executions import Execution, Executions, Status
from backend.local.aws.step_functions.states import Machine
from tests.stack import until

DONE = Invocation(failed=False, payload=b'"done"')
EXITED = Invocation(failed=True, payload=b'{"errorType": "Runtime.ExitError"}')


def now() -> datetime:
    return datetime.now(UTC)


class Function:
    """A runtime whose calls last until they are let go."""

    def __init__(self, outcome: Invocation) -> None:
        self.called = threading.Event()
        self.let_go = threading.Event()
        self.returned = threading.Event()
        self._outcome = outcome

    def invoke(self, _payload: bytes) -> Invocation:
        self.called.set()
        assert self.let_go.wait(10)
        self.returned.set()
        return self._outcome


def machine(**more: Any) -> Machine:
    call = {
        "Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "End": True,
        "Parameters": {"FunctionName": "slow"}, **more,
    }  # fmt: skip
    definition = parse({"StartAt": "Call", "States": {"Call": call}})
    return Machine("m", "arn:aws:states:r:a:stateMachine:m", "role", definition)


Begin = Callable[..., tuple[Engine, Execution]]


@pytest.fixture
def executions(tmp_path: Path) -> Iterator[Executions]:
    journal = Journal(tmp_path)
    yield Executions(journal, now)
    journal.close()


@pytest.fixture
def begin(executions: Executions) -> Iterator[Begin]:
    agendas = []

    def begun(function: Function, **more: Any) -> tuple[Engine, Execution]:
        agenda = Agenda(now)
        agenda.start()
        agendas.append((agenda, function))
        runtimes: Any = {"slow": function}
        engine = Engine(executions, runtimes, agenda, now, lambda: 1.0)
        made = machine(**more)
        execution, _ = executions.start(made, "one", "{}")
        engine.take_up(made, execution)
        assert function.called.wait(10)
        return engine, execution

    yield begun
    for agenda, function in agendas:
        function.let_go.set()
        agenda.close()


def status(executions: Executions) -> tuple[Status, str | None]:
    found = executions.find("arn:aws:states:r:a:execution:m:one")
    assert found is not None
    return found.status, found.error


def ends(executions: Executions) -> tuple[Status, str | None]:
    def look() -> tuple[Status, str | None] | None:
        found = status(executions)
        return found if found[0] is not Status.RUNNING else None

    found: tuple[Status, str | None] = until(look, "the end", 10)
    return found


def test_an_answer_that_comes_too_late_is_not_heard(executions: Executions, begin: Begin) -> None:
    function = Function(DONE)
    begin(function, TimeoutSeconds=0.1)
    assert ends(executions) == (Status.FAILED, "States.Timeout")
    function.let_go.set()
    assert function.returned.wait(10)
    assert status(executions) == (Status.FAILED, "States.Timeout")


def test_a_time_out_that_comes_too_late_is_not_heard(executions: Executions, begin: Begin) -> None:
    function = Function(DONE)
    begin(function, TimeoutSeconds=0.5)
    function.let_go.set()
    assert ends(executions) == (Status.SUCCEEDED, None)


def test_an_answer_to_a_stopped_execution_is_not_heard(
    executions: Executions, begin: Begin
) -> None:
    function = Function(EXITED)
    engine, execution = begin(function)
    engine.drop(execution.arn)
    executions.end(execution.arn, Status.ABORTED)
    function.let_go.set()
    assert function.returned.wait(10)
    assert executions.end(execution.arn, Status.FAILED) == executions.find(execution.arn)
    assert status(executions) == (Status.ABORTED, None)


def test_what_a_stopping_server_ends_has_not_failed(executions: Executions, begin: Begin) -> None:
    function = Function(EXITED)
    engine, _ = begin(function)
    engine.close()
    function.let_go.set()
    assert function.returned.wait(10)
    assert status(executions) == (Status.RUNNING, None)


def test_names_are_free_again_after_90_days(tmp_path: Path) -> None:
    journal, clock = Journal(tmp_path / "old"), [datetime(2026, 1, 1, tzinfo=UTC)]
    executions = Executions(journal, lambda: clock[0])
    for name in ("ended", "running"):
        executions.start(machine(), name, "{}")
    ended, running = (f"arn:aws:states:r:a:execution:m:{name}" for name in ("ended", "running"))
    executions.end(ended, Status.SUCCEEDED, output=json.dumps("x"))
    for day, known in ((datetime(2026, 3, 1, tzinfo=UTC), True), (now(), False)):
        clock[0] = day
        executions.forget_old()
        assert (executions.find(ended) is not None) is known
        assert executions.find(running) is not None
    journal.close()
