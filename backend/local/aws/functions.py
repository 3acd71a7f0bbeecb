"""The Lambdas and their event source mappings, as the template declares them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from backend.local.aws.names import arn


@dataclass(frozen=True, slots=True)
class Function:
    """One Lambda.

    Attributes:
        handler: module path and function, e.g. ``lambdas.relay.handler``.
        timeout: in seconds.
        memory: in MB; told to the function, not enforced.
    """

    name: str
    handler: str
    timeout: float
    memory: int = 128
    environment: Mapping[str, str] = field(default_factory=dict)

    @property
    def arn(self) -> str:
        """The function's ARN."""
        return arn("lambda", f"function:{self.name}")


@dataclass(frozen=True, slots=True)
class EventSource:
    """What feeds a function.

    Attributes:
        source: the ARN of a queue or of a table's stream.
        batch_size: most records per call.
        partial: whether the function names the records that failed.
        from_now: whether a stream is read from now instead of from its beginning.
        attempts: how often a failed batch is tried again; -1: until its records are too old.
        max_age: of a stream's record, in seconds, before it is given up.
        bisect: whether a batch of a stream that failed is tried again half by half.
        given_up_to: the ARN of the queue that is told what of a stream is given up, or "".
    """

    function: str
    source: str
    batch_size: int
    partial: bool = False
    from_now: bool = False
    attempts: int = -1
    max_age: float = 24 * 3600.0
    bisect: bool = False
    given_up_to: str = ""

    @property
    def service(self) -> str:
        """Whether the source is ``sqs`` or ``dynamodb``."""
        return self.source.split(":")[2]

    @property
    def source_name(self) -> str:
        """The name of the queue or of the table."""
        return self.source.split(":")[5] if self.service == "sqs" else self.source.split("/")[1]

    @property
    def identity(self) -> str:
        """What the mapping's place in its stream is remembered by, from start to start."""
        return f"{self.function}<{self.source_name}"
