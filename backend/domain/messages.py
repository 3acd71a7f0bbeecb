"""What goes through the queues: which job changed, never what is in it.

Whoever receives a message reads the job from the table, so that an old message can do no harm and
no message holds anything of a patient.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from backend.domain.errors import RejectedError
from backend.domain.job import Status

_LONGEST = 4096


@dataclass(frozen=True, slots=True)
class JobMessage:
    """Job *job_id* of *owner* became *status* at *version*."""

    job_id: str
    owner: str
    status: Status
    version: int

    def to_json(self) -> str:
        """Return the message as it goes into a topic."""
        return json.dumps(
            {
                "job_id": self.job_id,
                "owner": self.owner,
                "status": self.status.value,
                "version": self.version,
            }
        )

    @classmethod
    def from_json(cls, body: str) -> JobMessage:
        """Return the message in *body*; raise RejectedError if it is not one of ours."""
        try:
            if len(body) > _LONGEST:
                raise ValueError  # noqa: TRY301
            fields = json.loads(body)
            message = cls(
                str(fields["job_id"]),
                str(fields["owner"]),
                Status(fields["status"]),
                int(fields["version"]),
            )
        except (ValueError, KeyError, TypeError) as error:
            raise RejectedError("A message in the queue is not one of ours.") from error
        return message
