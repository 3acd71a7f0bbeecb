"""The two cookies: the browser's session, and its way through the sign-in."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import Request
from starlette.responses import Response

from backend.api.web.attempts import VALID_FOR
from backend.services.web_sessions import LONGEST

_LONGEST_SECRET = 256


@dataclass(frozen=True, slots=True)
class Cookies:
    """Sets and reads cookies that no script sees and no other site's form brings along.

    Attributes:
        secure: whether they go over https only.  They are then named so that no other host of the
            domain can set them (RFC 6265bis, 4.1.3.2).
    """

    secure: bool

    def session(self, request: Request) -> str | None:
        """Return the secret of the browser's session."""
        secret = request.cookies.get(self._name("session"), "")
        return secret if 0 < len(secret) <= _LONGEST_SECRET else None

    def keep_session(self, response: Response, secret: str) -> None:
        """Have the browser remember the session; how long it is good is known here."""
        self._keep(response, "session", secret, int(LONGEST.total_seconds()))

    def forget_session(self, response: Response) -> None:
        """Have the browser forget the session."""
        self._keep(response, "session", "", 0)

    def attempt(self, request: Request) -> str:
        """Return what the browser took along to the sign-in, "" if nothing."""
        return request.cookies.get(self._name("sign_in"), "")

    def keep_attempt(self, response: Response, signed: str) -> None:
        """Have the browser take *signed* along to the sign-in."""
        self._keep(response, "sign_in", signed, int(VALID_FOR.total_seconds()))

    def forget_attempt(self, response: Response) -> None:
        """Have the browser forget the way through the sign-in."""
        self._keep(response, "sign_in", "", 0)

    def _name(self, name: str) -> str:
        return f"__Host-gas_{name}" if self.secure else f"gas_{name}"

    def _keep(self, response: Response, name: str, value: str, seconds: int) -> None:
        response.set_cookie(
            self._name(name),
            value,
            max_age=seconds,
            path="/",
            secure=self.secure,
            httponly=True,
            samesite="lax",
        )
