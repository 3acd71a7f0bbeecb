"""What the services need from the outside world.

Each port has a fake in tests/fakes and one contract test that the fake and the adapter both pass.
An adapter raises UnavailableError when its dependency is down, and translates nothing else away.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol

from backend.domain.accounts import Account, AccountChange, Contact, Identity
from backend.domain.job import Job, Status
from backend.domain.messages import AccountMessage, JobMessage

Clock = Callable[[], datetime]
NewId = Callable[[], str]


@dataclass(frozen=True, slots=True)
class JobPage:
    """Some of an owner's jobs, newest first; *after* asks for the next page, None at the end."""

    jobs: tuple[Job, ...]
    after: str | None


@dataclass(frozen=True, slots=True)
class JobIds:
    """Some ids of jobs; *after* asks for the next page, None at the end."""

    ids: tuple[str, ...]
    after: str | None


class Jobs(Protocol):
    """The table of jobs."""

    def add(self, job: Job) -> None:
        """Store a new job; raise StaleJobError if its id is taken."""

    def get(self, job_id: str) -> Job:
        """Return the job as it is now; raise NotFoundError if there is none."""

    def replace(self, job: Job, *, expected: int) -> None:
        """Store *job* if the stored version is *expected*.

        Raises:
            StaleJobError: it is not; the error carries the stored job.
            NotFoundError: the job is gone.
        """

    def remove(self, job_id: str) -> None:
        """Forget the job; nothing happens if there is none."""

    def by_owner(self, owner: str, *, limit: int, after: str | None = None) -> JobPage:
        """Return up to *limit* of the owner's jobs, newest first, those being deleted left out.

        Raises:
            RejectedError: *after* is not a place that an earlier page named.
        """

    def archived_by(self, owner: str, *, limit: int, after: str | None = None) -> JobIds:
        """Return ids of the owner's jobs whose result is `AWAY`, oldest first.

        The list may be a moment behind the table: a job has to be asked for how it is now.
        """

    def needing_attention(self, status: Status, *, before: datetime, limit: int) -> Sequence[str]:
        """Return ids of jobs in *status* that somebody should have looked after by *before*."""


@dataclass(frozen=True, slots=True)
class Part:
    """One part of an upload.

    Attributes:
        number: from 1.
        size: in bytes.
        sha256: of its bytes, base64; S3 refuses other bytes.
    """

    number: int
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class PartRequest:
    """How to send one part: a PUT to *url* with exactly these *headers*."""

    number: int
    url: str
    headers: dict[str, str]


class Files(Protocol):
    """One bucket."""

    def start_upload(self, key: str) -> str:
        """Begin a multipart upload and return its id."""

    def part_requests(
        self, key: str, upload_id: str, parts: Iterable[Part], *, valid: timedelta
    ) -> tuple[PartRequest, ...]:
        """Return a signed request a part: these bytes, this length, to this key, no other."""

    def finish_upload(self, key: str, upload_id: str, etags: Sequence[tuple[int, str, str]]) -> int:
        """Join the parts, each (number, etag, base64 sha256), and return the object's size.

        Done already: returns the size all the same.

        Raises:
            RejectedError: a part is missing or is not what was sent.
        """

    def abort_upload(self, key: str, upload_id: str) -> None:
        """Forget an upload; nothing happens if there is none."""

    def size(self, key: str) -> int | None:
        """Return the object's size in bytes, None if there is no such object."""

    def link(self, key: str, *, name: str, valid: timedelta) -> str:
        """Return a signed address that downloads the object as *name*."""

    def fetch(self, key: str, to: Path) -> None:
        """Stream the object into a new file; raise NotFoundError if there is none."""

    def store(self, key: str, source: Path, *, content_type: str) -> None:
        """Stream the file into the object, whole or not at all."""

    def read(self, key: str) -> Iterator[bytes]:
        """Yield the object's bytes, some MiB at a time; raise NotFoundError if there is none."""

    def write(self, key: str, content: Iterable[bytes], *, content_type: str) -> None:
        """Stream *content* into the object; whatever it raises leaves no object behind."""

    def keys(self, prefix: str) -> Sequence[str]:
        """Return the keys of all objects that begin with *prefix*, sorted."""

    def delete(self, keys: Iterable[str]) -> None:
        """Delete the objects; those that are not there do not matter."""


class Topics(Protocol):
    """The SNS topics of jobs."""

    def request(self, message: JobMessage) -> None:
        """Ask the annotators for the job."""

    def ended(self, message: JobMessage) -> None:
        """Say that a job completed or failed: its owner is to be told."""

    def changed(self, message: JobMessage) -> None:
        """Say that a job changed in any way."""

    def start_thaw(self, message: AccountMessage) -> None:
        """Say that an account's plan changed: its results are to follow."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """One delivery of a message.

    Attributes:
        receipt: what to delete or extend it by.
        tries: how often it was delivered, this time included.
    """

    body: str
    receipt: str
    tries: int


class Queue(Protocol):
    """One SQS queue."""

    def send(self, body: str) -> None:
        """Put a message into the queue."""

    def receive(self, *, limit: int, wait: timedelta) -> Sequence[Delivery]:
        """Return up to *limit* messages, waiting up to *wait* for the first."""

    def delete(self, delivery: Delivery) -> None:
        """Forget the message: its work is done."""

    def hide(self, delivery: Delivery, duration: timedelta) -> None:
        """Keep the message from others for *duration* from now; zero gives it back at once."""


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail to one person."""

    to: str
    subject: str
    text: str
    html: str


class Mailer(Protocol):
    """The mail service."""

    def send(self, mail: Mail) -> None:
        """Hand the mail over."""


class Contacts(Protocol):
    """The projection of the accounts that workers and Lambdas read."""

    def get(self, account_id: str) -> Contact:
        """Return the contact.

        Raises:
            NotFoundError: it was removed.
            UnavailableError: it is not projected yet.
        """

    def put(self, contact: Contact) -> None:
        """Store the contact unless a newer version of it is there, or it was removed."""

    def claim(
        self, account_id: str, mail: str, version: int, *, now: datetime, until: datetime
    ) -> bool:
        """Whether *mail* for this version of the account is the caller's to send.

        It is nobody's if it, or one for a newer version, is `sent`, or there is no such contact.

        Raises:
            ConflictError: somebody else has claimed it, and its time is not over.
        """

    def sent(self, account_id: str, mail: str, version: int) -> None:
        """Note that the mail that was claimed is sent: nobody can claim it again."""

    def remove(self, account_id: str) -> None:
        """Forget the contact for good: nothing of it is stored again."""


class Accounts(Protocol):
    """The accounts."""

    def sign_in(self, identity: Identity) -> Account:
        """Return the identity's account, made on the free plan the first time."""

    def get(self, account_id: str) -> Account:
        """Return the account; raise NotFoundError if there is none."""


class Outbox(Protocol):
    """Changes of accounts that are committed and not yet sent on."""

    def send_on(self, send: Callable[[AccountChange], None], *, limit: int) -> int:
        """Give up to *limit* changes to *send*, oldest first, and forget those it took.

        Several processes may do this at once; each change goes to one of them at a time.
        """


class LiveEvents(Protocol):
    """What the apps are told while they are connected: per account in order, without gaps."""

    def publish(self, job: Job) -> bool:
        """Tell the owner how the job is now; False if they know this version or a newer one.

        False as well when there is no such owner any more.
        """

    def cursor(self, account_id: str) -> int:
        """Return the number of the account's latest event, 0 before the first."""
