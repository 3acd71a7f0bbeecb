"""The archive in a bucket of its own, in the storage class S3 Glacier Flexible Retrieval.

Source: "Restoring an archived object" and "Event message structure", Amazon S3 User Guide.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import unquote_plus

from botocore.exceptions import ClientError

from backend.aws.clients import code, passing_faults
from backend.aws.streams import of_size, pieces
from backend.aws.uploads import StreamedUpload
from backend.domain.archive import ArchivedCopy, ThawState, Tier
from backend.domain.errors import (
    NoCapacityError,
    NotFoundError,
    RejectedError,
    UnavailableError,
)
from backend.domain.messages import ThawMessage
from backend.services.ports import NewId

_BUCKET = "The archive"
_MISSING = frozenset({"404", "NoSuchKey", "NotFound"})
_JOB_ID = "job-id"
_KEY = re.compile(r"([0-9a-f]{32})/[0-9a-f]{32}\.tar")
# S3 keeps what it restored until the midnight after as many days.
_DAYS_AT_HAND = 1


@dataclass(frozen=True, slots=True)
class StorageClassArchive:
    """One bucket, an object an archive: its key is the archive's id.

    S3 has no name for a request: what an object was asked for by is told by its own headers.

    Attributes:
        times: how long each tier takes at most, as a rule.
    """

    client: Any
    bucket: str
    times: Mapping[Tier, timedelta]
    new_id: NewId

    def put(self, job_id: str, content: Iterable[bytes], *, size: int) -> str:
        """Stream *content* into a new object of the cold class, with the job's id; return its key.

        S3 confirms the SHA-256 of every part.
        """
        key = f"{job_id}/{self.new_id()}.tar"
        options = {
            "ContentType": "application/x-tar",
            "Metadata": {_JOB_ID: job_id},
            "StorageClass": "GLACIER",
        }
        upload = StreamedUpload(self.client, self.bucket, key, options, _BUCKET)
        upload.send(of_size(content, size))
        return key

    def request(self, archive_id: str, job_id: str, tier: Tier) -> str:  # noqa: ARG002
        """Ask for the object; return a name of our own for the request.

        One that was asked for before and is on its way is a yes.
        """
        wanted = {"Days": _DAYS_AT_HAND, "GlacierJobParameters": {"Tier": tier.value}}
        try:
            with passing_faults(_BUCKET):
                self.client.restore_object(
                    Bucket=self.bucket, Key=archive_id, RestoreRequest=wanted
                )
        except ClientError as error:
            name = code(error)
            if name in _MISSING:
                raise NotFoundError("The archive is not in its bucket.") from error
            if name == "GlacierExpeditedRetrievalNotAvailable":
                raise NoCapacityError(f"S3 gives nothing back by {tier.value}.") from error
            if name != "RestoreAlreadyInProgress":
                raise
        return f"restore-{self.new_id()}"

    def expected(self, tier: Tier) -> timedelta:
        """Return how long requests by *tier* take at most, as a rule."""
        return self.times[tier]

    def state(self, archive_id: str, thaw_id: str) -> ThawState:  # noqa: ARG002
        """Return how far the object's last request is."""
        head = self._head(archive_id)
        if head is None or "Restore" not in head:
            return ThawState.LOST
        running = 'ongoing-request="true"' in head["Restore"]
        return ThawState.RUNNING if running else ThawState.READY

    def read(self, archive_id: str, thaw_id: str) -> Iterator[bytes]:
        """Yield the object's bytes, a MiB at a time."""
        try:
            with passing_faults(_BUCKET):
                answer = self.client.get_object(Bucket=self.bucket, Key=archive_id)
        except ClientError as error:
            if code(error) in _MISSING:
                raise NotFoundError("The archive is not in its bucket.") from error
            if code(error) != "InvalidObjectState":
                raise
            if self.state(archive_id, thaw_id) is ThawState.LOST:
                raise NotFoundError("S3 does not know the request any more.") from error
            raise UnavailableError("S3 has not got the archive at hand yet.") from error
        yield from pieces(answer["Body"], _BUCKET)

    def delete(self, archive_id: str) -> None:
        """Delete the object; nothing happens if there is none."""
        with passing_faults(_BUCKET):
            self.client.delete_object(Bucket=self.bucket, Key=archive_id)

    def completions(self, body: str) -> Sequence[ThawMessage]:
        """Return which archives are at hand by what S3 told its topic, without an envelope.

        S3 tries its topic when it is made to notify: nothing follows from that.
        """
        try:
            told = json.loads(body)
            if told.get("Event") == "s3:TestEvent":
                return []
            keys = [self._restored(record) for record in told["Records"]]
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise RejectedError("A message in the queue is not S3's.") from error
        return [
            ThawMessage(head["Metadata"][_JOB_ID], key, "restore")
            for key in keys
            if (head := self._head(key)) is not None
        ]

    def _restored(self, record: Mapping[str, Any]) -> str:
        """Return the key of what came back; raise ValueError for what else a bucket tells."""
        bucket, event = record["s3"]["bucket"]["name"], record["eventName"]
        key = unquote_plus(record["s3"]["object"]["key"])
        completed = event.removeprefix("s3:") == "ObjectRestore:Completed"
        if not completed or bucket != self.bucket or not _KEY.fullmatch(key):
            raise ValueError(event)
        return key

    def inventory(self) -> Iterable[ArchivedCopy]:
        """Yield every archive of ours in the bucket; S3 lists a thousand at a time."""
        pages = iter(self.client.get_paginator("list_objects_v2").paginate(Bucket=self.bucket))
        while True:
            with passing_faults(_BUCKET):
                page = next(pages, None)
            if page is None:
                return
            for found in page.get("Contents", []):
                if key := _KEY.fullmatch(found["Key"]):
                    yield ArchivedCopy(key[0], key[1], found["LastModified"])

    def _head(self, key: str) -> Mapping[str, Any] | None:
        """Return what S3 says of the object, None if there is none."""
        try:
            with passing_faults(_BUCKET):
                head: Mapping[str, Any] = self.client.head_object(Bucket=self.bucket, Key=key)
        except ClientError as error:
            if code(error) not in _MISSING:
                raise
            return None
        return head
