"""Somebody at the sign-in page of the local stand-in, for demonstrations and tests."""

from __future__ import annotations

from collections.abc import Callable

import httpx2

_TIMEOUT_SECONDS = 15.0


def signs_in_as(username: str) -> Callable[[str], None]:
    """Return what opens an address as a browser would, and there chooses *username*."""

    def open_url(url: str) -> None:
        with httpx2.Client(follow_redirects=True, timeout=_TIMEOUT_SECONDS) as browser:
            browser.get(url).raise_for_status()
            browser.post(url, data={"username": username}).raise_for_status()

    return open_url
