"""A job as an item of the table, and back.

Attribute names that deployments of this service have always used are kept (`job_id`, `user_id`,
`input_file_name`, `s3_key_result_file`, ...).  Times are ISO 8601 in UTC with microseconds, so that
their order as text is their order in time.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from boto3.dynamodb.types import TypeDeserializer, TypeSerializer

from backend.domain.attention import attention_due
from backend.domain.files import file_keys
from backend.domain.job import AWAY, Counts, Input, Job, Options, Result, Status, Stored

Item = dict[str, Any]

_TO_ITEM = TypeSerializer()
_FROM_ITEM = TypeDeserializer()
_TEXTS = {
    "upload_id": "upload_id",
    "failure": "failure",
    "archive_id": "results_file_archive_id",
    "thaw_id": "thaw_id",
}
_NUMBERS = {
    "version": "version",
    "attempt": "attempt",
    "done": "done",
    "total": "total",
    "generation": "generation",
}
_TIMES = {
    "created_at": "submit_time",
    "submitted_at": "upload_time",
    "started_at": "start_time",
    "finished_at": "complete_time",
    "lease_until": "lease_until",
    "mail_lease_until": "mail_lease_until",
    "mailed_at": "mailed_time",
    "archive_due": "archive_due",
    "thaw_expected": "thaw_expected",
    "archived_at": "archived_time",
    "restored_at": "restored_time",
}


def time_text(moment: datetime) -> str:
    """Return *moment* as it is stored."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def to_item(job: Job, *, inputs_bucket: str, results_bucket: str) -> Item:
    """Return *job* as DynamoDB stores it; what is None is left out."""
    keys = file_keys(job.owner, job.id, job.generation)
    plain: dict[str, Any] = {
        "job_id": job.id,
        "user_id": job.owner,
        "job_status": job.status.value,
        "input_file_name": job.input.name,
        "input_size": job.input.size,
        "input_sha256": job.input.sha256,
        "options": asdict(job.options),
        "s3_inputs_bucket": inputs_bucket,
        "s3_key_input_file": keys.input,
        "log_stored": job.log_stored,
        "result_stored": job.result_stored,
    }
    if job.result is not None:
        plain |= {
            "s3_results_bucket": results_bucket,
            "s3_key_result_file": keys.result,
            "s3_key_log_file": keys.log,
            "result": asdict(job.result),
        }
    if job.log is not None:
        plain["log"] = asdict(job.log)
    for field, name in (_TEXTS | _NUMBERS).items():
        plain[name] = getattr(job, field)
    for field, name in _TIMES.items():
        moment = getattr(job, field)
        plain[name] = None if moment is None else time_text(moment)
    plain |= _index_keys(job)
    return {name: _TO_ITEM.serialize(value) for name, value in plain.items() if value is not None}


def _index_keys(job: Job) -> dict[str, str]:
    """Return the keys of the sparse indexes that the job is in."""
    keys: dict[str, str] = {}
    due = attention_due(job)
    if due is not None:
        keys |= {"attention": job.status.value, "attention_at": time_text(due)}
    # One that is on its way out is among them, so that an upgrade waits for it to arrive.
    if job.status in AWAY:
        keys["archived_user_id"] = job.owner
    return keys


def from_item(item: Mapping[str, Any]) -> Job:
    """Return the job in a stored *item* (or in an image of the table's stream)."""
    plain = {name: _FROM_ITEM.deserialize(value) for name, value in item.items()}
    fields: dict[str, Any] = {field: plain.get(name) for field, name in _TEXTS.items()}
    fields |= {field: int(plain[name]) for field, name in _NUMBERS.items()}
    fields |= {
        field: datetime.fromisoformat(plain[name]) if name in plain else None
        for field, name in _TIMES.items()
    }
    return Job(
        id=plain["job_id"],
        owner=plain["user_id"],
        status=Status(plain["job_status"]),
        input=Input(plain["input_file_name"], int(plain["input_size"]), plain["input_sha256"]),
        options=Options(**plain["options"]),
        log_stored=plain["log_stored"],
        log=_stored(plain.get("log")),
        result_stored=plain["result_stored"],
        result=_result(plain.get("result")),
        **fields,
    )


def _result(stored: Mapping[str, Any] | None) -> Result | None:
    if stored is None:
        return None
    counts: dict[str, Any] = {
        k: v if isinstance(v, str) else int(v) for k, v in stored["counts"].items()
    }
    return Result(
        size=int(stored["size"]),
        sha256=stored["sha256"],
        counts=Counts(**counts),
        table=_stored(stored.get("table")),
        report=_stored(stored.get("report")),
    )


def _stored(file: Mapping[str, Any] | None) -> Stored | None:
    return None if file is None else Stored(int(file["size"]), file["sha256"])
