"""A request to Glacier and the answer to it, as HTTP has them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import parse_qsl

from backend.local.aws.glacier.errors import GlacierError, invalid, missing
from backend.local.aws.glacier.store import Page
from backend.local.aws.private import Json
from backend.local.aws.requests import REASONS, Environ, StartResponse, answer, header

LONGEST_TEXT = 1 << 20


@dataclass(frozen=True, slots=True)
class Request:
    """A request that a route was found for.

    Attributes:
        ids: what its path names: a vault, and what there is in it.
        text: its body, if that is text.
    """

    environ: Environ
    ids: Sequence[str]
    text: bytes = b""

    @property
    def vault(self) -> str:
        """The name of the vault."""
        return self.ids[0]

    def header(self, name: str) -> str:
        """Return the header *name*, given in lower case; empty if it was not sent."""
        return header(self.environ, name) or ""

    def needed(self, name: str) -> str:
        """Return the header *name*, which must have been sent."""
        value = self.header(name)
        if not value:
            raise missing(name)
        return value

    def number(self, name: str) -> int:
        """Return the whole number in the header *name*."""
        value = self.needed(name)
        if not value.isdecimal():
            raise invalid(f"Invalid {name}: {value}")
        return int(value)

    def query(self, name: str) -> str:
        """Return a value of the query, empty if it was not sent."""
        given = dict(parse_qsl(str(self.environ.get("QUERY_STRING", ""))))
        return given.get(name, "")

    def page(self, most: int) -> Page:
        """Return which page of a list is wanted, of *most* entries at most."""
        limit = self.query("limit") or str(most)
        if not limit.isdecimal() or not 0 < int(limit) <= most:
            raise invalid(f"Invalid limit: {limit}; it is 1 to {most}")
        return Page(self.query("marker"), int(limit))

    def json(self) -> Mapping[str, Json]:
        """Return the body."""
        try:
            value = json.loads(self.text)
        except ValueError as error:
            raise invalid("Invalid body: it is not JSON") from error
        if not isinstance(value, dict):
            raise invalid("Invalid body: it is no JSON object")
        return value


def text_of(environ: Environ) -> bytes:
    """Return the body of a request that brings text, or none."""
    length = int(environ.get("CONTENT_LENGTH") or 0)
    if length > LONGEST_TEXT:
        raise invalid(f"Invalid Content-Length: {length}")
    return bytes(environ["wsgi.input"].read(length))


@dataclass(frozen=True, slots=True)
class Answer:
    """What a route answers.

    Attributes:
        value: the body, as JSON; None for no body.
        bytes: the body instead, piece by piece; its length is in *headers*.
    """

    status: int
    value: Json = None
    headers: Mapping[str, str] = field(default_factory=dict)
    bytes: Iterable[bytes] | None = None


def send(given: Answer, start: StartResponse) -> Iterable[bytes]:
    """Answer."""
    if given.bytes is not None:
        start(f"{given.status} {REASONS[given.status]}", list(given.headers.items()))
        return given.bytes
    body = b"" if given.value is None else json.dumps(given.value).encode()
    named = {name.replace("-", "_"): value for name, value in given.headers.items()}
    return answer(start, given.status, body, "application/json", **named)


def refuse(error: GlacierError, start: StartResponse) -> Iterable[bytes]:
    """Answer with an error, as Glacier words it."""
    body = {"code": error.code, "type": error.type, "message": str(error)}
    return answer(
        start,
        error.status,
        json.dumps(body).encode(),
        "application/json",
        x_amzn_ErrorType=error.code,
        # What is left of the body of a refused request is not read.
        Connection="close",
    )
