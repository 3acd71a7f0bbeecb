"""What each plan allows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from backend.domain.errors import TooLargeError

# One object in S3, and so one input, has at most this many bytes.
S3_MAX_OBJECT_BYTES = 5 * 1024**4


class Plan(StrEnum):
    """What an account has paid for."""

    FREE = "free"
    PREMIUM = "premium"


@dataclass(frozen=True, slots=True)
class Limits:
    """What a plan allows.

    Attributes:
        max_input_bytes: the largest file, in bytes.
        retention: how long a result can be downloaded; None for ever.
    """

    max_input_bytes: int
    retention: timedelta | None

    def check_size(self, size: int) -> None:
        """Raise TooLargeError if a file of *size* bytes is not allowed."""
        if size > self.max_input_bytes:
            raise TooLargeError(size, self.max_input_bytes)


@dataclass(frozen=True, slots=True)
class Plans:
    """The limits of all plans, as this installation sets them.

    Attributes:
        free_max_input_bytes: the largest file on the free plan, in bytes.
        free_retention: how long a free result can be downloaded after completion.
    """

    free_max_input_bytes: int = 153_600
    free_retention: timedelta = timedelta(seconds=180)

    def limits(self, plan: Plan) -> Limits:
        """Return what *plan* allows."""
        if plan is Plan.PREMIUM:
            return Limits(S3_MAX_OBJECT_BYTES, None)
        return Limits(self.free_max_input_bytes, self.free_retention)
