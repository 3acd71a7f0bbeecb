"""One HTTP client for all control traffic: signs requests, and translates what goes wrong."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from email.utils import parsedate_to_datetime
from typing import Protocol, TypeVar

import httpx2
from pydantic import BaseModel, ValidationError

from backend.wire import (
    ACCOUNT_DELETED,
    ACCOUNT_HEADER,
    PROBLEM,
    SIGNED_OUT_EVERYWHERE,
    Problem,
)
from desktop.client.network import unreachable
from desktop.errors import (
    AccountDeletedError,
    ConflictError,
    DesktopError,
    ForbiddenError,
    NotFoundError,
    ProxyError,
    QuotaReachedError,
    ServerFaultError,
    SignedOutError,
    SignedOutEverywhereError,
    TooManyError,
)
from desktop.sentences import Sentence, quoted, said

UNAUTHORIZED, CONFLICT, TOO_LARGE, TOO_MANY, SERVER = 401, 409, 413, 429, 500
_ERRORS, _PROXY = 400, 407
_REFUSALS = {404: NotFoundError, CONFLICT: ConflictError}
_UNKNOWN_FORM = said(
    "The service answered in a form that this app does not know. Is the app up to date?"
)
_log = logging.getLogger(__name__)

Query = Mapping[str, str | int | float | Sequence[str]]


class Authorization(Protocol):
    """Gives the `Authorization` header of whoever is signed in."""

    @property
    def account(self) -> str:
        """The id of the account that the sign-in is for; "" while that is not known."""
        ...

    async def authorization_header(self, *, renew: bool = False) -> str:
        """Return a valid header; *renew* it in any case if the service refused the last one."""
        ...


class Connection:
    """Requests to one service as one person.

    Every method raises DesktopError and nothing else that the network can cause.
    """

    def __init__(self, http: httpx2.AsyncClient, authorization: Authorization) -> None:
        self._http = http
        self._authorization = authorization

    async def send(
        self,
        method: str,
        path: str,
        body: BaseModel | None = None,
        query: Query | None = None,
        *,
        patience: httpx2.Timeout | None = None,
    ) -> httpx2.Response:
        """Return the answer to a request; renew the sign-in once if it is refused.

        Without *patience*, that of the client holds.

        Raises:
            SignedOutError, KeyringLockedError: the request could not be signed.
            OfflineError, ForbiddenError, QuotaReachedError, ServerFaultError: as their names say.
        """
        for renew in (False, True):
            headers = await self._headers(renew=renew)
            with translated():
                response = await self._http.request(
                    method,
                    path,
                    params=dict(query or {}),
                    headers=headers,
                    content=body.model_dump_json() if body else None,
                    timeout=patience or self._http.timeout,
                )
            _log.debug("%s %s: %d", method, path, response.status_code)
            if response.status_code != UNAUTHORIZED or _is_for_good(response):
                break
        if response.status_code >= _ERRORS:
            raise problem_error(response)
        return response

    @asynccontextmanager
    async def stream(
        self,
        path: str,
        headers: Mapping[str, str],
        patience: httpx2.Timeout,
        body: BaseModel | None = None,
    ) -> AsyncIterator[httpx2.Response]:
        """Open an answer that has no end, with *patience*; errors are those of `send`.

        With a *body* it is a POST.
        """
        signed = {**await self._headers(renew=False), **headers}
        method, content = ("POST", body.model_dump_json()) if body else ("GET", None)
        with translated():
            async with self._http.stream(
                method, path, headers=signed, timeout=patience, content=content
            ) as response:
                if response.status_code >= _ERRORS:
                    await response.aread()
                    raise problem_error(response)
                yield response

    async def renew(self) -> None:
        """Get a new token, as after a stream was refused; errors are those of the sign-in."""
        await self._authorization.authorization_header(renew=True)

    async def _headers(self, *, renew: bool) -> dict[str, str]:
        header = await self._authorization.authorization_header(renew=renew)
        headers = {"Authorization": header, "Content-Type": "application/json"}
        account = self._authorization.account
        return {**headers, ACCOUNT_HEADER: account} if account else headers


Answer = TypeVar("Answer", bound=BaseModel)


def read(response: httpx2.Response, model: type[Answer]) -> Answer:
    """Return an answer as *model*.

    Raises:
        ServerFaultError: it is something else.
    """
    try:
        return model.model_validate_json(response.content)
    except ValidationError as error:
        raise ServerFaultError(_UNKNOWN_FORM) from error


@contextmanager
def translated() -> Iterator[None]:
    """Say OfflineError for whatever kept an answer from coming, ServerFaultError for a garbled one.

    The content of an answer is unpacked as it is read, so that is when it is found damaged.
    """
    try:
        yield
    except httpx2.TransportError as error:
        raise unreachable(error) from error
    except httpx2.DecodingError as error:
        raise ServerFaultError(_UNKNOWN_FORM) from error


def problem_error(response: httpx2.Response) -> DesktopError:
    """Return the error that a refusal stands for, with what the service said of it."""
    error = _refusal(response)
    error.status = response.status_code
    return error


def _refusal(response: httpx2.Response) -> DesktopError:
    problem = _problem(response)
    detail = quoted(problem.detail) if problem and problem.detail.strip() else None
    status = response.status_code
    if status == UNAUTHORIZED:
        return SignedOutEverywhereError() if _is_for_good(response) else SignedOutError()
    if _is_of_kind(problem, ACCOUNT_DELETED):
        return AccountDeletedError(detail)
    if status == TOO_LARGE and problem is not None:
        return QuotaReachedError(detail, limit=problem.limit, upgrade_url=problem.upgrade_url)
    if status == _PROXY:
        return ProxyError()
    if status == TOO_MANY or status >= SERVER:
        fault = TooManyError if status == TOO_MANY else ServerFaultError
        return fault(_or_remedy(problem, fault), retry_after=_retry_after(response))
    # A proxy's page says nothing of what the service knows.
    return (_REFUSALS.get(status, ForbiddenError) if problem else ForbiddenError)(detail)


def _or_remedy(problem: Problem | None, error: type[ServerFaultError]) -> Sentence | None:
    """Return what the service said; the app's own words are as good where they are needed."""
    if problem is None or not problem.detail.strip():
        return None
    return quoted(problem.detail, otherwise=error.remedy)


def _retry_after(response: httpx2.Response) -> float | None:
    """Return in how many seconds to ask again: `Retry-After`, which RFC 9110 has in two forms.

    A date counts from the answer's own, for this machine's clock may be wrong.
    """
    told = response.headers.get("retry-after", "").strip()
    if told.isdecimal():
        return float(told)
    try:
        now = parsedate_to_datetime(response.headers.get("date", ""))
        return max(0.0, (parsedate_to_datetime(told) - now).total_seconds())
    except (TypeError, ValueError, OverflowError):
        # Neither form, one of the two has no zone, or no such year or zone can be.
        return None


def _is_for_good(response: httpx2.Response) -> bool:
    """Return whether a refusal is one that a new token must not get round."""
    return _is_of_kind(_problem(response), SIGNED_OUT_EVERYWHERE)


def _is_of_kind(problem: Problem | None, kind: str) -> bool:
    return problem is not None and problem.type == f"{PROBLEM}{kind}"


def _problem(response: httpx2.Response) -> Problem | None:
    """Return what the service says of the error; a proxy's page says nothing."""
    try:
        return Problem.model_validate_json(response.content)
    except ValidationError:
        return None
