"""Errors as problem+json (RFC 9457): one kind, one type, one status."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from backend import wire
from backend.api.sign_in import (
    AccountDeletedError,
    NotSignedInError,
    SignedOutEverywhereError,
    WrongScopeError,
)
from backend.domain.errors import (
    ConflictError,
    NotFoundError,
    RejectedError,
    ServiceError,
    TooLargeError,
    UnavailableError,
)

MEDIA_TYPE = "application/problem+json"
_RETRY_SECONDS = "5"
_MOST_ERRORS = 20
_LONGEST_FIELD = 200


@dataclass(frozen=True, slots=True)
class _Kind:
    status: int
    name: str
    title: str


# The first that fits is taken.
_KINDS: tuple[tuple[type[Exception], _Kind], ...] = (
    (
        SignedOutEverywhereError,
        _Kind(401, wire.SIGNED_OUT_EVERYWHERE, "The account was signed out everywhere"),
    ),
    (NotSignedInError, _Kind(401, "not-signed-in", "Nobody is signed in")),
    (AccountDeletedError, _Kind(403, wire.ACCOUNT_DELETED, "The account is deleted")),
    (WrongScopeError, _Kind(403, "wrong-scope", "The sign-in does not cover this")),
    (TooLargeError, _Kind(413, "file-too-large", "The file is too large for the plan")),
    (NotFoundError, _Kind(404, "not-found", "There is no such thing")),
    (RejectedError, _Kind(422, "rejected", "The request cannot succeed as it stands")),
    (ConflictError, _Kind(409, "conflict", "The job's state does not allow this")),
    (UnavailableError, _Kind(503, "unavailable", "Something needed is down or busy")),
)
_INVALID = _Kind(422, "invalid-request", "The request is not of the form it should be")
_BUG = _Kind(500, "bug", "Something went wrong here")
_OF_HTTP = {
    400: "malformed",
    403: "forbidden",
    404: "no-such-address",
    405: "method-not-allowed",
    413: "request-too-large",
    429: "too-many-requests",
}


def install(app: FastAPI) -> None:
    """Have *app* answer every error as a problem."""
    app.add_exception_handler(ServiceError, _service_error)
    app.add_exception_handler(HTTPException, _http_error)
    app.add_exception_handler(RequestValidationError, _invalid)


def bug(request_id: str) -> Response:
    """Return the answer to a request that met a bug: it says nothing of the inside."""
    detail = "The error is recorded. Try again; if it comes back, send us the request's number."
    return _response(_BUG, detail, request_id)


def _service_error(request: Request, error: Exception) -> Response:
    kind = next(kind for cls, kind in _KINDS if isinstance(error, cls))
    more: dict[str, Any] = {}
    if isinstance(error, TooLargeError):
        more = {"limit": error.limit, "upgrade_url": request.app.state.api.upgrade_url}
    return _response(kind, str(error), _request_id(request), _headers(kind.status), **more)


def _headers(status: int) -> dict[str, str]:
    if status == HTTPStatus.UNAUTHORIZED:
        return {"www-authenticate": 'Bearer realm="gas"'}
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        return {"retry-after": _RETRY_SECONDS}
    return {}


def _http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 - it is registered for these
    title = HTTPStatus(error.status_code).phrase
    kind = _Kind(error.status_code, _OF_HTTP.get(error.status_code, "http"), title)
    headers = {name.lower(): value for name, value in (error.headers or {}).items()}
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        headers |= _allowed(request)
    return _response(kind, error.detail, _request_id(request), headers)


def _allowed(request: Request) -> dict[str, str]:
    """Return all methods of an address: the framework names those of its first route only."""
    route = getattr(request.scope.get("route"), "path", "")
    methods = request.app.openapi()["paths"].get(route, {})
    return {"allow": ", ".join(method.upper() for method in methods)} if methods else {}


def _invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101 - it is registered for these
    errors = [_field_error(item) for item in error.errors()[:_MOST_ERRORS]]
    detail = "; ".join(f"{item.field}: {item.message}" for item in errors)
    return _response(_INVALID, detail, _request_id(request), errors=errors)


def _field_error(item: Mapping[str, Any]) -> wire.FieldError:
    whole = item["type"] == "json_invalid" or len(item["loc"]) == 1
    field = str(item["loc"][0]) if whole else ".".join(str(step) for step in item["loc"][1:])
    return wire.FieldError(field=field[:_LONGEST_FIELD], message=item["msg"])


def _request_id(request: Request) -> str:
    return str(request.scope.get("gas.request_id", ""))


def _response(
    kind: _Kind,
    detail: str,
    request_id: str,
    headers: Mapping[str, str] | None = None,
    **more: Any,  # noqa: ANN401 - the extensions of a kind
) -> Response:
    problem = wire.Problem(
        type=f"{wire.PROBLEM}{kind.name}",
        title=kind.title,
        status=kind.status,
        detail=detail,
        instance=f"urn:gas:request:{request_id}",
        **more,
    )
    content = problem.model_dump_json(exclude_none=True)
    return Response(content, kind.status, headers, MEDIA_TYPE)
