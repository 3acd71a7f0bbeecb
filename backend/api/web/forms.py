"""Forms that change something: read, and seen to come from a page of ours.

Three things have to hold: the browser brought its session (which it does not for a form of another
site, SameSite=Lax), an Origin that it names is ours, and the form carries the session's own token.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from typing import Annotated
from urllib.parse import parse_qsl, urlsplit

from fastapi import Depends, Request

from backend.api.dependencies import TheApi
from backend.api.web.dependencies import Anybody, SignInNeededError, Visitor
from backend.domain.errors import RejectedError

TOKEN_FIELD = "form_token"  # noqa: S105 - its name, not its value
_MEDIA_TYPE = "application/x-www-form-urlencoded"
_LONGEST = 16 * 1024
_MOST_FIELDS = 20
_UNREASONABLE = "That is not a form of this site. Go back to the page and try again."

Fields = Mapping[str, str]


class ForeignFormError(RejectedError):
    """The form is not from a page that this session was shown; answered by HTTP 403."""


def form_token(secret: str) -> str:
    """Return what each form of the session carries; it does not tell the session's secret."""
    return hmac.digest(secret.encode(), b"form", hashlib.sha256).hex()


async def read_form(request: Request) -> Fields:
    """Return the fields of the request's form.

    Raises:
        RejectedError: it is not a form, or not one of ours.
    """
    if request.headers.get("content-type", "").partition(";")[0].strip() != _MEDIA_TYPE:
        raise RejectedError(_UNREASONABLE)
    body = await request.body()
    if len(body) > _LONGEST:
        raise RejectedError(_UNREASONABLE)
    try:
        pairs = parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=_MOST_FIELDS)
    except ValueError as error:
        raise RejectedError(_UNREASONABLE) from error
    return dict(pairs)


def own_form(
    request: Request,
    api: TheApi,
    fields: Annotated[Fields, Depends(read_form)],
    visitor: Anybody,
) -> Fields:
    """Return the fields of a form that a page of this session was made with.

    Raises:
        SignInNeededError: nobody is signed in in this browser.
        ForeignFormError: the form comes from elsewhere.
    """
    origin = request.headers.get("origin")
    if origin is not None and origin != _origin(api.web_url):
        raise ForeignFormError(_FOREIGN)
    if visitor is None:
        raise SignInNeededError
    _check_token(fields, visitor)
    return fields


def _check_token(fields: Fields, visitor: Visitor) -> None:
    given, right = fields.get(TOKEN_FIELD, ""), form_token(visitor.secret)
    if not hmac.compare_digest(given.encode(), right.encode()):
        raise ForeignFormError(_FOREIGN)


_FOREIGN = (
    "The form is not from a page of this sign-in, so nothing was done. "
    "Load the page again and try once more."
)


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.lower()}"


OwnForm = Annotated[Fields, Depends(own_form)]
