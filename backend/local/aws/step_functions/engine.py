"""What runs the executions: an agenda for their moments, the Lambdas' runtimes for their calls."""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial

from backend.local.aws.agenda import Agenda
from backend.local.aws.lambda_runtime import Invocation, Runtime
from backend.local.aws.step_functions.errors import StateError
from backend.local.aws.step_functions.executions import Execution, Executions, Status
from backend.local.aws.step_functions.interpreter import Answer, Call, Interpreter, Steps, Until
from backend.local.aws.step_functions.states import Machine

log = logging.getLogger(__name__)
TIMED_OUT = Answer(error="States.Timeout")


@dataclass(slots=True)
class _Run:
    """One execution under way.

    Attributes:
        turn: counts its wishes: what comes of an earlier one is too late.
    """

    execution: Execution
    steps: Steps
    turn: int = 0


class Engine:
    """Runs executions until they end or the server stops; safe to use from any thread."""

    def __init__(
        self,
        executions: Executions,
        runtimes: Mapping[str, Runtime],
        agenda: Agenda,
        now: Callable[[], datetime],
        chance: Callable[[], float],
    ) -> None:
        self._executions = executions
        self._runtimes = runtimes
        self._agenda = agenda
        self._now = now
        self._chance = chance
        self._lock = threading.Lock()
        self._runs: dict[str, _Run] = {}
        self._closed = False

    def take_up(self, machine: Machine, execution: Execution) -> None:
        """Run *execution* from the beginning."""
        context = _context(machine, execution)
        interpreter = Interpreter(machine.definition, context, self._now, self._chance)
        run = _Run(execution, interpreter.run(json.loads(execution.input)))
        with self._lock:
            self._runs[execution.arn] = run
        self._agenda.enter(self._now(), partial(self._go_on, run, 0, None))

    def drop(self, arn: str) -> None:
        """Do nothing more for an execution; the answer of a call under way is not waited for."""
        with self._lock:
            self._runs.pop(arn, None)

    def close(self) -> None:
        """Let every execution rest where it is: the next start takes all of them up again.

        What the Lambdas answer from now on, when their processes are ended, is of no account.
        """
        with self._lock:
            self._closed = True

    def _claim(self, run: _Run, turn: int) -> int | None:
        """Return the next turn; None if *turn* is over, as is the execution or the server."""
        with self._lock:
            alive = self._runs.get(run.execution.arn) is run and not self._closed
            if not alive or run.turn != turn:
                return None
            run.turn += 1
            return run.turn

    def _go_on(self, run: _Run, turn: int, answer: Answer | None) -> None:
        while (now_it_is := self._claim(run, turn)) is not None:
            turn = now_it_is
            try:
                wish = next(run.steps) if answer is None else run.steps.send(answer)
            except StopIteration as ended:
                self._end(run, Status.SUCCEEDED, output=json.dumps(ended.value))
                return
            except StateError as error:
                self._end(run, Status.FAILED, error=error.error, cause=error.cause)
                return
            if isinstance(wish, Until):
                self._agenda.enter(wish.moment, partial(self._go_on, run, turn, Answer()))
                return
            if wish.timeout is not None:
                late = self._now() + timedelta(seconds=wish.timeout)
                self._agenda.enter(late, partial(self._go_on, run, turn, TIMED_OUT))
            answer = self._call(wish)

    def _call(self, call: Call) -> Answer:
        return _answer(self._runtimes[call.function].invoke(json.dumps(call.payload).encode()))

    def _end(self, run: _Run, status: Status, **ending: str) -> None:
        self._executions.end(run.execution.arn, status, **ending)
        self.drop(run.execution.arn)
        if status is Status.FAILED:
            log.warning("execution %s failed: %s", run.execution.arn, ending["error"])


def _answer(invocation: Invocation) -> Answer:
    told = json.loads(invocation.payload or b"null")
    if not invocation.failed:
        return Answer(told)
    kind = told.get("errorType") if isinstance(told, dict) else None
    return Answer(error=kind or "Lambda.Unknown", cause=invocation.payload.decode())


def _context(machine: Machine, execution: Execution) -> dict[str, object]:
    started = datetime.fromtimestamp(execution.started, UTC).isoformat(timespec="milliseconds")
    return {
        "Execution": {
            "Id": execution.arn,
            "Input": json.loads(execution.input),
            "Name": execution.name,
            "RoleArn": machine.role,
            "StartTime": started.replace("+00:00", "Z"),
        },
        "StateMachine": {"Id": machine.arn, "Name": machine.name},
    }
