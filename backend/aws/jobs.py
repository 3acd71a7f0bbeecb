"""Jobs in DynamoDB."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from botocore.exceptions import ClientError

from backend.aws.clients import code, passing_faults
from backend.aws.job_items import Item, from_item, time_text, to_item
from backend.domain.errors import NotFoundError, RejectedError, StaleJobError
from backend.domain.job import Job, Status
from backend.services.ports import JobIds, JobPage

_TABLE = "The table of jobs"


@dataclass(frozen=True, slots=True)
class DynamoJobs:
    """The table of jobs, one item a job; every change is one conditional write."""

    client: Any
    table: str
    inputs_bucket: str
    results_bucket: str

    def add(self, job: Job) -> None:
        """Store a new job; raise StaleJobError if its id is taken."""
        self._put(job, "attribute_not_exists(job_id)", {})

    def get(self, job_id: str) -> Job:
        """Return the job as it is now; raise NotFoundError if there is none."""
        with passing_faults(_TABLE):
            answer = self.client.get_item(
                TableName=self.table, Key={"job_id": {"S": job_id}}, ConsistentRead=True
            )
        if "Item" not in answer:
            raise NotFoundError(f"There is no job {job_id}.")
        return from_item(answer["Item"])

    def replace(self, job: Job, *, expected: int) -> None:
        """Store *job* if the stored version is *expected*; the refusal carries the stored job."""
        values = {":expected": {"N": str(expected)}}
        self._put(job, "version = :expected", {"ExpressionAttributeValues": values})

    def remove(self, job_id: str) -> None:
        """Forget the job; nothing happens if there is none."""
        with passing_faults(_TABLE):
            self.client.delete_item(TableName=self.table, Key={"job_id": {"S": job_id}})

    def by_owner(self, owner: str, *, limit: int, after: str | None = None) -> JobPage:
        """Return up to *limit* of the owner's jobs, newest first, from a query of the index."""
        jobs: list[Job] = []
        start = None if after is None else _start(after, "submit_time", user_id=owner)
        while True:
            items, start = self._query_owner(owner, limit - len(jobs), start)
            jobs += [from_item(item) for item in items]
            if start is None or len(jobs) >= limit:
                break
        return JobPage(tuple(jobs), None if start is None else _place(start, "submit_time"))

    def archived_by(self, owner: str, *, limit: int, after: str | None = None) -> JobIds:
        """Return ids of the owner's jobs whose result is `AWAY`, from the sparse index."""
        start = None
        if after is not None:
            start = _start(after, "complete_time", archived_user_id=owner)
        with passing_faults(_TABLE):
            answer = self.client.query(
                TableName=self.table,
                IndexName="archived_by_owner",
                KeyConditionExpression="archived_user_id = :owner",
                ExpressionAttributeValues={":owner": {"S": owner}},
                Limit=limit,
                **({"ExclusiveStartKey": start} if start else {}),
            )
        end = answer.get("LastEvaluatedKey")
        ids = tuple(item["job_id"]["S"] for item in answer["Items"])
        return JobIds(ids, None if end is None else _place(end, "complete_time"))

    def needing_attention(self, status: Status, *, before: datetime, limit: int) -> Sequence[str]:
        """Return ids of jobs in *status* that were due by *before*, from the sparse index."""
        with passing_faults(_TABLE):
            answer = self.client.query(
                TableName=self.table,
                IndexName="attention",
                KeyConditionExpression="attention = :status AND attention_at <= :before",
                ExpressionAttributeValues={
                    ":status": {"S": status.value},
                    ":before": {"S": time_text(before)},
                },
                Limit=limit,
            )
        return [item["job_id"]["S"] for item in answer["Items"]]

    def _query_owner(
        self, owner: str, limit: int, start: Item | None
    ) -> tuple[list[Item], Item | None]:
        with passing_faults(_TABLE):
            answer = self.client.query(
                TableName=self.table,
                IndexName="by_owner",
                KeyConditionExpression="user_id = :owner",
                FilterExpression="job_status <> :deleting",
                ExpressionAttributeValues={
                    ":owner": {"S": owner},
                    ":deleting": {"S": Status.DELETING.value},
                },
                ScanIndexForward=False,
                Limit=limit,
                **({"ExclusiveStartKey": start} if start else {}),
            )
        return answer["Items"], answer.get("LastEvaluatedKey")

    def _put(self, job: Job, condition: str, extra: dict[str, Any]) -> None:
        item = to_item(job, inputs_bucket=self.inputs_bucket, results_bucket=self.results_bucket)
        try:
            with passing_faults(_TABLE):
                self.client.put_item(
                    TableName=self.table,
                    Item=item,
                    ConditionExpression=condition,
                    ReturnValuesOnConditionCheckFailure="ALL_OLD",
                    **extra,
                )
        except ClientError as error:
            if code(error) != "ConditionalCheckFailedException":
                raise
            stored: Any = error.response.get("Item")
            if not stored:
                raise NotFoundError(f"There is no job {job.id}.") from error
            raise StaleJobError(from_item(stored)) from error


def _place(key: Item, time: str) -> str:
    """Return where a page ended, as a text that a client gives back; it names no owner.

    *time* is the attribute that the index is sorted by.
    """
    place = [key["job_id"]["S"], key[time]["S"]]
    return base64.urlsafe_b64encode(json.dumps(place).encode()).decode().rstrip("=")


def _start(after: str, time: str, **owner: str) -> Item:
    """Return the key of the index that *after* names, with the attribute of its *owner*."""
    try:
        padded = after + "=" * (-len(after) % 4)
        job_id, moment = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
        named = {"job_id": _plain(job_id), time: _plain(moment), **owner}
    except (TypeError, ValueError) as error:
        raise RejectedError(
            "`after` is not a place in the list: use the one that came with the last page."
        ) from error
    return {name: {"S": value} for name, value in named.items()}


def _plain(value: object) -> str:
    if not isinstance(value, str) or not 1 <= len(value) <= 64:  # noqa: PLR2004 - ids and times
        raise ValueError(value)
    return value
