"""Parameters in the form encoding of Stripe's API: ``line_items[0][price]=price_1``."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlsplit

from backend.local.stripe.errors import InvalidRequestError

_KEY = re.compile(r"([^\[\]]+)((?:\[[^\[\]]*\])*)")
LOCAL_NAMES = ("127.0.0.1", "localhost")
"""What this machine calls itself, in addresses that a page's policy can hold."""


def nested(pairs: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """Return form fields as objects and lists.

    Raises:
        InvalidRequestError: a name is malformed, or names both a value and an object.
    """
    tree: dict[str, Any] = {}
    for name, value in pairs:
        match = _KEY.fullmatch(name)
        if match is None:
            raise InvalidRequestError(f"Invalid parameter name: {name}", param=name)
        *path, last = [match[1], *re.findall(r"\[([^\[\]]*)\]", match[2])]
        here = tree
        for part in path:
            here = here.setdefault(part, {})
            if not isinstance(here, dict):
                raise InvalidRequestError(f"Invalid object: {name}", param=name)
        # a[]=1&a[]=2 is a list without numbers.
        here[last or str(len(here))] = value
    return {name: _with_lists(value) for name, value in tree.items()}


def _with_lists(value: Any) -> Any:  # noqa: ANN401 - a tree of any shape
    if not isinstance(value, dict):
        return value
    whole = {name: _with_lists(each) for name, each in value.items()}
    if whole and all(name.isdecimal() for name in whole):
        return [whole[name] for name in sorted(whole, key=int)]
    return whole


class Parameters:
    """What a request asks; each reader raises `InvalidRequestError` about a value at fault."""

    def __init__(self, fields: Mapping[str, Any]) -> None:
        self._fields = dict(fields)

    def only(self, *names: str) -> None:
        """Refuse a parameter that is not among *names*, as Stripe does."""
        unknown = sorted(self._fields.keys() - set(names))
        if unknown:
            message = f"Received unknown parameter: {unknown[0]}"
            raise InvalidRequestError(message, code="parameter_unknown", param=unknown[0])

    def has(self, name: str) -> bool:
        """Whether the parameter was sent."""
        return name in self._fields

    def text(self, name: str) -> str | None:
        """Return a text; an empty one is none."""
        value = self._fields.get(name, "")
        if not isinstance(value, str):
            raise InvalidRequestError(f"Invalid string: {name}", param=name)
        return value or None

    def required(self, name: str) -> str:
        """Return a text that has to be there."""
        value = self.text(name)
        if value is None:
            message = f"Missing required param: {name}."
            raise InvalidRequestError(message, code="parameter_missing", param=name)
        return value

    def one_of(self, name: str, choices: Iterable[str]) -> str | None:
        """Return a text that is one of *choices*."""
        value, known = self.text(name), tuple(choices)
        if value is not None and value not in known:
            raise InvalidRequestError(
                f"Invalid {name}: must be one of {', '.join(known)}", param=name
            )
        return value

    def whole(self, name: str, otherwise: int) -> int:
        """Return a whole number."""
        value = self.text(name)
        try:
            return otherwise if value is None else int(value)
        except ValueError as error:
            message = f"Invalid integer: {value}"
            raise InvalidRequestError(
                message, code="parameter_invalid_integer", param=name
            ) from error

    def flag(self, name: str) -> bool | None:
        """Return yes or no, None where nothing is said."""
        value = self.one_of(name, ("true", "false"))
        return None if value is None else value == "true"

    def mapping(self, name: str) -> dict[str, Any]:
        """Return an object; an empty text is an empty one."""
        value = self._fields.get(name) or {}
        if not isinstance(value, dict):
            raise InvalidRequestError("Invalid object", param=name)
        return value

    def sequence(self, name: str) -> list[Any]:
        """Return a list."""
        value = self._fields.get(name) or []
        if not isinstance(value, list):
            raise InvalidRequestError("Invalid array", param=name)
        return value

    def local_url(self, name: str) -> str:
        """Return an address to send a browser to; only one of this machine will do."""
        url = self.required(name)
        if not is_local_url(url):
            message = "Not a valid URL: the local stand-in returns to 127.0.0.1 or localhost only"
            raise InvalidRequestError(message, code="url_invalid", param=name)
        return url


def merged(metadata: Mapping[str, str], asked: Parameters) -> dict[str, str]:
    """Return *metadata* as the request changes it: an empty text takes a key, or all, away."""
    if asked.has("metadata") and not asked.mapping("metadata"):
        return {}
    whole = {**metadata, **{key: str(value) for key, value in asked.mapping("metadata").items()}}
    return {key: value for key, value in whole.items() if value}


def is_local_url(url: str) -> bool:
    """Whether *url* is HTTP or HTTPS to this machine."""
    try:
        address = urlsplit(url)
        port = address.port
    except ValueError:
        return False
    local = address.scheme in {"http", "https"} and address.hostname in LOCAL_NAMES
    return local and port != 0 and address.username is None
