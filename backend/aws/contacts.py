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
        """Store the contact unless a newer version of it is there; what was claimed stays so."""
        values = {
            "plan": {"S": contact.plan.value},
            "name": {"S": contact.name},
            "email": {"S": contact.email},
            "version": {"N": str(contact.version)},
        }
        self._update(
            contact.account_id,
            "SET " + ", ".join(f"#{name} = :{name}" for name in values),
            "attribute_not_exists(user_id) OR #version <= :version",
            {f"#{name}": name for name in values},
            {f":{name}": value for name, value in values.items()},
        )

    def claim(self, account_id: str, mail: str, version: int) -> bool:
        """Whether the caller is the first to claim *mail* for this version of the account."""
        return self._update(
            account_id,
            "SET #mail = :version",
            "attribute_not_exists(#mail) OR #mail < :version",
            {"#mail": f"mail_{mail}"},
            {":version": {"N": str(version)}},
        )

    def unclaim(self, account_id: str, mail: str, version: int) -> None:
        """Let somebody else claim the mail: it could not be sent."""
        self._update(
            account_id,
            "REMOVE #mail",
            "#mail = :version",
            {"#mail": f"mail_{mail}"},
            {":version": {"N": str(version)}},
        )

    def remove(self, account_id: str) -> None:
        """Forget the contact; nothing happens if there is none."""
        with passing_faults(_TABLE):
            self.client.delete_item(TableName=self.table, Key={"user_id": {"S": account_id}})

    def _update(
        self,
        account_id: str,
        expression: str,
        condition: str,
        names: dict[str, str],
        values: dict[str, dict[str, str]],
    ) -> bool:
        """Change the item if *condition* holds; return whether it did."""
        try:
            with passing_faults(_TABLE):
                self.client.update_item(
                    TableName=self.table,
                    Key={"user_id": {"S": account_id}},
                    UpdateExpression=expression,
                    ConditionExpression=condition,
                    ExpressionAttributeNames=names,
                    ExpressionAttributeValues=values,
                )
        except ClientError as error:
            if code(error) != "ConditionalCheckFailedException":
                raise
            return False
        return True
