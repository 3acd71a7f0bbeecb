"""Tokens that are good without Globus."""

from __future__ import annotations

from datetime import UTC, datetime

from backend.api.sign_in import NotSignedInError, Principal, WrongScopeError
from backend.domain.errors import UnavailableError

_LONG_AGO = "2000-01-01T00:00:00+00:00"


class FakeIntrospector:
    """Call it with a token.

    A token that begins with "token-of-" is good, of the person named after it, and very old;
    behind an "@" it may say when it was issued.  The tokens "other-scope" and "globus-is-down" do
    what they say; all others are refused.
    """

    async def principal(self, token: str) -> Principal:
        if token == "globus-is-down":
            raise UnavailableError("Globus does not answer. Try again in a minute.")
        if token == "other-scope":
            raise WrongScopeError("You have not let the app use this service.")
        if not token.startswith("token-of-"):
            raise NotSignedInError("The sign-in has ended. Sign in again.")
        name, _, issued = token.removeprefix("token-of-").partition("@")
        return Principal(
            sub=f"sub-of-{name}",
            username=f"{name}@local.test",
            name=name.title(),
            email=f"{name}@local.test",
            organization="",
            identities=(f"sub-of-{name}",),
            expires_at=datetime(2100, 1, 1, tzinfo=UTC),
            issued_at=datetime.fromisoformat(issued or _LONG_AGO),
        )
