"""What Glacier tells of its things, in JSON."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from backend.local.aws.glacier.records import (
    Archive,
    Job,
    JobStatus,
    Part,
    Upload,
    Vault,
    vault_arn,
)
from backend.local.aws.private import Json

MESSAGES = {
    JobStatus.RUNNING: None,
    JobStatus.SUCCEEDED: "Succeeded",
    JobStatus.FAILED: "The archive was deleted before it was retrieved",
}


def moment(at: float | None) -> str | None:
    """Return a time as Glacier writes it, None for none."""
    if at is None:
        return None
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds")[:-6] + "Z"


def of_vault(vault: Vault, archives: int, size: int) -> dict[str, Json]:
    """Return a vault with the number of its *archives* and their *size* in bytes."""
    return {
        "VaultARN": vault_arn(vault.name),
        "VaultName": vault.name,
        "CreationDate": moment(vault.created),
        "LastInventoryDate": moment(vault.inventoried),
        "NumberOfArchives": archives,
        "SizeInBytes": size,
    }


def of_upload(upload: Upload) -> dict[str, Json]:
    """Return an unfinished upload."""
    return {
        "MultipartUploadId": upload.id,
        "VaultARN": vault_arn(upload.vault),
        "ArchiveDescription": upload.description or None,
        "PartSizeInBytes": upload.part_size,
        "CreationDate": moment(upload.created),
    }


def of_part(part: Part) -> dict[str, Json]:
    """Return a part of an unfinished upload."""
    return {"RangeInBytes": f"{part.begin}-{part.end - 1}", "SHA256TreeHash": part.tree_hash}


def of_job(job: Job) -> dict[str, Json]:
    """Return a job, as it is described and as topics are told of it."""
    told: dict[str, Json] = {
        "JobId": job.id,
        "JobDescription": job.description or None,
        "VaultARN": vault_arn(job.vault),
        "CreationDate": moment(job.created),
        "Completed": job.status is not JobStatus.RUNNING,
        "CompletionDate": moment(job.completed),
        "StatusCode": job.status,
        "StatusMessage": MESSAGES[job.status],
        "SNSTopic": job.topic or None,
    }
    return told | (_of_retrieval(job) if job.archive else _of_inventory(job))


def _of_retrieval(job: Job) -> dict[str, Json]:
    return {
        "Action": "ArchiveRetrieval",
        "ArchiveId": job.archive,
        "ArchiveSizeInBytes": job.size,
        "ArchiveSHA256TreeHash": job.tree_hash,
        "SHA256TreeHash": job.tree_hash,
        "RetrievalByteRange": f"0-{job.size - 1}",
        "Tier": job.tier,
        "InventorySizeInBytes": None,
        "InventoryRetrievalParameters": None,
    }


def _of_inventory(job: Job) -> dict[str, Json]:
    return {
        "Action": "InventoryRetrieval",
        "ArchiveId": None,
        "ArchiveSizeInBytes": None,
        "ArchiveSHA256TreeHash": None,
        "SHA256TreeHash": None,
        "RetrievalByteRange": None,
        "Tier": None,
        "InventorySizeInBytes": job.size if job.completed else None,
        "InventoryRetrievalParameters": {"Format": "JSON"},
    }


def inventory(vault: str, archives: Iterable[Archive], taken: float) -> dict[str, Json]:
    """Return the list of all archives of a vault."""
    listed = [
        {
            "ArchiveId": archive.id,
            "ArchiveDescription": archive.description,
            "CreationDate": moment(archive.created),
            "Size": archive.size,
            "SHA256TreeHash": archive.tree_hash,
        }
        for archive in archives
    ]
    return {"VaultARN": vault_arn(vault), "InventoryDate": moment(taken), "ArchiveList": listed}
