"""Errors as Stripe's API answers them (https://docs.stripe.com/api/errors)."""

from __future__ import annotations

from typing import Any


class ApiError(Exception):
    """An answer that is an error; raised, it undoes what the request did.

    Attributes:
        status: the HTTP status.
        body: the JSON of the answer.
    """

    def __init__(self, status: int, kind: str, message: str, **details: str | None) -> None:
        super().__init__(message)
        self.status = status
        known = {name: value for name, value in details.items() if value is not None}
        self.body: dict[str, Any] = {"error": {"type": kind, "message": message, **known}}


class InvalidRequestError(ApiError):
    """The request cannot be met as it stands."""

    def __init__(
        self, message: str, *, code: str | None = None, param: str | None = None, status: int = 400
    ) -> None:
        super().__init__(status, "invalid_request_error", message, code=code, param=param)


class CardError(ApiError):
    """The card is not charged; the message is for its owner.

    Attributes:
        message: what to tell the person.
        param: the field of the form that is at fault.
    """

    def __init__(
        self, message: str, code: str, *, param: str = "number", decline_code: str | None = None
    ) -> None:
        super().__init__(
            402, "card_error", message, code=code, param=param, decline_code=decline_code
        )
        self.message = message
        self.param = param


def missing(kind: str, object_id: str, *, param: str = "id", status: int = 404) -> ApiError:
    """Return the error about an object that is not there; 404 where the path names it."""
    name = kind.replace("_", " ").replace(".", " ")
    return InvalidRequestError(
        f"No such {name}: '{object_id}'", code="resource_missing", param=param, status=status
    )
