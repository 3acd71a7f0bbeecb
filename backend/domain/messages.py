"""What goes through the queues: which job changed, which shard waits; never what is in it.

Whoever receives a message reads the job from the table, so that an old message can do no harm and
no message holds anything of a patient.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from backend.domain.errors import RejectedError
from backend.domain.job import Status

# In characters of a message, and in bytes of an id: no table takes an empty or a longer one.
_LONGEST = 4096
_LONGEST_TEXT = 1024


@dataclass(frozen=True, slots=True)
class JobMessage:
    """Job *job_id* of *owner* became *status* at *version*."""

    job_id: str
    owner: str
    status: Status
    version: int

    def to_json(self) -> str:
        """Return the message as it goes into a topic."""
        return json.dumps(
            {
                "job_id": self.job_id,
                "owner": self.owner,
                "status": self.status.value,
                "version": self.version,
            }
        )

    @classmethod
    def from_json(cls, body: str) -> JobMessage:
        """Return the message in *body*; raise RejectedError if it is not one of ours."""
        with _ours():
            fields = _fields(body)
            return cls(
                _text(fields, "job_id"),
                _text(fields, "owner"),
                Status(fields["status"]),
                _number(fields, "version"),
            )


@dataclass(frozen=True, slots=True)
class ShardMessage:
    """Shard number *shard* (from 0) of *owner*'s job *job_id* waits to be annotated.

    Attributes:
        plan: names how the file is shared out, and all that decides what comes of it.
    """

    job_id: str
    owner: str
    plan: str
    shard: int

    def to_json(self) -> str:
        """Return the message as it goes into the queue."""
        return json.dumps(
            {"job_id": self.job_id, "owner": self.owner, "plan": self.plan, "shard": self.shard}
        )

    @classmethod
    def from_json(cls, body: str) -> ShardMessage:
        """Return the message in *body*; raise RejectedError if it is not one of ours."""
        with _ours():
            fields = _fields(body)
            return cls(
                _text(fields, "job_id"),
                _text(fields, "owner"),
                _text(fields, "plan"),
                _number(fields, "shard"),
            )


@dataclass(frozen=True, slots=True)
class AccountMessage:
    """The results of account *account_id* are to follow its plan.

    It does not say which plan that is: whoever receives it reads that.

    Attributes:
        upgrade: the version of the account that became premium, which is to be confirmed to its
            owner; None if there is nothing to confirm.
    """

    account_id: str
    upgrade: int | None = None

    def to_json(self) -> str:
        """Return the message as it goes into a topic."""
        return json.dumps({"account_id": self.account_id, "upgrade": self.upgrade})

    @classmethod
    def from_json(cls, body: str) -> AccountMessage:
        """Return the message in *body*; raise RejectedError if it is not one of ours."""
        with _ours():
            fields = _fields(body)
            upgrade = None if fields["upgrade"] is None else _number(fields, "upgrade")
            return cls(_text(fields, "account_id"), upgrade)


@dataclass(frozen=True, slots=True)
class ThawMessage:
    """The archive has *archive_id*, the result of job *job_id*, at hand as *thaw_id*."""

    job_id: str
    archive_id: str
    thaw_id: str

    def to_json(self) -> str:
        """Return the message as it goes into the queue."""
        return json.dumps(
            {"job_id": self.job_id, "archive_id": self.archive_id, "thaw_id": self.thaw_id}
        )

    @classmethod
    def from_json(cls, body: str) -> ThawMessage:
        """Return the message in *body*; raise RejectedError if it is not one of ours."""
        with _ours():
            fields = _fields(body)
            return cls(*(_text(fields, name) for name in ("job_id", "archive_id", "thaw_id")))


def _fields(body: str) -> Any:  # noqa: ANN401 - whatever JSON holds
    if len(body) > _LONGEST:
        raise ValueError("it is longer than any of ours")
    return json.loads(body)


def _text(fields: Any, name: str) -> str:  # noqa: ANN401 - whatever JSON holds
    value = fields[name]
    if not isinstance(value, str):
        raise TypeError(f"{name} is no text")
    if not 1 <= len(value.encode()) <= _LONGEST_TEXT:
        raise ValueError(f"{name} is no id")
    return value


def _number(fields: Any, name: str) -> int:  # noqa: ANN401 - whatever JSON holds
    value = fields[name]
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError(f"{name} is no whole number")
    return value


@contextmanager
def _ours() -> Iterator[None]:
    try:
        yield
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise RejectedError("A message in the queue is not one of ours.") from error
