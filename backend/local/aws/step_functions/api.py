"""The calls of Step Functions that the local stack answers.

Source: AWS Step Functions API Reference; the names are botocore's.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

from backend.local.aws.agenda import Agenda
from backend.local.aws.durability.journal import Journal
from backend.local.aws.lambda_runtime import Runtime
from backend.local.aws.private import Json
from backend.local.aws.requests import Environ, StartResponse, answer, refuse_json
from backend.local.aws.step_functions.engine import Engine
from backend.local.aws.step_functions.errors import CallRefusedError
from backend.local.aws.step_functions.executions import Execution, Executions, Status
from backend.local.aws.step_functions.states import Machine

TARGET = "AWSStepFunctions."
LARGEST_PAGE = 1000
USUAL_PAGE = 100


class StepFunctions:
    """The service: its machines, and the executions of them.

    Attributes:
        machines: by ARN, as the template declares them.
    """

    def __init__(
        self, journal: Journal, runtimes: Mapping[str, Runtime], now: Callable[[], datetime]
    ) -> None:
        """Keep executions in *journal*, and call the functions that *runtimes* has by then."""
        self.machines: dict[str, Machine] = {}
        self._executions = Executions(journal, now)
        self._agenda = Agenda(now)
        self._engine = Engine(
            self._executions, runtimes, self._agenda, now, random.SystemRandom().random
        )
        self._calls: dict[str, Callable[[Mapping[str, Any]], Json]] = {
            "StartExecution": self._start,
            "DescribeExecution": self._describe,
            "ListExecutions": self._list,
            "StopExecution": self._stop,
        }

    def start(self) -> None:
        """Begin, with what ran when the server before this one ended."""
        self._executions.forget_old()
        for machine in self.machines.values():
            for execution in self._executions.running(machine.arn):
                self._engine.take_up(machine, execution)
        self._agenda.start()

    def rest(self) -> None:
        """Let every execution rest where it is; what is answered from now on is not heard."""
        self._engine.close()

    def close(self) -> None:
        """Return when nothing runs any more; the functions must have been ended."""
        self._agenda.close()

    def __call__(self, environ: Environ, start: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        name = environ.get("HTTP_X_AMZ_TARGET", "").removeprefix(TARGET)
        if name not in self._calls:
            text = f"Of Step Functions the local stack knows {', '.join(self._calls)}"
            return refuse_json(environ, start, 501, "UnknownOperationException", text)
        try:
            told = self._calls[name](json.load(environ["wsgi.input"]))
        except CallRefusedError as error:
            return refuse_json(environ, start, 400, error.code, str(error))
        return answer(start, 200, json.dumps(told).encode(), "application/x-amz-json-1.0")

    def _start(self, asked: Mapping[str, Any]) -> Json:
        machine = self._machine(asked)
        execution, is_new = self._executions.start(
            machine, asked.get("name"), asked.get("input", "{}")
        )
        if is_new:
            self._engine.take_up(machine, execution)
        return {"executionArn": execution.arn, "startDate": execution.started}

    def _describe(self, asked: Mapping[str, Any]) -> Json:
        execution = self._execution(asked)
        details: dict[str, Json] = {
            **_listed(execution),
            "input": execution.input,
            "inputDetails": {"included": True},
            "output": execution.output,
            "error": execution.error,
            "cause": execution.cause,
        }
        if execution.output is not None:
            details["outputDetails"] = {"included": True}
        return {name: value for name, value in details.items() if value is not None}

    def _list(self, asked: Mapping[str, Any]) -> Json:
        machine = self._machine(asked)
        size = min(int(asked.get("maxResults") or USUAL_PAGE), LARGEST_PAGE)
        token = asked.get("nextToken", "0")
        if not token.isdecimal():
            raise CallRefusedError("InvalidToken", f"Invalid Token: '{token}'")
        found = self._executions.page(
            machine.arn, asked.get("statusFilter"), size + 1, skipped=int(token)
        )
        page: dict[str, Json] = {"executions": [_listed(each) for each in found[:size]]}
        if len(found) > size:
            page["nextToken"] = str(int(token) + size)
        return page

    def _stop(self, asked: Mapping[str, Any]) -> Json:
        arn = self._execution(asked).arn
        self._engine.drop(arn)
        ended = self._executions.end(
            arn, Status.ABORTED, error=asked.get("error"), cause=asked.get("cause")
        )
        return {"stopDate": ended.stopped if ended else None}

    def _machine(self, asked: Mapping[str, Any]) -> Machine:
        arn = str(asked.get("stateMachineArn"))
        if arn not in self.machines:
            text = f"State Machine Does Not Exist: '{arn}'"
            raise CallRefusedError("StateMachineDoesNotExist", text)
        return self.machines[arn]

    def _execution(self, asked: Mapping[str, Any]) -> Execution:
        arn = str(asked.get("executionArn"))
        execution = self._executions.find(arn)
        if execution is None or execution.machine not in self.machines:
            raise CallRefusedError("ExecutionDoesNotExist", f"Execution Does Not Exist: '{arn}'")
        return execution


def _listed(execution: Execution) -> dict[str, Json]:
    listed = {
        "executionArn": execution.arn,
        "stateMachineArn": execution.machine,
        "name": execution.name,
        "status": execution.status,
        "startDate": execution.started,
        "stopDate": execution.stopped,
    }
    return {name: value for name, value in listed.items() if value is not None}
