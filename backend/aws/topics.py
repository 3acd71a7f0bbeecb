"""The topics in SNS."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from backend.aws.clients import passing_faults
from backend.domain.messages import AccountMessage, JobMessage


@dataclass(frozen=True, slots=True)
class SnsTopics:
    """The four topics, by their ARNs; a process needs those only that it publishes to."""

    client: Any
    requests: str
    results: str
    changes: str
    thaws: str

    def request(self, message: JobMessage) -> None:
        """Ask the annotators for the job."""
        self._publish(self.requests, message)

    def ended(self, message: JobMessage) -> None:
        """Say that a job completed or failed."""
        self._publish(self.results, message)

    def changed(self, message: JobMessage) -> None:
        """Say that a job changed in any way."""
        self._publish(self.changes, message)

    def start_thaw(self, message: AccountMessage) -> None:
        """Say that an account's plan changed."""
        self._publish(self.thaws, message)

    def _publish(self, topic: str, message: JobMessage | AccountMessage) -> None:
        with passing_faults("The notification service"):
            self.client.publish(TopicArn=topic, Message=message.to_json())
