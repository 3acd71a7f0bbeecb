"""A sign-in that is kept in the keyring, without anybody having signed in."""

from __future__ import annotations

import json
from time import time

from globus_sdk.token_storage import TokenStorageData

from desktop.auth.endpoints import GlobusEndpoints
from desktop.auth.vault import TokenVault

DAY_SECONDS = 86_400


def keep_tokens(vault: TokenVault, endpoints: GlobusEndpoints, access: str = "access") -> None:
    """Put tokens for *endpoints* into *vault*, good for a day; *access* opens the service."""
    for server, scopes in endpoints.scopes.items():
        tokens = TokenStorageData(
            resource_server=server,
            identity_id="sub-of-ada",
            scope=" ".join(scopes),
            access_token=access,
            refresh_token=f"refresh-{server}",
            expires_at_seconds=int(time()) + DAY_SECONDS,
            token_type="Bearer",
        )
        vault.put(server, json.dumps(tokens.to_dict()))
