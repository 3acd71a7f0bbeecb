"""What is known of transfers that have begun, so that another try goes on where the last ended."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from backend.wire import SentPart
from desktop.transfer.source import Source


@dataclass(frozen=True, slots=True)
class BegunUpload:
    """An upload whose job has been made.

    Attributes:
        source: the file as it was then.
    """

    source: Source
    job_id: str


@dataclass(frozen=True, slots=True)
class BegunDownload:
    """A download of which a piece may be there.

    Attributes:
        part: where the piece is.
        version: the file store's ETag of what the piece is of; "" where it gave none.
    """

    part: Path
    version: str


class Ledger(Protocol):
    """Remembers by key; every method may be called from any thread.

    What a method was told is on the disk when it returns, and outlives the process.
    """

    def upload(self, key: str) -> BegunUpload | None:
        """Return an upload that has begun, or None."""
        ...

    def begin_upload(self, key: str, begun: BegunUpload) -> None:
        """Remember an upload; the parts that are noted stay."""
        ...

    def parts(self, key: str) -> Sequence[SentPart]:
        """Return the parts of an upload that were taken, in order."""
        ...

    def note_part(self, key: str, part: SentPart) -> None:
        """Remember a part that was taken; of an upload that is forgotten, nothing is."""
        ...

    def download(self, key: str) -> BegunDownload | None:
        """Return a download that has begun, or None."""
        ...

    def begin_download(self, key: str, begun: BegunDownload) -> None:
        """Remember a download."""
        ...

    def forget(self, key: str) -> None:
        """Forget whatever has this key."""
        ...


class NoLedger:
    """Remembers nothing: for transfers that are not taken up again."""

    def upload(self, key: str) -> BegunUpload | None:
        """Return None."""

    def begin_upload(self, key: str, begun: BegunUpload) -> None:
        """Do nothing."""

    def parts(self, key: str) -> Sequence[SentPart]:  # noqa: ARG002 - of the protocol
        """Return none."""
        return ()

    def note_part(self, key: str, part: SentPart) -> None:
        """Do nothing."""

    def download(self, key: str) -> BegunDownload | None:
        """Return None."""

    def begin_download(self, key: str, begun: BegunDownload) -> None:
        """Do nothing."""

    def forget(self, key: str) -> None:
        """Do nothing."""
