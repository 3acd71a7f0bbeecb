"""The retention: an execution of a state machine waits for each result."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from botocore.exceptions import ClientError

from backend.aws.clients import code, passing_faults


@dataclass(frozen=True, slots=True)
class StepFunctionsRetention:
    """The state machine, by its ARN."""

    client: Any
    machine: str

    def start(self, job_id: str, due: datetime) -> None:
        """Have the job looked after at *due*; once for the same job and second."""
        try:
            with passing_faults("The state machine"):
                self.client.start_execution(
                    stateMachineArn=self.machine,
                    name=f"{job_id}-{math.ceil(due.timestamp())}",
                    input=json.dumps({"job_id": job_id, "due": wait_until(due)}),
                )
        except ClientError as error:
            if code(error) != "ExecutionAlreadyExists":
                raise


def wait_until(due: datetime) -> str:
    """Return *due* as the state machine reads it: never early, at most a second late.

    Step Functions may cut a time to whole seconds.
    """
    moment = datetime.fromtimestamp(math.ceil(due.timestamp()), UTC)
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
