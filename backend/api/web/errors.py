"""Errors as pages: what is the matter, what helps, and the number to name when asking for help."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from backend.api.sign_in import NotSignedInError, WrongScopeError
from backend.api.web.dependencies import SignInNeededError
from backend.api.web.forms import ForeignFormError
from backend.api.web.rendering import the_pages
from backend.domain.errors import (
    ConflictError,
    NotFoundError,
    RejectedError,
    ServiceError,
    UnavailableError,
)

_RETRY_SECONDS = "5"
_MISSING = "There is no such page, or it is somebody else's. Look at the address once more."
_GONE = "The page of its job says what there is."
_BUG = "The error is recorded. Try again; if it comes back, send us the request's number."

# The first that fits is taken.
_KINDS: tuple[tuple[type[ServiceError], int, str], ...] = (
    (NotSignedInError, 401, "You are not signed in"),
    (WrongScopeError, 403, "The sign-in does not cover this"),
    (ForeignFormError, 403, "Nothing was done"),
    (RejectedError, 422, "This cannot work as it stands"),
    (ConflictError, 409, "This is not possible now"),
    (UnavailableError, 503, "Something needed is down or busy"),
)

Handle = Callable[[Request], Coroutine[Any, Any, Response]]


class PageRoute(APIRoute):
    """A route whose errors are pages, and which asks people to sign in where they have to."""

    def get_route_handler(self) -> Handle:
        """Return what answers a request."""
        handle = super().get_route_handler()

        async def handle_page(request: Request) -> Response:
            request.scope["gas.bug"] = lambda _number: bug_page(request)
            try:
                return await handle(request)
            except SignInNeededError:
                return _to_sign_in(request)
            except (ServiceError, HTTPException, RequestValidationError) as error:
                return await run_in_threadpool(error_page, request, error)

        return handle_page


def _to_sign_in(request: Request) -> Response:
    """Send the browser to the sign-in, and from there back to the page; a form is not repeated."""
    if request.method != "GET":
        return RedirectResponse("/?notice=ended", 303)
    asked = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    return RedirectResponse(f"/sign-in?{urlencode({'next': asked})}", 303)


def error_page(request: Request, error: Exception) -> Response:
    """Return the page of *error*."""
    if _is_hidden(request, error):
        return _page(request, 404, "There is no such page", _MISSING)
    if isinstance(error, NotFoundError):
        return _page(request, 404, "This is not there any more", f"{error} {_GONE}", of_job=True)
    if isinstance(error, RequestValidationError):
        return _page(request, 422, "The address is not right", _wrong(error))
    if isinstance(error, HTTPException):
        page = _page(request, error.status_code, HTTPStatus(error.status_code).phrase, error.detail)
        page.headers.update(error.headers or {})
        return page
    status, title = next((s, t) for cls, s, t in _KINDS if isinstance(error, cls))
    return _page(request, status, title, str(error))


def _is_hidden(request: Request, error: Exception) -> bool:
    """Whether nothing may be said but that there is no such page.

    A malformed id is as much of a job as one that is somebody else's.
    """
    if isinstance(error, RequestValidationError):
        return any(item["loc"][0] == "path" for item in error.errors())
    job_id = request.path_params.get("job_id")
    return isinstance(error, NotFoundError) and (job_id is None or job_id in str(error))


def _wrong(error: RequestValidationError) -> str:
    """What is wrong with the part of an address behind its question mark."""
    said = [f"{item['loc'][-1]}: {item['msg']}." for item in error.errors()]
    return " ".join([*said, "Leave it out, or follow a link of a page instead."])


def bug_page(request: Request) -> Response:
    """Return the page of a bug: it says nothing of the inside."""
    return _page(request, 500, "Something went wrong here", _BUG)


def _page(
    request: Request, status: int, title: str, detail: str, *, of_job: bool = False
) -> Response:
    visitor = getattr(request.state, "visitor", None)
    of_job = of_job or status == HTTPStatus.CONFLICT
    again = request.method == "GET" and status in {500, 503}
    page = the_pages(request).render(
        "error",
        visitor,
        status,
        title=title,
        detail=detail,
        job_id=request.path_params.get("job_id") if visitor and of_job else None,
        again=request.url.path if again else None,
        sign_in=status in {401, 403} and visitor is None,
        request_id=str(request.scope.get("gas.request_id", "")),
    )
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        page.headers["retry-after"] = _RETRY_SECONDS
    return page


def answer_missing(app: FastAPI) -> None:
    """Have *app* answer browsers that look for what is not there with a page; others as before."""
    before: Any = app.exception_handlers[HTTPException]

    async def missing(request: Request, error: Exception) -> Response:
        if request.url.path.startswith("/v1/") or not _is_browser(request):
            answered: Response = before(request, error)
            return answered
        return await run_in_threadpool(error_page, request, NotFoundError(_MISSING))

    app.add_exception_handler(HTTPStatus.NOT_FOUND, missing)


def _is_browser(request: Request) -> bool:
    return "text/html" in request.headers.get("accept", "")
