"""Executions as the journal keeps them, and which of them may begin.

Source: "StartExecution", AWS Step Functions API Reference: a name is an execution's for 90 days,
and starting it again with the same input while it runs is the same start.
"""

from __future__ import annotations

import json
import re
import threading
import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from backend.local.aws.durability.journal import Journal
from backend.local.aws.step_functions.errors import CallRefusedError
from backend.local.aws.step_functions.states import Machine

NAME = re.compile(r"[^\s<>{}\[\]?*\"#%\\^|~`$&,;:/\x00-\x1f\x7f-\x9f]{1,80}")
LARGEST_INPUT = 262_144
KEPT = timedelta(days=90)
COLUMNS = "arn, machine, name, input, status, started, stopped, output, error, cause"


class Status(StrEnum):
    """How an execution is."""

    RUNNING = "RUNNING"
    SUCCEEDED = "SUCCEEDED"
    FAILED = "FAILED"
    ABORTED = "ABORTED"


@dataclass(frozen=True, slots=True)
class Execution:
    """One run of a machine.

    Attributes:
        machine: the machine's ARN.
        input: JSON, as it was given.
        started: in seconds since 1970, as is *stopped*.
        output: JSON.
    """

    arn: str
    machine: str
    name: str
    input: str
    status: Status
    started: float
    stopped: float | None = None
    output: str | None = None
    error: str | None = None
    cause: str | None = None


class Executions:
    """All executions of the last 90 days."""

    def __init__(self, journal: Journal, now: Callable[[], datetime]) -> None:
        self._journal = journal
        self._now = now
        self._one_start = threading.Lock()

    def start(self, machine: Machine, name: str | None, given: str) -> tuple[Execution, bool]:
        """Return the execution of that name, and whether it is a new one.

        Raises:
            CallRefusedError: the name is another execution's, or name or input are none.
        """
        name = str(uuid.uuid4()) if name is None else name
        if not NAME.fullmatch(name):
            raise CallRefusedError("InvalidName", f"Invalid Name: '{name}'")
        _check_input(given)
        arn = f"{machine.arn.replace(':stateMachine:', ':execution:')}:{name}"
        with self._one_start:
            known = self.find(arn)
            if known is None:
                begun = self._now().timestamp()
                made = Execution(arn, machine.arn, name, given, Status.RUNNING, begun)
                self._store(made)
                return made, True
        if known.status is Status.RUNNING and known.input == given:
            return known, False
        raise CallRefusedError("ExecutionAlreadyExists", f"Execution Already Exists: '{arn}'")

    def find(self, arn: str) -> Execution | None:
        """Return the execution; None if there is none."""
        found = self._some("where arn = ?", arn)
        return found[0] if found else None

    def running(self, machine: str) -> list[Execution]:
        """Return the running executions of a machine, the oldest first."""
        return self._some("where machine = ? and status = 'RUNNING' order by started", machine)

    def page(self, machine: str, status: str | None, size: int, skipped: int) -> list[Execution]:
        """Return executions of a machine, the newest first, of one status if that is given."""
        some = "where machine = ? and ifnull(? = status, 1) order by started desc limit ? offset ?"
        return self._some(some, machine, status, size, skipped)

    def end(
        self,
        arn: str,
        status: Status,
        *,
        output: str | None = None,
        error: str | None = None,
        cause: str | None = None,
    ) -> Execution | None:
        """Note the end of an execution that runs; return it as it is now, None if there is none."""
        with self._one_start:
            known = self.find(arn)
            if known is None or known.status is not Status.RUNNING:
                return known
            ended = replace(
                known, status=status, stopped=self._now().timestamp(),
                output=output, error=error, cause=cause,
            )  # fmt: skip
            self._store(ended)
            return ended

    def forget_old(self) -> None:
        """Forget what ended more than 90 days ago."""
        before = (self._now() - KEPT).timestamp()
        sql = "delete from execution where stopped < ?"
        self._journal.change("old executions", lambda: [(sql, (before,))])

    def _some(self, condition: str, *values: str | float | None) -> list[Execution]:
        query = f"select {COLUMNS} from execution {condition}"  # noqa: S608 - no value is in it
        return [
            Execution(arn, machine, name, given, Status(status), *rest)
            for arn, machine, name, given, status, *rest in self._journal.rows(query, values)
        ]

    def _store(self, execution: Execution) -> None:
        sql = "insert or replace into execution values(?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
        row = (
            execution.arn, execution.machine, execution.name, execution.input, execution.status,
            execution.started, execution.stopped, execution.output, execution.error,
            execution.cause,
        )  # fmt: skip
        self._journal.change(("execution", execution.arn), lambda: [(sql, row)])


def _check_input(given: str) -> None:
    try:
        json.loads(given)
    except ValueError as error:
        text = f"Invalid State Machine Execution Input: {error}"
        raise CallRefusedError("InvalidExecutionInput", text) from error
    if len(given.encode()) > LARGEST_INPUT:
        text = f"The input is larger than {LARGEST_INPUT} bytes"
        raise CallRefusedError("InvalidExecutionInput", text)
