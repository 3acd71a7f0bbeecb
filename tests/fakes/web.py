"""What the web pages need, without Globus."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from urllib.parse import urlencode

from backend.api.sign_in import NotSignedInError, Principal
from backend.api.web.attempts import Attempt
from backend.api.web.dependencies import Web
from backend.services.ports import Clock
from backend.services.web_sessions import Browsers
from tests.fakes.sign_in import FakeIntrospector
from tests.fakes.web_sessions import FakeWebSessions


class FakeSignIn:
    """The port `SignIn`: the code "code-of-NAME" is good once, for the person named after it."""

    def __init__(self) -> None:
        self.attempts: list[Attempt] = []
        self._used: set[str] = set()

    def address(self, attempt: Attempt) -> str:
        return f"https://auth.globus.test/authorize?{urlencode({'state': attempt.state})}"

    def sign_out_address(self) -> str:
        return "https://auth.globus.test/logout"

    async def principal(self, code: str, attempt: Attempt) -> Principal:
        if code in self._used or not code.startswith("code-of-"):
            raise NotSignedInError("Globus does not know this sign-in. Sign in again.")
        self._used.add(code)
        self.attempts.append(attempt)
        name = code.removeprefix("code-of-").partition(".")[0]
        return await FakeIntrospector().principal(f"token-of-{name}")


def fake_web(
    clock: Clock,
    sessions: FakeWebSessions,
    *,
    secure: bool,
    new_secret: Callable[[], str] = lambda: secrets.token_urlsafe(32),
) -> Web:
    """Return what the pages work with."""
    return Web(
        sign_in=FakeSignIn(),
        browsers=Browsers(sessions, clock, new_secret),
        cookie_key=b"k" * 32,
        new_secret=new_secret,
        payment_origins=("https://pay.test",),
        secure=secure,
    )
