"""What can go wrong, sorted by what the caller should do about it.

* ServiceError
  x RejectedError            the request is at fault: tell the person, do not retry
    + TooLargeError          the plan does not allow so large a file
    + NotFoundError          no such thing, or it is somebody else's
  x ConflictError            the job is not in a state that allows this
    + IllegalTransitionError
    + BusyError              another worker holds the job, or a later attempt does
    + StaleJobError          somebody else changed the job first
  x DamagedError             stored bytes are not what was recorded: delete nothing, tell people
  x UnavailableError         a dependency is down or busy: try again later
    + NoCapacityError        the archive gives nothing back that fast at the moment

Anything else is a bug: it rises, and is logged once at the door of the process.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from backend.domain.job import Job, Status


class ServiceError(Exception):
    """Base of every error that this service raises on purpose."""


class RejectedError(ServiceError):
    """The request can never succeed as it stands; the message says why and what would help."""


class TooLargeError(RejectedError):
    """The file is larger than the plan allows.

    Attributes:
        size: the file's size, in bytes.
        limit: the plan's limit, in bytes.
    """

    def __init__(self, size: int, limit: int) -> None:
        super().__init__(
            f"The file has {size:,} bytes; the free plan takes files of up to {limit:,} bytes. "
            "Upgrade to Premium to annotate files of any size."
        )
        self.size = size
        self.limit = limit


class NotFoundError(RejectedError):
    """There is no such thing, as far as the caller may know."""


class ConflictError(ServiceError):
    """The job's present state does not allow the request."""


class IllegalTransitionError(ConflictError):
    """The event cannot happen to a job in this status."""

    def __init__(self, status: Status, event: str) -> None:
        super().__init__(f"{event} cannot happen to a job that is {status.value}.")
        self.status = status
        self.event = event


class BusyError(IllegalTransitionError):
    """The job is held by another worker, or by a later attempt."""


class StaleJobError(ConflictError):
    """The stored job has moved on; *current* is what is stored now."""

    def __init__(self, current: Job) -> None:
        super().__init__(f"Job {current.id} is at version {current.version}.")
        self.current = current


class UnavailableError(ServiceError):
    """A dependency failed in a way that may pass."""


class DamagedError(ServiceError):
    """What is stored is not what was recorded: its copies are kept, and somebody has to look."""


class NoCapacityError(UnavailableError):
    """The archive refused this tier for want of capacity; a slower one may be had."""
