"""Tokens of globus-sdk in a vault: one entry for each resource server."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

from globus_sdk.token_storage import TokenStorage, TokenStorageData

from desktop.auth.vault import TokenVault


class VaultTokenStorage(TokenStorage):
    """Keeps the tokens of *resource_servers* in *vault*; of others it keeps none.

    Id_tokens are not kept: nothing needs them after the sign-in.
    """

    def __init__(self, vault: TokenVault, resource_servers: Iterable[str]) -> None:
        super().__init__()
        self._vault = vault
        self._resource_servers = tuple(resource_servers)

    def store_token_data_by_resource_server(
        self, token_data_by_resource_server: Mapping[str, TokenStorageData]
    ) -> None:
        """Keep the tokens in place of the older ones."""
        for server in self._resource_servers:
            if server in token_data_by_resource_server:
                tokens = token_data_by_resource_server[server].to_dict()
                self._vault.put(server, json.dumps(tokens, separators=(",", ":")))

    def get_token_data_by_resource_server(self) -> dict[str, TokenStorageData]:
        """Return all tokens that are kept; those of two people count as none.

        Two people's can meet where one sign-in was stored in part, in place of another.
        """
        kept = {server: self._tokens(server) for server in self._resource_servers}
        found = {server: tokens for server, tokens in kept.items() if tokens is not None}
        people = {tokens.identity_id for tokens in found.values()}
        return found if len(people) == 1 else {}

    def is_complete(self) -> bool:
        """Tell whether tokens for all resource servers are kept."""
        return len(self.get_token_data_by_resource_server()) == len(self._resource_servers)

    def remove_token_data(self, resource_server: str) -> bool:
        """Forget a resource server's tokens; return whether there were any."""
        there = self._vault.get(resource_server) is not None
        self._vault.remove(resource_server)
        return there

    def remove_all(self) -> None:
        """Forget all tokens."""
        for server in self._resource_servers:
            self._vault.remove(server)

    def _tokens(self, resource_server: str) -> TokenStorageData | None:
        """Return the tokens, or None where the entry is not one that this version wrote."""
        text = self._vault.get(resource_server)
        try:
            return TokenStorageData.from_dict(json.loads(text)) if text else None
        except (AttributeError, TypeError, ValueError):
            return None
