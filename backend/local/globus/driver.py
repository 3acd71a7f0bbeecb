"""A sign-in at the stand-in without a browser, for demonstrations and tests on this machine."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

import httpx2

from backend.local.globus.tokens import s256

_REDIRECT_URI = "http://127.0.0.1:9"
"""Nobody listens there: the driver reads the code from the answer and follows it nowhere."""


@dataclass(frozen=True)
class LocalSignIn:
    """An app at a stand-in, that a local user can be signed in to.

    Attributes:
        url: the stand-in's address.
        client_id: the app.
        resource_server: whom the token is for.
        scope: what the token allows.
    """

    url: str
    client_id: str
    resource_server: str
    scope: str

    def access_token(self, http: httpx2.Client, username: str) -> str:
        """Return an access token of *username*, got by the steps that a browser and an app take.

        Raises:
            httpx2.HTTPError: the stand-in refuses, or does not answer.
        """
        verifier, state = secrets.token_urlsafe(48), secrets.token_urlsafe(16)
        chosen = http.post(
            f"{self.url}/v2/oauth2/authorize",
            params={
                "client_id": self.client_id,
                "redirect_uri": _REDIRECT_URI,
                "response_type": "code",
                "scope": f"openid profile email {self.scope}",
                "state": state,
                "code_challenge": s256(verifier),
                "code_challenge_method": "S256",
            },
            data={"username": username},
            follow_redirects=False,
        )
        if not chosen.is_redirect:
            chosen.raise_for_status()
        answer = parse_qs(urlsplit(chosen.headers["location"]).query)
        return self._exchange(http, answer["code"][0], verifier)

    def _exchange(self, http: httpx2.Client, code: str, verifier: str) -> str:
        answer = http.post(
            f"{self.url}/v2/oauth2/token",
            data={
                "grant_type": "authorization_code",
                "client_id": self.client_id,
                "code": code,
                "code_verifier": verifier,
                "redirect_uri": _REDIRECT_URI,
            },
        )
        issued = answer.raise_for_status().json()
        tokens = {each["resource_server"]: each for each in (issued, *issued["other_tokens"])}
        return str(tokens[self.resource_server]["access_token"])
