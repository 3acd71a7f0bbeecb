"""The mailbox that every sent mail lands in, and the one call of SES that puts it there."""

from __future__ import annotations

import itertools
import json
import time
import uuid
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import parseaddr
from typing import Any

from backend.local.aws.durability.journal import Journal


class MailRefusedError(Exception):
    """SES would not send this; the message says why.

    Attributes:
        code: SES's error code.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, slots=True)
class SentMail:
    """One mail as SES took it.

    Attributes:
        sent_at: RFC 3339, UTC.
    """

    id: str
    to: tuple[str, ...]
    sender: str
    subject: str
    text: str
    html: str
    sent_at: str

    def to_json(self) -> dict[str, Any]:
        """Return the mail as ``GET /_gas/mail`` lists it."""
        fields = asdict(self)
        fields["from"] = fields.pop("sender")
        return fields

    def to_eml(self) -> bytes:
        """Return the mail as a file that a mail program opens."""
        message = EmailMessage()
        message["From"] = self.sender
        message["To"] = ", ".join(self.to)
        message["Subject"] = self.subject
        message["Date"] = datetime.fromisoformat(self.sent_at)
        message["Message-ID"] = f"<{self.id}@mail.invalid>"
        message.set_content(self.text)
        if self.html:
            message.add_alternative(self.html, subtype="html")
        return message.as_bytes()


class Mailbox:
    """All mail that was sent, kept in the journal.

    Attributes:
        identities: the addresses and domains that may send.
    """

    def __init__(self, journal: Journal) -> None:
        self.identities: set[str] = set()
        self._journal = journal
        self._places = itertools.count(time.time_ns())

    def send(self, request: Mapping[str, Any]) -> str:
        """Take a SendEmail request of SES v2 with simple content; return the message's id.

        Raises:
            MailRefusedError: the sender is no identity, or the request is not understood.
        """
        mail = self._understood(request)
        row = (mail.id, next(self._places), json.dumps(asdict(mail)))
        sql = "insert into mail values(?, ?, ?)"
        self._journal.change(("mail", mail.id), lambda: [(sql, row)])
        return mail.id

    def mails(self) -> list[SentMail]:
        """Return all mails, newest last."""
        rows = self._journal.rows("select state from mail order by place")
        return [_from_row(state) for (state,) in rows]

    def mail(self, mail_id: str) -> SentMail | None:
        """Return one mail, None if there is none with that id."""
        rows = self._journal.rows("select state from mail where id = ?", (mail_id,))
        return _from_row(rows[0][0]) if rows else None

    def _understood(self, request: Mapping[str, Any]) -> SentMail:
        sender = str(request.get("FromEmailAddress", ""))
        self._check_sender(sender)
        destination = request.get("Destination", {})
        to = [
            each for kind in ("To", "Cc", "Bcc") for each in destination.get(f"{kind}Addresses", [])
        ]
        simple = request.get("Content", {}).get("Simple")
        if not to or simple is None:
            raise MailRefusedError(
                "BadRequestException", "The local stack sends simple content to named addresses"
            )
        body = simple["Body"]
        return SentMail(
            id=str(uuid.uuid4()),
            to=tuple(to),
            sender=sender,
            subject=simple["Subject"]["Data"],
            text=body.get("Text", {}).get("Data", ""),
            html=body.get("Html", {}).get("Data", ""),
            sent_at=datetime.now(UTC).isoformat(),
        )

    def _check_sender(self, sender: str) -> None:
        address = parseaddr(sender)[1]
        domain = address.rpartition("@")[2]
        if not address or not {address, domain} & self.identities:
            raise MailRefusedError(
                "MessageRejected",
                f"Email address is not verified. The following identity failed the check: {sender}",
            )


def _from_row(state: str) -> SentMail:
    fields = json.loads(state)
    fields["to"] = tuple(fields["to"])
    return SentMail(**fields)
