"""What making resources needs of the server."""

from __future__ import annotations

from dataclasses import dataclass, field

from backend.local.aws.clients import Clients
from backend.local.aws.functions import EventSource, Function
from backend.local.aws.mailbox import Mailbox
from backend.local.aws.schedules import Schedule
from backend.local.aws.step_functions.states import Machine


@dataclass(frozen=True, slots=True)
class Context:
    """The services, and what the template declares for this layer to run itself.

    Attributes:
        functions: by name.
        machines: by ARN.
    """

    clients: Clients
    mailbox: Mailbox
    functions: dict[str, Function] = field(default_factory=dict)
    sources: list[EventSource] = field(default_factory=list)
    machines: dict[str, Machine] = field(default_factory=dict)
    schedules: list[Schedule] = field(default_factory=list)
