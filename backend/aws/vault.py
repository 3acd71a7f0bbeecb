"""The archive in a vault of S3 Glacier, for accounts of AWS that have vaults.

Source: "API Reference for Amazon S3 Glacier", Amazon S3 Glacier Developer Guide.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from botocore.exceptions import ClientError

from backend.aws.clients import code, passing_faults
from backend.aws.streams import of_size, pieces
from backend.aws.tree_hash import MEBIBYTE, tree_hash
from backend.aws.vault_inventory import entries
from backend.aws.vault_upload import VaultUpload
from backend.domain.archive import ArchivedCopy, ThawState, Tier
from backend.domain.errors import (
    NoCapacityError,
    NotFoundError,
    RejectedError,
    UnavailableError,
)
from backend.domain.messages import ThawMessage
from backend.services.ports import Clock

_VAULT = "The vault"
_MISSING = "ResourceNotFoundException"
_INVALID = "InvalidParameterValueException"
_READ_BYTES = 8 * MEBIBYTE
# Other archives that somebody keeps in the same vault are not ours to list.
_JOB_ID = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True, slots=True)
class VaultArchive:
    """One vault.

    Attributes:
        topic: ARN of the SNS topic that is told when an archive is at hand.
        times: how long each tier takes at most, as a rule.
        inventory_age: how old an inventory may be before the next is asked for.
    """

    client: Any
    vault: str
    topic: str
    times: Mapping[Tier, timedelta]
    inventory_age: timedelta
    clock: Clock

    def put(self, job_id: str, content: Iterable[bytes], *, size: int) -> str:
        """Stream *content* into a new archive, whose description is the job's id; return its id."""
        return VaultUpload(self.client, self.vault, job_id).send(of_size(content, size), size)

    def request(self, archive_id: str, job_id: str, tier: Tier) -> str:
        """Ask for the archive; return the id of the vault's job."""
        parameters = {
            "Type": "archive-retrieval",
            "ArchiveId": archive_id,
            "Description": job_id,
            "SNSTopic": self.topic,
            "Tier": tier.value,
        }
        try:
            return self._begin(parameters)
        except ClientError as error:
            name = code(error)
            if name == _MISSING:
                raise NotFoundError("The archive is not in the vault.") from error
            # A vault says so, too, of an archive that is too large to be expedited.
            too_large = name == _INVALID and tier is Tier.EXPEDITED
            if too_large or name == "InsufficientCapacityException":
                raise NoCapacityError(f"The vault gives nothing back by {tier.value}.") from error
            raise

    def _begin(self, parameters: Mapping[str, str]) -> str:
        try:
            with passing_faults(_VAULT):
                answer = self.client.initiate_job(vaultName=self.vault, jobParameters=parameters)
        except ClientError as error:
            if code(error) != "PolicyEnforcedException":
                raise
            raise UnavailableError("The vault's retrieval policy allows no more now.") from error
        return str(answer["jobId"])

    def expected(self, tier: Tier) -> timedelta:
        """Return how long requests by *tier* take at most, as a rule."""
        return self.times[tier]

    def state(self, archive_id: str, thaw_id: str) -> ThawState:
        """Return how far the vault's job is; it forgets a job a day after its end."""
        return self._job(archive_id, thaw_id)[0]

    def _job(self, archive_id: str, thaw_id: str) -> tuple[ThawState, int]:
        """Return how far the vault's job is, and the archive's size in bytes."""
        try:
            with passing_faults(_VAULT):
                job = self.client.describe_job(vaultName=self.vault, jobId=thaw_id)
        except ClientError as error:
            if code(error) != _MISSING:
                raise
            return ThawState.LOST, 0
        if job.get("ArchiveId") != archive_id:
            return ThawState.LOST, 0
        if not job["Completed"]:
            return ThawState.RUNNING, 0
        ready = job["StatusCode"] == "Succeeded"
        return ThawState.READY if ready else ThawState.LOST, int(job["ArchiveSizeInBytes"])

    def read(self, archive_id: str, thaw_id: str) -> Iterator[bytes]:
        """Yield the archive's bytes, 8 MiB at a time, each compared with its tree hash."""
        state, size = self._job(archive_id, thaw_id)
        if state is ThawState.LOST:
            raise NotFoundError("The vault does not know the request any more.")
        if state is ThawState.RUNNING:
            raise UnavailableError("The vault has not got the archive at hand yet.")
        for start in range(0, size, _READ_BYTES):
            yield self._range(thaw_id, start, min(start + _READ_BYTES, size))

    def _range(self, thaw_id: str, start: int, end: int) -> bytes:
        try:
            with passing_faults(_VAULT):
                answer = self.client.get_job_output(
                    vaultName=self.vault, jobId=thaw_id, range=f"bytes={start}-{end - 1}"
                )
        except ClientError as error:
            if code(error) != _MISSING:
                raise
            raise NotFoundError("The vault does not know the request any more.") from error
        data = b"".join(pieces(answer["body"], _VAULT))
        if len(data) != end - start or tree_hash(data).hex() != answer.get("checksum"):
            raise UnavailableError("What came out of the vault is damaged.")
        return data

    def delete(self, archive_id: str) -> None:
        """Delete the archive; nothing happens if there is none."""
        try:
            with passing_faults(_VAULT):
                self.client.delete_archive(vaultName=self.vault, archiveId=archive_id)
        except ClientError as error:
            if code(error) != _MISSING:
                raise

    def completions(self, body: str) -> Sequence[ThawMessage]:
        """Return which archive is at hand by what the vault told its topic, without an envelope.

        Nothing follows from requests that failed: whoever waits asks again.
        """
        try:
            told = json.loads(body)
            ours = told["VaultARN"].rpartition("/")[2] == self.vault
            succeeded = told["Action"] == "ArchiveRetrieval" and told["StatusCode"] == "Succeeded"
            found = (
                [ThawMessage(told["JobDescription"], told["ArchiveId"], told["JobId"])]
                if succeeded
                else []
            )
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise RejectedError("A message in the queue is not a vault's.") from error
        if not ours:
            raise RejectedError("A message in the queue is of another vault.")
        return found

    def inventory(self) -> Iterable[ArchivedCopy]:
        """Yield what the newest inventory lists of ours, and ask for the next when it is old."""
        jobs = self._inventories()
        finished = [job for job in jobs if job["StatusCode"] == "Succeeded"]
        newest = max(finished, key=lambda job: str(job["CompletionDate"]), default=None)
        running = any(not job["Completed"] for job in jobs)
        if not running and (newest is None or self._is_old(newest)):
            self._ask_for_inventory()
        if newest is not None:
            yield from self._listed(newest["JobId"])

    def _inventories(self) -> list[dict[str, Any]]:
        pages = self.client.get_paginator("list_jobs")
        with passing_faults(_VAULT):
            return [
                job
                for page in pages.paginate(vaultName=self.vault)
                for job in page["JobList"]
                if job["Action"] == "InventoryRetrieval"
            ]

    def _is_old(self, job: Mapping[str, Any]) -> bool:
        made = datetime.fromisoformat(job["CompletionDate"])
        return self.clock() - made >= self.inventory_age

    def _ask_for_inventory(self) -> None:
        try:
            self._begin({"Type": "inventory-retrieval", "Format": "JSON"})
        except ClientError as error:
            # A vault has nothing to list before it is a day old.
            if code(error) != _MISSING:
                raise

    def _listed(self, vault_job: str) -> Iterator[ArchivedCopy]:
        with passing_faults(_VAULT):
            answer = self.client.get_job_output(vaultName=self.vault, jobId=vault_job)
        for entry in entries(pieces(answer["body"], _VAULT)):
            if _JOB_ID.fullmatch(entry["ArchiveDescription"]):
                yield ArchivedCopy(
                    entry["ArchiveId"],
                    entry["ArchiveDescription"],
                    datetime.fromisoformat(entry["CreationDate"]),
                )


def create_vault(client: Any, name: str) -> None:  # noqa: ANN401
    """Make the vault; nothing happens if there is one."""
    with passing_faults(_VAULT):
        client.create_vault(vaultName=name)
