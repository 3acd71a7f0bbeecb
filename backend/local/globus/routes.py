"""The stand-in's HTTP: the paths, status codes and bodies of Globus Auth v2."""

from __future__ import annotations

import base64
import binascii
import secrets
import uuid
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from backend.local.globus import pages
from backend.local.globus.authorize import AuthorizePage
from backend.local.globus.directory import AUTH_RESOURCE_SERVER, IDENTITY_SCOPES, Client, User
from backend.local.globus.tokens import InvalidGrantError, Issuer, claims_about

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from starlette.requests import Request

    from backend.local.globus.directory import Directory
    from backend.local.globus.store import Store, Token

_NO_STORE = {"Cache-Control": "no-store"}


def build_app(
    *, issuer: str, directory: Directory, store: Store, clock: Callable[[], float]
) -> Starlette:
    """Return the stand-in as an ASGI app; it closes *store* when it is shut down.

    Args:
        issuer: the address at which it will be reached, such as ``http://127.0.0.1:9410``.
        directory: who can sign in, and for which programs.
        store: what it has issued.
        clock: seconds since the epoch.
    """
    endpoints = _Endpoints(Issuer(issuer.rstrip("/"), directory, store, clock))

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        yield
        store.close()

    # A page of the web that calls itself by a name of ours must not get at the forms.
    local_names = Middleware(TrustedHostMiddleware, allowed_hosts=["127.0.0.1", "localhost"])
    return Starlette(routes=endpoints.routes(), middleware=[local_names], lifespan=lifespan)


