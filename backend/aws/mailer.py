"""Mail by SES."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from backend.aws.clients import passing_faults
from backend.services.ports import Mail


@dataclass(frozen=True, slots=True)
class SesMailer:
    """The mail service; *sender* is a verified identity."""

    client: Any
    sender: str

    def send(self, mail: Mail) -> None:
        """Hand the mail over."""
        content = {
            "Simple": {
                "Subject": {"Data": mail.subject, "Charset": "UTF-8"},
                "Body": {
                    "Text": {"Data": mail.text, "Charset": "UTF-8"},
                    "Html": {"Data": mail.html, "Charset": "UTF-8"},
                },
            }
        }
        with passing_faults("The mail service"):
            self.client.send_email(
                FromEmailAddress=self.sender,
                Destination={"ToAddresses": [mail.to]},
                Content=content,
            )
