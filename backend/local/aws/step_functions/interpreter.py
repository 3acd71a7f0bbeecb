"""What an execution does, step by step, without a clock or a function of its own.

An interpretation is a generator: it yields what it wishes, a moment or a call, and is sent what
came of it.  So one execution that waits costs nothing but its data.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from backend.local.aws.private import Json
from backend.local.aws.step_functions.errors import StateError
from backend.local.aws.step_functions.moments import moment
from backend.local.aws.step_functions.paths import Path, fill
from backend.local.aws.step_functions.states import (
    Choice,
    Definition,
    Fail,
    Retry,
    Succeed,
    Task,
    Wait,
    catches,
)


@dataclass(frozen=True, slots=True)
class Until:
    """Go on when this moment has come."""

    moment: datetime


@dataclass(frozen=True, slots=True)
class Call:
    """Call a function and go on with its answer.

    Attributes:
        timeout: in seconds; then go on with the error States.Timeout.
    """

    function: str
    payload: Json
    timeout: float | None


@dataclass(frozen=True, slots=True)
class Answer:
    """What a function answered: a value, or an error by its name.

    Attributes:
        cause: of the error, as the function reported it in JSON.
    """

    value: Json = None
    error: str | None = None
    cause: str = ""


Steps = Generator[Until | Call, Answer, Json]
"""Yields wishes and returns the output; raises StateError when the execution fails.

Any answer will do after an `Until`.
"""


@dataclass(slots=True)
class Interpreter:
    """One execution's way through its states.

    Attributes:
        context: what paths with ``$$`` see; kept up to date here.
        now: the clock.
        chance: returns a number from 0 to 1, for the jitter of retries.
    """

    definition: Definition
    context: dict[str, Json]
    now: Callable[[], datetime]
    chance: Callable[[], float]
    _tries: dict[Retry, int] = field(default_factory=dict)

    def run(self, data: Json) -> Steps:
        """Go from the first state to an end, beginning with *data*."""
        name: str | None = self.definition.first
        while name is not None:
            state = self.definition.states[name]
            self._enter(name)
            match state:
                case Wait():
                    data, name = yield from self._wait(state, data)
                case Task():
                    data, name = yield from self._task(state, data)
                case Choice():
                    data, name = self._choose(state, data)
                case Succeed():
                    data, name = self._pass(state, data), None
                case Fail():
                    raise StateError(state.error, state.cause)
        return data

    def _enter(self, name: str) -> None:
        entered = self.now().isoformat(timespec="milliseconds").replace("+00:00", "Z")
        self.context["State"] = {"Name": name, "EnteredTime": entered, "RetryCount": 0}
        self._tries = {}

    def _pass(self, state: Wait | Choice | Succeed, data: Json) -> Json:
        seen = state.window.seen(data, self.context)
        return state.window.handed_on(seen, self.context)

    def _wait(self, state: Wait, data: Json) -> Generator[Until, Answer, tuple[Json, str | None]]:
        seen = state.window.seen(data, self.context)
        until = state.until
        if isinstance(until, Path):
            until = until.find(seen, self.context)
        if state.seconds and isinstance(until, int):
            due: datetime | None = self.now() + timedelta(seconds=until)
        else:
            due = None if state.seconds else moment(until)
        if due is None:
            raise StateError("States.Runtime", f"A Wait cannot last until {until!r}")
        yield Until(due)
        return self._pass(state, data), state.next

    def _choose(self, state: Choice, data: Json) -> tuple[Json, str]:
        seen = state.window.seen(data, self.context)
        chosen = (name for test, name in state.rules if test(seen, self.context))
        name = next(chosen, state.default)
        if name is None:
            raise StateError("States.NoChoiceMatched", "No rule holds, and there is no Default")
        return self._pass(state, data), name

    def _task(
        self, state: Task, data: Json
    ) -> Generator[Until | Call, Answer, tuple[Json, str | None]]:
        while True:
            try:
                result = yield from self._once(state, data)
                together = data if state.result is None else state.result.put(data, result)
                return state.window.handed_on(together, self.context), state.next
            except StateError as failure:
                pause = self._pause(state, failure)
                if pause is None:
                    return self._caught(state, data, failure)
            yield Until(self.now() + timedelta(seconds=pause))

    def _once(self, state: Task, data: Json) -> Generator[Call, Answer, Json]:
        seen = state.window.seen(data, self.context)
        payload = fill(state.payload, seen, self.context).get("Payload", {})
        answer = yield Call(state.function, payload, state.timeout)
        if answer.error is not None:
            raise StateError(answer.error, answer.cause)
        result = {"ExecutedVersion": "$LATEST", "Payload": answer.value, "StatusCode": 200}
        return result if state.selector is None else fill(state.selector, result, self.context)

    def _pause(self, state: Task, failure: StateError) -> float | None:
        """Return the seconds until the next try; None if there is to be none."""
        retry = next((each for each in state.retries if catches(each.errors, failure)), None)
        if retry is None or self._tries.get(retry, 0) >= retry.attempts:
            return None
        tries = self._tries.get(retry, 0)
        self._tries[retry] = tries + 1
        self.context["State"]["RetryCount"] += 1
        pause = min(retry.longest, retry.interval * retry.rate**tries)
        return pause * self.chance() if retry.jitter else pause

    @staticmethod
    def _caught(state: Task, data: Json, failure: StateError) -> tuple[Json, str]:
        for each in state.catches:
            if catches(each.errors, failure):
                told = {"Error": failure.error, "Cause": failure.cause}
                return (data if each.result is None else each.result.put(data, told)), each.next
        raise failure
