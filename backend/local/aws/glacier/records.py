"""What a vault holds, as rows of the journal; times are in seconds since 1970."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from backend.local.aws.glacier.tree_hash import tree_hash
from backend.local.aws.names import arn


class JobStatus(StrEnum):
    """Where a job stands, in AWS's words."""

    RUNNING = "InProgress"
    SUCCEEDED = "Succeeded"
    FAILED = "Failed"


def vault_arn(name: str) -> str:
    """Return the ARN of a vault."""
    return arn("glacier", f"vaults/{name}")


@dataclass(frozen=True, slots=True)
class Vault:
    """A vault.

    Attributes:
        topic: the topic that is told of its jobs, empty for none.
        events: which jobs that topic is told of, with commas between.
        inventoried: when an inventory was last taken, None before the first.
    """

    name: str
    created: float
    topic: str = ""
    events: str = ""
    inventoried: float | None = None


@dataclass(frozen=True, slots=True)
class Archive:
    """An archive.

    Attributes:
        size: in bytes.
        upload: the multipart upload that it came by, empty if it came in one piece.
    """

    id: str
    vault: str
    description: str
    size: int
    tree_hash: str
    created: float
    upload: str = ""


@dataclass(frozen=True, slots=True)
class Upload:
    """A multipart upload that is neither completed nor aborted.

    Attributes:
        part_size: of every part but the last, in bytes.
        touched: when its last part came.
    """

    id: str
    vault: str
    description: str
    part_size: int
    created: float
    touched: float


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of what an upload, an archive or an inventory is made of; its bytes are a file.

    Attributes:
        owner: the id of what it is a piece of.
        begin: where it lies in that, in bytes from the start.
        size: in bytes.
        leaves: the digests of its megabytes, one after the other.
        file: its name in the folder of the vaults.
    """

    owner: str
    begin: int
    size: int
    leaves: bytes
    file: str

    @property
    def end(self) -> int:
        """Where the next part begins."""
        return self.begin + self.size

    @property
    def tree_hash(self) -> str:
        """Its tree hash."""
        return tree_hash(self.leaves)


@dataclass(frozen=True, slots=True)
class Job:
    """A retrieval of an archive, or of a vault's inventory.

    Attributes:
        archive: the id of the archive, empty for an inventory.
        size: of what is retrieved, in bytes.
        tree_hash: of the archive.
        tier: Expedited, Standard or Bulk; empty for an inventory.
        topic: the topic that is told when it ends, empty for none.
        due: when it will end.
        completed: when it ended, None while it runs.
        told: whether its topics know that it ended.
    """

    id: str
    vault: str
    archive: str
    size: int
    tree_hash: str
    tier: str
    topic: str
    description: str
    created: float
    due: float
    completed: float | None = None
    status: JobStatus = JobStatus.RUNNING
    told: bool = False

    @property
    def source(self) -> str:
        """The owner of the parts that it brings back."""
        return self.archive or self.id
