"""Subscriptions of SNS."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from backend.aws.clients import code, passing_faults
from backend.domain.errors import RejectedError

_NO_GOOD = frozenset({"InvalidParameter", "InvalidParameterException", "NotFound"})


@dataclass(frozen=True, slots=True)
class SnsSubscriptions:
    """Confirms subscriptions."""

    client: Any

    def confirm(self, topic: str, token: str) -> None:
        """Confirm the subscription to *topic* that *token* was sent for; twice is once.

        Whoever learns the address that ends the subscription cannot end it without our key.

        Raises:
            RejectedError: there is no such topic, or the token is not good any more.
        """
        try:
            with passing_faults("The notification service"):
                self.client.confirm_subscription(
                    TopicArn=topic, Token=token, AuthenticateOnUnsubscribe="true"
                )
        except ClientError as error:
            if code(error) in _NO_GOOD:
                raise RejectedError("SNS does not know this token for our topic.") from error
            raise
