"""The system's keyring as somebody's who is signed in, with all that it has in memory."""

from __future__ import annotations

import json

from keyring.backends import SecretService
from typing_extensions import override

from desktop.auth.endpoints import IDENTITY_SCOPES

RESOURCE_SERVER, SCOPE = "gas-bench", "all"
_NEVER = 2**40


class SignedInKeyring(SecretService.Keyring):
    """Has a token for whatever it is asked, and keeps none."""

    # The real one looks for a bus.
    priority = 5

    @override
    def get_password(self, service: str, username: str) -> str | None:
        tokens = {
            "resource_server": username,
            "identity_id": "bench",
            "scope": SCOPE if username == RESOURCE_SERVER else " ".join(IDENTITY_SCOPES),
            "access_token": "token",
            "refresh_token": "token",
            "expires_at_seconds": _NEVER,
            "token_type": "Bearer",
        }
        return json.dumps(tokens)

    @override
    def set_password(self, service: str, username: str, password: str) -> None:
        """Nothing is renewed."""
