"""Globus as the pages sign people in with it: what is asked, and what is believed."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

import httpx2
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

from backend.api.sign_in import Principal, WrongScopeError
from backend.api.web.attempts import Attempt
from backend.api.web.globus import GlobusSignIn, SignInFailedError, WebClient
from backend.domain.errors import UnavailableError

NOW = 1_800_000_000
SCOPE = "https://auth.globus.org/scopes/api/all"
CLIENT = WebClient(
    issuer="https://auth.globus.org",
    client_id="web",
    client_secret="secret",
    scope=SCOPE,
    redirect_uri="https://gas.test/sign-in/done",
    home="https://gas.test/",
)
ATTEMPT = Attempt("s" * 43, "n" * 43, "v" * 86, "/jobs", datetime.fromtimestamp(NOW + 600, UTC))
OURS, STRANGERS = (rsa.generate_private_key(65537, 2048) for _ in range(2))
ADA = Principal(
    sub="ada",
    username="ada@x",
    name="Ada",
    email="ada@x",
    organization="",
    identities=("ada",),
    expires_at=datetime(2100, 1, 1, tzinfo=UTC),
    issued_at=datetime(2000, 1, 1, tzinfo=UTC),
)
CLAIMS: dict[str, Any] = {
    "iss": "https://auth.globus.org",
    "aud": "web",
    "sub": "ada",
    "iat": NOW - 5,
    "exp": NOW + 1000,
    "nonce": ATTEMPT.nonce,
}


def jwk(key: rsa.RSAPrivateKey, **more: str) -> dict[str, Any]:
    public = json.loads(RSAAlgorithm.to_jwk(key.public_key()))
    return {"kty": "RSA", "alg": "RS512", "use": "sig", "n": public["n"], "e": public["e"], **more}


@dataclass
class Globus:
    """Answers as Globus does, but for what a test changes."""

    claims: dict[str, Any] = field(default_factory=lambda: dict(CLAIMS))
    key: Any = OURS
    algorithm: str = "RS512"
    header: dict[str, Any] = field(default_factory=dict)
    keys: list[dict[str, Any]] = field(default_factory=lambda: [jwk(OURS)])
    refusal: httpx2.Response | Exception | None = None
    scope: str = SCOPE
    principal: Principal | Exception = ADA
    asked: list[httpx2.Request] = field(default_factory=list)
    introspected: list[str] = field(default_factory=list)

    def tokens(self) -> dict[str, Any]:
        id_token = jwt.encode(self.claims, self.key, self.algorithm, self.header)
        own = {"access_token": "own-token", "scope": self.scope, "resource_server": "api"}
        return {
            "access_token": "identity-token",
            "scope": "openid email",
            "id_token": id_token,
            "other_tokens": [own],
        }

    async def handle(self, request: httpx2.Request) -> httpx2.Response:
        self.asked.append(request)
        path = request.url.path
        if path == "/v2/oauth2/token":
            if isinstance(self.refusal, Exception):
                raise self.refusal
            return self.refusal or httpx2.Response(200, json=self.tokens())
        return httpx2.Response(200, json={"keys": self.keys} if path == "/jwk.json" else {})

    async def introspect(self, token: str) -> Principal:
        self.introspected.append(token)
        if isinstance(self.principal, Exception):
            raise self.principal
        return self.principal

    def use(self, use: Callable[[GlobusSignIn], Any]) -> Any:
        async def with_client() -> Any:
            async with httpx2.AsyncClient(transport=httpx2.MockTransport(self.handle)) as http:
                now = datetime.fromtimestamp(NOW, UTC)
                found = use(GlobusSignIn(http, CLIENT, self.introspect, lambda: now))
                return await found if asyncio.iscoroutine(found) else found

        return asyncio.run(with_client())

    def sign_in(self) -> Principal:
        found: Principal = self.use(lambda sign_in: sign_in.principal("the-code", ATTEMPT))
        return found

    def forms(self, path: str) -> list[dict[str, str]]:
        return [dict(parse_qsl(r.content.decode())) for r in self.asked if r.url.path == path]


def test_the_browser_is_sent_with_state_nonce_and_challenge() -> None:
    address = urlsplit(Globus().use(lambda sign_in: sign_in.address(ATTEMPT)))
    assert f"{address.scheme}://{address.netloc}{address.path}" == (
        "https://auth.globus.org/v2/oauth2/authorize"
    )
    query = {name: values[0] for name, values in parse_qs(address.query).items()}
    assert query.pop("code_challenge") not in {ATTEMPT.verifier, ""}
    assert query == {
        "response_type": "code",
        "client_id": "web",
        "redirect_uri": "https://gas.test/sign-in/done",
        "scope": f"openid profile email {SCOPE}",
        "state": ATTEMPT.state,
        "nonce": ATTEMPT.nonce,
        "code_challenge_method": "S256",
    }


def test_a_code_tells_who_came_back_and_no_token_stays() -> None:
    globus = Globus()
    assert globus.sign_in() == ADA
    assert globus.introspected == ["own-token"]
    (form,) = globus.forms("/v2/oauth2/token")
    assert form == {
        "grant_type": "authorization_code",
        "code": "the-code",
        "redirect_uri": "https://gas.test/sign-in/done",
        "code_verifier": ATTEMPT.verifier,
    }
    assert globus.asked[0].headers["authorization"].startswith("Basic ")
    revoked = [form["token"] for form in globus.forms("/v2/oauth2/token/revoke")]
    assert revoked == ["identity-token", "own-token"]


@pytest.mark.parametrize(
    ("claim", "value"),
    [
        ("nonce", "of another attempt"), ("nonce", ""), ("iss", "https://evil.test"),
        ("aud", "desktop"), ("exp", NOW - 61), ("iat", NOW + 61), ("sub", "somebody else"),
    ],
)  # fmt: skip
def test_an_id_token_that_is_not_of_this_attempt_is_refused(claim: str, value: object) -> None:
    globus = Globus(claims={**CLAIMS, claim: value})
    with pytest.raises(SignInFailedError):
        globus.sign_in()
    assert len(globus.forms("/v2/oauth2/token/revoke")) == 2


@pytest.mark.parametrize("claim", list(CLAIMS))
def test_an_id_token_that_lacks_something_is_refused(claim: str) -> None:
    lacking = {name: value for name, value in CLAIMS.items() if name != claim}
    with pytest.raises(SignInFailedError):
        Globus(claims=lacking).sign_in()


def test_an_id_token_of_another_signer_is_refused() -> None:
    with pytest.raises(SignInFailedError):
        Globus(key=STRANGERS).sign_in()


@pytest.mark.filterwarnings("ignore:.*key is.*:jwt.warnings.InsecureKeyLengthWarning")
@pytest.mark.parametrize(("algorithm", "key"), [("HS512", "e" * 64), ("RS256", OURS), ("none", "")])
def test_an_id_token_does_not_choose_its_algorithm(algorithm: str, key: Any) -> None:
    with pytest.raises(SignInFailedError):
        Globus(algorithm=algorithm, key=key).sign_in()


def test_the_key_is_the_one_that_the_id_token_names() -> None:
    both = [jwk(STRANGERS, kid="old"), jwk(OURS, kid="new")]
    assert Globus(keys=both, header={"kid": "new"}).sign_in() == ADA
    for header in ({"kid": "old"}, {"kid": "unheard of"}):
        with pytest.raises(SignInFailedError):
            Globus(keys=both, header=header).sign_in()


def test_where_keys_have_no_names_any_of_them_may_have_signed() -> None:
    assert Globus(keys=[jwk(STRANGERS), jwk(OURS)]).sign_in() == ADA


def test_a_code_that_globus_does_not_know_is_refused() -> None:
    refusal = httpx2.Response(401, json={"error": "invalid_grant"})
    with pytest.raises(SignInFailedError, match="once"):
        Globus(refusal=refusal).sign_in()


@pytest.mark.parametrize(
    "refusal",
    [
        httpx2.ConnectError("no route"),
        httpx2.Response(502, text="<html>"),
        httpx2.Response(500, json={}),
        httpx2.Response(200, json=[]),
        httpx2.Response(401, json={"error": "invalid_client"}),
    ],
)
def test_a_globus_that_does_not_answer_is_unavailable(
    refusal: httpx2.Response | Exception,
) -> None:
    with pytest.raises(UnavailableError):
        Globus(refusal=refusal).sign_in()


def test_who_did_not_agree_to_our_scope_is_told_so() -> None:
    with pytest.raises(SignInFailedError, match="agree"):
        Globus(scope="another").sign_in()
    with pytest.raises(WrongScopeError):
        Globus(principal=WrongScopeError("no")).sign_in()


def test_two_answers_of_globus_have_to_be_about_one_person() -> None:
    with pytest.raises(SignInFailedError):
        Globus(principal=replace(ADA, sub="grace")).sign_in()


def test_a_secret_is_not_in_what_a_log_may_show() -> None:
    assert "secret'" not in repr(CLIENT)
