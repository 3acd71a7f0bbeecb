"""The accounts' projection in DynamoDB."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from backend.aws.clients import code, passing_faults
from backend.domain.accounts import Contact
from backend.domain.errors import UnavailableError
from backend.domain.plans import Plan

_TABLE = "The table of accounts"


@dataclass(frozen=True, slots=True)
class DynamoContacts:
    """One item an account."""

    client: Any
    table: str

    def get(self, account_id: str) -> Contact:
        """Return the contact; raise UnavailableError while it is not projected yet."""
        with passing_faults(_TABLE):
            answer = self.client.get_item(
                TableName=self.table, Key={"user_id": {"S": account_id}}, ConsistentRead=True
            )
        if "Item" not in answer:
            raise UnavailableError(f"Account {account_id} is not known to the workers yet.")
        item = answer["Item"]
        return Contact(
            account_id=account_id,
            plan=Plan(item["plan"]["S"]),
            name=item["name"]["S"],
            email=item["email"]["S"],
            version=int(item["version"]["N"]),
        )

    def put(self, contact: Contact) -> None:
        """Store the contact unless a newer version of it is there."""
        try:
            with passing_faults(_TABLE):
                self.client.put_item(
                    TableName=self.table,
                    Item={
                        "user_id": {"S": contact.account_id},
                        "plan": {"S": contact.plan.value},
                        "name": {"S": contact.name},
                        "email": {"S": contact.email},
                        "version": {"N": str(contact.version)},
                    },
                    ConditionExpression="attribute_not_exists(user_id) OR version <= :version",
                    ExpressionAttributeValues={":version": {"N": str(contact.version)}},
                )
        except ClientError as error:
            if code(error) != "ConditionalCheckFailedException":
                raise
