"""Where to sign in, and for what."""

from __future__ import annotations

from dataclasses import dataclass

AUTH_RESOURCE_SERVER = "auth.globus.org"
"""Globus Auth's own name as a resource server, wherever it runs."""

IDENTITY_SCOPES = ("openid", "profile", "email")


@dataclass(frozen=True)
class GlobusEndpoints:
    """One registration of this app with one Globus Auth, real or local.

    Attributes:
        auth_url: the address of Globus Auth, which is also the issuer of its tokens.
        desktop_client_id: this app, a native client.
        resource_server: the client id of the service's API.
        scope: what the person is asked to allow: to call that API.
    """

    auth_url: str
    desktop_client_id: str
    resource_server: str
    scope: str

    @property
    def issuer(self) -> str:
        """The ``iss`` of id_tokens."""
        return self.auth_url.rstrip("/")

    @property
    def vault_service(self) -> str:
        """The name of this registration's keyring entries; that of no other is the same."""
        return f"Genomics Annotation Service ({self.issuer}, {self.desktop_client_id})"

    @property
    def scopes(self) -> dict[str, list[str]]:
        """What to ask for, by resource server."""
        return {
            AUTH_RESOURCE_SERVER: list(IDENTITY_SCOPES),
            self.resource_server: [self.scope],
        }
