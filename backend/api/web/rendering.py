"""Templates to answers: every text escaped, the style from a file of its own, no script."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from fastapi import Request
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse

from backend.api.web import words
from backend.api.web.dependencies import Visitor
from backend.api.web.forms import TOKEN_FIELD, form_token
from backend.assets import asset

_TEMPLATES = "templates/web"
_FILES = (
    ("style", "templates/web/style.css", "text/css"),
    ("icon", "icons/app.svg", "image/svg+xml"),
)
_HASH_DIGITS = 12
# The name has a hash of the content in it, so what a browser has under it is never old.
STATIC_HEADERS = {"cache-control": "public, max-age=31536000, immutable"}


@dataclass(frozen=True, slots=True)
class StaticFile:
    """A file that pages refer to."""

    content: bytes
    media_type: str


class Pages:
    """Renders the templates; one for the whole app, in any number of threads.

    Args:
        form_origins: where forms may lead to beside this site.
        secure: whether the pages are reached by https only.

    Attributes:
        files: what is served below /static, by name.
    """

    def __init__(self, form_origins: Iterable[str], *, secure: bool) -> None:
        self.files: dict[str, StaticFile] = {}
        addresses = {name: self._publish(path, kind) for name, path, kind in _FILES}
        self._headers = _headers(form_origins, secure=secure)
        self._environment = Environment(
            loader=FileSystemLoader(asset(_TEMPLATES)),
            autoescape=True,
            undefined=StrictUndefined,
            auto_reload=False,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.globals |= {"static": addresses, "token_field": TOKEN_FIELD}
        self._environment.filters |= words.FILTERS

    def _publish(self, path: str, media_type: str) -> str:
        file = asset(path)
        content = file.read_bytes()
        digest = hashlib.sha256(content).hexdigest()[:_HASH_DIGITS]
        name = f"{file.stem}.{digest}{file.suffix}"
        self.files[name] = StaticFile(content, media_type)
        return f"/static/{name}"

    def render(
        self, template: str, visitor: Visitor | None, status: int = 200, **content: object
    ) -> HTMLResponse:
        """Return the page of *template* as *visitor* sees it."""
        shown = self._environment.get_template(f"{template}.html").render(
            visitor=visitor,
            form_token=form_token(visitor.secret) if visitor else "",
            **{"refresh": None, **content},
        )
        return HTMLResponse(shown, status, self._headers)


def _headers(form_origins: Iterable[str], *, secure: bool) -> dict[str, str]:
    policy = {
        "default-src": "'none'",
        "style-src": "'self'",
        "img-src": "'self'",
        "form-action": " ".join(("'self'", *form_origins)),
        "frame-ancestors": "'none'",
        "base-uri": "'none'",
    }
    headers = {
        "content-security-policy": "; ".join(f"{name} {value}" for name, value in policy.items()),
        # With "no-referrer" browsers would hide the Origin of our own forms from us as well.
        "referrer-policy": "same-origin",
    }
    if secure:
        headers["strict-transport-security"] = "max-age=31536000"
    return headers


def the_pages(request: Request) -> Pages:
    """Return how the pages of this app are rendered."""
    pages: Pages = request.app.state.pages
    return pages
