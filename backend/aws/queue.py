"""A queue in SQS."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from botocore.exceptions import ClientError

from backend.aws.clients import code, passing_faults
from backend.services.ports import Delivery

_SQS = "The queue"
# The receipt is of an older delivery, or the message is gone: whoever has it now deals with it.
_NOT_OURS = frozenset(
    {
        "AWS.SimpleQueueService.MessageNotInflight",
        "InvalidParameterValue",
        "MessageNotInflight",
        "ReceiptHandleIsInvalid",
    }
)


@dataclass(frozen=True, slots=True)
class SqsQueue:
    """One queue; its client's read time-out must be longer than the longest wait."""

    client: Any
    url: str

    def send(self, body: str) -> None:
        """Put a message into the queue."""
        with passing_faults(_SQS):
            self.client.send_message(QueueUrl=self.url, MessageBody=body)

    def receive(self, *, limit: int, wait: timedelta) -> Sequence[Delivery]:
        """Return up to *limit* messages (10 at most), waiting up to *wait* (20 s at most)."""
        with passing_faults(_SQS):
            answer = self.client.receive_message(
                QueueUrl=self.url,
                MaxNumberOfMessages=limit,
                WaitTimeSeconds=int(wait.total_seconds()),
                MessageSystemAttributeNames=["ApproximateReceiveCount"],
            )
        return [
            Delivery(
                message["Body"],
                message["ReceiptHandle"],
                int(message["Attributes"]["ApproximateReceiveCount"]),
            )
            for message in answer.get("Messages", [])
        ]

    def delete(self, delivery: Delivery) -> None:
        """Forget the message."""
        self._settle("delete_message", delivery)

    def hide(self, delivery: Delivery, duration: timedelta) -> None:
        """Keep the message from others for *duration* (12 h at most) from now."""
        seconds = max(0, int(duration.total_seconds()))
        self._settle("change_message_visibility", delivery, VisibilityTimeout=seconds)

    def _settle(self, call: str, delivery: Delivery, **arguments: int) -> None:
        try:
            with passing_faults(_SQS):
                getattr(self.client, call)(
                    QueueUrl=self.url, ReceiptHandle=delivery.receipt, **arguments
                )
        except ClientError as error:
            if code(error) not in _NOT_OURS:
                raise