class _Endpoints:
    def __init__(self, issuer: Issuer) -> None:
        self._issuer = issuer
        self._directory = issuer.directory
        self._authorize = AuthorizePage(issuer)

    def routes(self) -> list[Route]:
        return [
            Route("/.well-known/openid-configuration", self.discovery),
            Route("/jwk.json", self.jwk),
            Route("/v2/oauth2/authorize", self._authorize.show, methods=["GET"]),
            Route("/v2/oauth2/authorize", self._authorize.choose, methods=["POST"]),
            Route("/v2/oauth2/token", self.token, methods=["POST"]),
            Route("/v2/oauth2/token/introspect", self.introspect, methods=["POST"]),
            Route("/v2/oauth2/token/revoke", self.revoke, methods=["POST"]),
            Route("/v2/oauth2/userinfo", self.userinfo, methods=["GET", "POST"]),
            Route("/v2/web/auth-code", self.auth_code),
            Route("/v2/web/logout", self.logout),
        ]

    async def discovery(self, _request: Request) -> Response:
        url = self._issuer.url
        return JSONResponse(
            {
                "issuer": url,
                "authorization_endpoint": f"{url}/v2/oauth2/authorize",
                "token_endpoint": f"{url}/v2/oauth2/token",
                "userinfo_endpoint": f"{url}/v2/oauth2/userinfo",
                "introspection_endpoint": f"{url}/v2/oauth2/token/introspect",
                "revocation_endpoint": f"{url}/v2/oauth2/token/revoke",
                "jwks_uri": f"{url}/jwk.json",
                "response_types_supported": ["code"],
                "scopes_supported": list(IDENTITY_SCOPES),
                "id_token_signing_alg_values_supported": ["RS512"],
                "code_challenge_methods_supported": ["S256"],
                "token_endpoint_auth_methods_supported": ["client_secret_basic", "none"],
                "subject_types_supported": ["public"],
            }
        )

    async def jwk(self, _request: Request) -> Response:
        return JSONResponse({"keys": [self._issuer.public_key()]})

    async def token(self, request: Request) -> Response:
        form = await _form(request)
        client = self._client(request, form)
        if client is None:
            return _invalid_client()
        match form.get("grant_type"):
            case "authorization_code":
                return self._exchange(client, form)
            case "refresh_token":
                return self._refresh(client, form)
        return _token_refusal(400, "unsupported_grant_type", "This grant type is not offered.")

    def _exchange(self, client: Client, form: dict[str, str]) -> Response:
        try:
            tokens = self._issuer.exchange(
                client,
                form.get("code", ""),
                form.get("redirect_uri", ""),
                form.get("code_verifier", ""),
            )
        except InvalidGrantError as error:
            return _token_refusal(401, "invalid_grant", str(error))
        return JSONResponse(tokens, headers=_NO_STORE)

    def _refresh(self, client: Client, form: dict[str, str]) -> Response:
        try:
            tokens = self._issuer.refresh(client, form.get("refresh_token", ""))
        except InvalidGrantError as error:
            return _token_refusal(400, "invalid_grant", str(error))
        return JSONResponse(tokens, headers=_NO_STORE)

    async def introspect(self, request: Request) -> Response:
        form = await _form(request)
        client = self._client(request, form)
        if client is None or client.secret is None:
            return _invalid_client()
        token = self._issuer.live(form.get("token", ""), "access", "refresh")
        user = self._directory.user(token.sub) if token else None
        # Only whom the token is for, and whom it was issued to, may look into it.
        if token is None or user is None or client.id not in {token.resource_server, token.client}:
            return JSONResponse({"active": False}, headers=_NO_STORE)
        answer = self._introspection(token, user)
        wanted = form.get("include", "").split(",")
        answer |= {key: value for key, value in _identity_sets(user).items() if key in wanted}
        return JSONResponse(answer, headers=_NO_STORE)

    def _introspection(self, token: Token, user: User) -> dict[str, Any]:
        return {
            "active": True,
            "token_type": "Bearer",
            "scope": token.scope,
            "client_id": token.client,
            "sub": user.id,
            "username": user.username,
            "name": user.name,
            "email": user.email,
            "aud": [token.resource_server, token.client],
            "iss": self._issuer.url,
            "exp": int(token.expires_at),
            "iat": int(token.issued_at),
            "nbf": int(token.issued_at),
        }

    async def revoke(self, request: Request) -> Response:
        form = await _form(request)
        client = self._client(request, form)
        if client is None:
            return _invalid_client()
        self._issuer.revoke(client, form.get("token", ""))
        return JSONResponse({"active": False}, headers=_NO_STORE)

    async def userinfo(self, request: Request) -> Response:
        scheme, _, secret = request.headers.get("authorization", "").partition(" ")
        token = self._issuer.live(secret, "access") if scheme.lower() == "bearer" else None
        user = self._directory.user(token.sub) if token else None
        if token is None or user is None:
            return _refusal(401, "unauthorized", "Call must be authenticated")
        scopes = token.scope.split()
        if token.resource_server != AUTH_RESOURCE_SERVER or "openid" not in scopes:
            return _refusal(403, "forbidden", "The token lacks the scope openid.")
        return JSONResponse({"sub": user.id, **claims_about(user, scopes)}, headers=_NO_STORE)

    async def auth_code(self, request: Request) -> Response:
        return pages.code_page(request.query_params.get("code", ""))

    async def logout(self, _request: Request) -> Response:
        return pages.signed_out_page()

    def _client(self, request: Request, form: dict[str, str]) -> Client | None:
        """Return who calls: by HTTP Basic with a secret, or a native app by its id alone."""
        header = request.headers.get("authorization", "")
        if header.lower().startswith("basic "):
            return self._confidential_client(header[6:])
        client = self._directory.client(form.get("client_id", ""))
        return client if client is not None and client.secret is None else None

    def _confidential_client(self, credentials: str) -> Client | None:
        try:
            client_id, _, secret = base64.b64decode(credentials).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            return None
        client = self._directory.client(client_id)
        if client is None or client.secret is None:
            return None
        same = secrets.compare_digest(client.secret.encode(), secret.encode())
        return client if same else None


def _identity_sets(user: User) -> dict[str, Any]:
    detail = {
        "sub": user.id,
        "username": user.username,
        "name": user.name,
        "email": user.email,
        "organization": user.organization,
    }
    return {"identity_set": list(user.identities), "identity_set_detail": [detail]}


async def _form(request: Request) -> dict[str, str]:
    body = await request.body()
    return dict(parse_qsl(body.decode(errors="replace"), keep_blank_values=True))


def _invalid_client() -> Response:
    return _token_refusal(401, "invalid_client", "No such client is registered here.")


def _token_refusal(status: int, error: str, description: str) -> Response:
    """Answer in OAuth's form alone (RFC 6749, 5.2), as Globus does where tokens are asked for."""
    return JSONResponse({"error": error, "error_description": description}, status, _NO_STORE)


def _refusal(status: int, code: str, detail: str) -> Response:
    """Answer in Globus's own form."""
    error = {
        "status": str(status),
        "id": str(uuid.uuid4()),
        "code": code.upper(),
        "title": code.replace("_", " ").capitalize(),
        "detail": detail,
    }
    return JSONResponse({"error": code, "errors": [error]}, status, _NO_STORE)
