"""The states of a machine, as its definition declares them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from backend.local.aws.private import Json
from backend.local.aws.step_functions.choices import Test
from backend.local.aws.step_functions.errors import StateError
from backend.local.aws.step_functions.paths import Path

WHOLE = Path.parse("$")
NOT_TO_BE_CAUGHT = "States.Runtime"


@dataclass(frozen=True, slots=True)
class Window:
    """What of its data a state sees, and what of them it hands on; None is nothing."""

    input: Path | None = WHOLE
    output: Path | None = WHOLE

    def seen(self, data: Json, context: Json) -> Json:
        """Return what the state works with."""
        return {} if self.input is None else self.input.find(data, context)

    def handed_on(self, data: Json, context: Json) -> Json:
        """Return what the next state gets."""
        return {} if self.output is None else self.output.find(data, context)


@dataclass(frozen=True, slots=True)
class Wait:
    """Goes on at a moment.

    Attributes:
        until: a moment, a number of seconds, or the path of either.
        seconds: whether it is seconds.
        next: None if the execution ends here.
    """

    window: Window
    next: str | None
    until: Json
    seconds: bool


@dataclass(frozen=True, slots=True)
class Retry:
    """When and how often a failed task is tried again.

    Attributes:
        interval: in seconds before the first try, growing by *rate* up to *longest*.
        attempts: tries beside the first.
        jitter: whether a pause is any time up to what was computed.
    """

    errors: tuple[str, ...]
    interval: float
    attempts: int
    rate: float
    longest: float
    jitter: bool


@dataclass(frozen=True, slots=True)
class Catch:
    """Where an execution goes on after an error."""

    errors: tuple[str, ...]
    next: str
    result: Path | None


@dataclass(frozen=True, slots=True)
class Task:
    """Calls a function.

    Attributes:
        function: its name.
        payload: the template of what it is called with.
        selector: the template of what is taken of its answer; None takes all.
        result: where the answer is put into the data; None drops it.
        timeout: in seconds from the call; None for none.
    """

    window: Window
    next: str | None
    function: str
    payload: Json
    selector: Json
    result: Path | None
    timeout: float | None
    retries: Sequence[Retry]
    catches: Sequence[Catch]


@dataclass(frozen=True, slots=True)
class Choice:
    """Goes on with the state of the first rule that holds."""

    window: Window
    rules: Sequence[tuple[Test, str]]
    default: str | None


@dataclass(frozen=True, slots=True)
class Succeed:
    """Ends the execution well."""

    window: Window


@dataclass(frozen=True, slots=True)
class Fail:
    """Ends the execution with an error."""

    error: str
    cause: str


State = Wait | Task | Choice | Succeed | Fail


@dataclass(frozen=True, slots=True)
class Definition:
    """All states of a machine, by name."""

    first: str
    states: Mapping[str, State]


@dataclass(frozen=True, slots=True)
class Machine:
    """One state machine of the template."""

    name: str
    arn: str
    role: str
    definition: Definition = field(repr=False)


def catches(errors: Sequence[str], failure: StateError) -> bool:
    """Return whether ErrorEquals *errors* names the failure.

    No list names an error of the definition itself, as on AWS.
    """
    if failure.error == NOT_TO_BE_CAUGHT:
        return False
    of_tasks = failure.error != "States.Timeout"
    return (
        failure.error in errors or "States.ALL" in errors
        or (of_tasks and "States.TaskFailed" in errors)
    )  # fmt: skip
