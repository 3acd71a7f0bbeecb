"""A browser without a window: it keeps cookies, follows nothing, and reads forms."""

from __future__ import annotations

import re
from html import unescape
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2
from starlette.testclient import TestClient
from starlette.types import ASGIApp


class Browser:
    """One person's browser at the site.

    Args:
        app: the site.
        url: its address.
    """

    def __init__(self, app: ASGIApp, url: str) -> None:
        self._url = url
        self._client = TestClient(
            app, base_url=url, follow_redirects=False, headers={"accept": "text/html"}
        )

    @property
    def cookies(self) -> dict[str, str]:
        """What the browser remembers."""
        return dict(self._client.cookies)

    def forget(self) -> None:
        """Lose all cookies."""
        self._client.cookies.clear()

    def take(self, cookies: dict[str, str]) -> None:
        """Put cookies of another browser, or of another time, into this one."""
        host = str(urlsplit(self._url).hostname)
        for name, value in cookies.items():
            self._client.cookies.set(name, value, domain=host, path="/")

    def get(self, path: str, **options: Any) -> httpx2.Response:
        """Open a page."""
        return self._client.get(path, **options)

    def ask(self, method: str, path: str, **options: Any) -> httpx2.Response:
        """Send any request."""
        return self._client.request(method, path, **options)

    def begin_sign_in(self, page: str = "") -> str:
        """Go to the sign-in and return the state that Globus will send back."""
        answer = self.get("/sign-in", params={"next": page} if page else {})
        assert answer.status_code == 303
        return parse_qs(urlsplit(answer.headers["location"]).query)["state"][0]

    def sign_in(self, name: str, page: str = "") -> httpx2.Response:
        """Sign in as *name* and return the answer to the way back from Globus."""
        state = self.begin_sign_in(page)
        query = {"state": state, "code": f"code-of-{name}.{state}"}
        answer = self.get("/sign-in/done", params=query)
        assert answer.status_code == 303, answer.text
        return answer

    def submit(
        self, page: str, action: str, origin: str | None = None, **fields: str
    ) -> httpx2.Response:
        """Open *page* and send its form that goes to *action*."""
        shown = self.get(page)
        assert shown.status_code == 200, shown.text
        headers = {"origin": origin or self._url}
        hidden = form_fields(shown.text, action)
        return self._client.post(action, data={**hidden, **fields}, headers=headers)


def form_fields(html: str, action: str) -> dict[str, str]:
    """Return the hidden fields of the form that goes to *action*."""
    form = re.search(rf'<form method="post" action="{action}">(.*?)</form>', html, re.DOTALL)
    assert form, f"no form to {action}"
    hidden = re.findall(r'<input type="hidden" name="(.*?)" value="(.*?)">', form[1])
    return {name: unescape(value) for name, value in hidden}
