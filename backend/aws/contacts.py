"""The accounts' projection in DynamoDB."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from botocore.exceptions import ClientError

from backend.aws.clients import code, passing_faults
from backend.aws.job_items import Item, time_text
from backend.domain.accounts import Contact
from backend.domain.errors import ConflictError, NotFoundError, UnavailableError
from backend.domain.plans import Plan

_TABLE = "The table of accounts"


@dataclass(frozen=True, slots=True)
class DynamoContacts:
    """One item an account."""

    client: Any
    table: str

    def get(self, account_id: str) -> Contact:
        """Return the contact; NotFoundError if removed, UnavailableError until it is projected."""
        with passing_faults(_TABLE):
            answer = self.client.get_item(
                TableName=self.table, Key={"user_id": {"S": account_id}}, ConsistentRead=True
            )
        if "Item" not in answer:
            raise UnavailableError(f"Account {account_id} is not known to the workers yet.")
        item = answer["Item"]
        if "removed" in item:
            raise NotFoundError(f"Account {account_id} is deleted.")
        return Contact(
            account_id=account_id,
            plan=Plan(item["plan"]["S"]),
            name=item["name"]["S"],
            email=item["email"]["S"],
            version=int(item["version"]["N"]),
        )

    def put(self, contact: Contact) -> None:
        """Store the contact unless a newer version is there or it was removed; claims stay."""
        values = {
            "plan": {"S": contact.plan.value},
            "name": {"S": contact.name},
            "email": {"S": contact.email},
            "version": {"N": str(contact.version)},
        }
        self._update(
            contact.account_id,
            "SET " + ", ".join(f"#{name} = :{name}" for name in values),
            # What was removed has no version, which is not less than any.
            "attribute_not_exists(user_id) OR #version <= :version",
            {f"#{name}": name for name in values},
            {f":{name}": value for name, value in values.items()},
        )

    def claim(
        self, account_id: str, mail: str, version: int, *, now: datetime, until: datetime
    ) -> bool:
        """Whether *mail* for this version of the account is the caller's to send."""
        refused = self._update(
            account_id,
            "SET #mail = :version, #until = :until",
            # A mail without an end of its claim is sent.
            "attribute_exists(#version) AND (attribute_not_exists(#mail) OR #mail < :version "
            "OR (#mail = :version AND #until <= :now))",
            {"#version": "version", "#mail": _mail(mail), "#until": _until(mail)},
            {
                ":version": {"N": str(version)},
                ":now": {"S": time_text(now)},
                ":until": {"S": time_text(until)},
            },
        )
        if refused is None:
            return True
        if _until(mail) in refused and refused[_mail(mail)] == {"N": str(version)}:
            raise ConflictError(f"Somebody else is sending the mail to account {account_id}.")
        return False

    def sent(self, account_id: str, mail: str, version: int) -> None:
        """Note that the mail that was claimed is sent: nobody can claim it again."""
        self._update(
            account_id,
            "REMOVE #until",
            "#mail = :version",
            {"#mail": _mail(mail), "#until": _until(mail)},
            {":version": {"N": str(version)}},
        )

    def remove(self, account_id: str) -> None:
        """Forget the contact for good; an item that says only that stays in its place."""
        item = {"user_id": {"S": account_id}, "removed": {"BOOL": True}}
        with passing_faults(_TABLE):
            self.client.put_item(TableName=self.table, Item=item)

    def _update(
        self,
        account_id: str,
        expression: str,
        condition: str,
        names: dict[str, str],
        values: Item,
    ) -> Item | None:
        """Change the item if *condition* holds; else return the item, empty if there is none."""
        try:
            with passing_faults(_TABLE):
                self.client.update_item(
                    TableName=self.table,
                    Key={"user_id": {"S": account_id}},
                    UpdateExpression=expression,
                    ConditionExpression=condition,
                    ExpressionAttributeNames=names,
                    ExpressionAttributeValues=values,
                    ReturnValuesOnConditionCheckFailure="ALL_OLD",
                )
        except ClientError as error:
            if code(error) != "ConditionalCheckFailedException":
                raise
            stored: Any = error.response.get("Item")
            return dict(stored or {})
        return None


def _mail(name: str) -> str:
    """Return the attribute that holds for which version the mail was claimed last."""
    return f"mail_{name}"


def _until(name: str) -> str:
    """Return the attribute that holds until when; there is none when the mail is sent."""
    return f"mail_{name}_until"
