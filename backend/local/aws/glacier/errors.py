"""What Glacier refuses, by AWS's names."""

from __future__ import annotations

STATUSES = {
    "AccessDeniedException": 403,
    "InsufficientCapacityException": 503,
    "InvalidParameterValueException": 400,
    "MissingParameterValueException": 400,
    "RequestTimeoutException": 408,
    "ResourceNotFoundException": 404,
}
SERVER_ERRORS = 500


class GlacierError(Exception):
    """The request is refused; the message says why.

    Attributes:
        code: Glacier's name of the error, one of `STATUSES`.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code

    @property
    def status(self) -> int:
        """The HTTP status to answer with."""
        return STATUSES[self.code]

    @property
    def type(self) -> str:
        """Whose fault it is: Client or Server."""
        return "Server" if self.status >= SERVER_ERRORS else "Client"


def invalid(message: str) -> GlacierError:
    """Return the error of a wrong value."""
    return GlacierError("InvalidParameterValueException", message)


def missing(name: str) -> GlacierError:
    """Return the error of a value that was not sent."""
    return GlacierError("MissingParameterValueException", f"Required parameter missing: {name}")


def not_found(message: str) -> GlacierError:
    """Return the error of a thing that there is not."""
    return GlacierError("ResourceNotFoundException", message)
