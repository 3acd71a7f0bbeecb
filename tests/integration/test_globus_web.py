"""Web pages that sign people in at the Globus stand-in: by the globus-sdk, and by our own code."""

from __future__ import annotations

import asyncio
import json
import secrets
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import globus_sdk
import httpx2
import pytest

from backend.api.sign_in import Introspector, NotSignedInError, Principal, ResourceServer
from backend.api.web.attempts import Attempt, begin
from backend.api.web.globus import GlobusSignIn, SignInFailedError, WebClient
from backend.local.globus.__main__ import main
from backend.local.globus.directory import load_registration
from tests.integration.globus_stand_in import ADA, RunningGlobus, running_globus

WAY_BACK = "https://gas.test/sign-in/done"


@pytest.fixture(scope="module")
def globus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningGlobus]:
    with running_globus(tmp_path_factory.mktemp("globus"), WAY_BACK) as running:
        yield running


@pytest.fixture
def client(globus: RunningGlobus) -> Iterator[globus_sdk.ConfidentialAppAuthClient]:
    web = globus.registration.web
    with globus_sdk.ConfidentialAppAuthClient(
        web.id, str(web.secret), base_url=globus.url
    ) as confidential:
        yield confidential


def test_a_client_with_a_secret_signs_people_in_without_pkce(
    globus: RunningGlobus, client: globus_sdk.ConfidentialAppAuthClient
) -> None:
    scopes = ["openid", globus.registration.api.scope]
    client.oauth2_start_flow(WAY_BACK, scopes, state="s1")
    code = globus.code(client.oauth2_get_authorize_url(), ADA.username)
    tokens = client.oauth2_exchange_code_for_tokens(code)
    assert tokens.decode_id_token()["sub"] == ADA.id
    assert globus.registration.api.id in tokens.by_resource_server


@pytest.mark.parametrize(
    "way_back",
    [f"{WAY_BACK}/", f"{WAY_BACK}?x=1", "https://gas.test", "http://127.0.0.1:5", "https://evil.test"],
)  # fmt: skip
def test_browsers_are_sent_back_to_just_the_registered_address(
    globus: RunningGlobus, client: globus_sdk.ConfidentialAppAuthClient, way_back: str
) -> None:
    client.oauth2_start_flow(way_back, ["openid"])
    answer = httpx2.get(client.oauth2_get_authorize_url())
    assert answer.status_code == 400
    assert "location" not in answer.headers


def test_a_resource_server_signs_nobody_in(globus: RunningGlobus) -> None:
    api = globus.registration.api
    with globus_sdk.ConfidentialAppAuthClient(
        api.id, str(api.secret), base_url=globus.url
    ) as client:
        client.oauth2_start_flow(WAY_BACK, ["openid"])
        assert httpx2.get(client.oauth2_get_authorize_url()).status_code == 400


def test_an_id_alone_is_not_the_client(globus: RunningGlobus) -> None:
    form = {"grant_type": "authorization_code", "code": "x"}
    form["client_id"] = globus.registration.web.id
    answer = httpx2.post(f"{globus.url}/v2/oauth2/token", data=form)
    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")


def test_pkce_that_is_used_is_checked(globus: RunningGlobus) -> None:
    pages = OwnPages(globus)
    attempt = pages.attempt()
    code = globus.code(pages.address(attempt), ADA.username)
    with pytest.raises(SignInFailedError):
        pages.principal(code, replace(attempt, verifier="x" * 60))
    plain = pages.address(attempt).replace("S256", "plain")
    query = parse_qs(urlsplit(httpx2.get(plain).headers["location"]).query)
    assert query["error"] == ["invalid_request"]


def test_an_older_installation_gains_the_client_and_keeps_the_others(tmp_path: Path) -> None:
    first = load_registration(tmp_path)
    stored = json.loads((tmp_path / "clients.json").read_text())
    del stored["web"]
    (tmp_path / "clients.json").write_text(json.dumps(stored))
    after = load_registration(tmp_path)
    assert (after.desktop, after.api) == (first.desktop, first.api)
    assert after.web.secret not in {None, first.web.secret}
    assert load_registration(tmp_path) == after
    assert (tmp_path / "clients.json").stat().st_mode & 0o777 == 0o600


def test_the_command_takes_the_address_of_the_pages(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["--data", str(tmp_path), "--host", "192.0.2.1", "--web-url", "http://127.0.0.1:1"]
    assert main(arguments) == 2
    assert "not a loopback address" in capsys.readouterr().err


class OwnPages:
    """What the pages use, against the stand-in."""

    def __init__(self, globus: RunningGlobus) -> None:
        self._globus = globus
        ours = globus.registration
        self._client = WebClient(
            issuer=globus.url,
            client_id=ours.web.id,
            client_secret=str(ours.web.secret),
            scope=ours.api.scope,
            redirect_uri=WAY_BACK,
            home="https://gas.test/",
        )
        self._server = ResourceServer(
            issuer=globus.url,
            client_id=ours.api.id,
            client_secret=str(ours.api.secret),
            scope=ours.api.scope,
            apps=frozenset({ours.web.id}),
        )

    def attempt(self) -> Attempt:
        return begin("/jobs", _now(), lambda: secrets.token_urlsafe(32))

    def address(self, attempt: Attempt) -> str:
        return self._run(lambda sign_in, _: _return(sign_in.address(attempt)))

    def principal(self, code: str, attempt: Attempt) -> Principal:
        return self._run(lambda sign_in, _: sign_in.principal(code, attempt))

    def introspect(self, token: str, *, apps: frozenset[str]) -> Principal:
        self._server = replace(self._server, apps=apps)
        return self._run(lambda _, introspector: introspector.principal(token))

    def _run(self, use: Any) -> Any:
        async def with_client() -> Any:
            async with httpx2.AsyncClient() as http:
                introspector = Introspector(http, self._server, _now)
                sign_in = GlobusSignIn(http, self._client, introspector.principal, _now)
                return await use(sign_in, introspector)

        return asyncio.run(with_client())


def _now() -> datetime:
    return datetime.now(UTC)


async def _return(value: str) -> str:
    return value


def test_our_own_code_signs_in_and_leaves_no_token(globus: RunningGlobus) -> None:
    pages = OwnPages(globus)
    attempt = pages.attempt()
    before = globus.calls["/v2/oauth2/token/revoke"]
    came_back = urlsplit(globus.choose(pages.address(attempt), username=ADA.username))
    query = parse_qs(came_back.query)
    assert query["state"] == [attempt.state]
    person = pages.principal(query["code"][0], attempt)
    assert (person.sub, person.name, person.identities) == (ADA.id, ADA.name, (ADA.id,))
    assert person.organization == ADA.organization
    assert globus.calls["/v2/oauth2/token/revoke"] == before + 2
    with pytest.raises(SignInFailedError):
        pages.principal(query["code"][0], attempt)


def test_a_code_of_another_attempt_is_refused_by_its_nonce(globus: RunningGlobus) -> None:
    pages = OwnPages(globus)
    attempt = pages.attempt()
    code = globus.code(pages.address(attempt), ADA.username)
    with pytest.raises(SignInFailedError):
        pages.principal(code, replace(attempt, nonce="of another attempt"))


def test_the_api_takes_no_token_of_the_pages_client(
    globus: RunningGlobus, client: globus_sdk.ConfidentialAppAuthClient
) -> None:
    ours = globus.registration
    client.oauth2_start_flow(WAY_BACK, ["openid", ours.api.scope])
    code = globus.code(client.oauth2_get_authorize_url(), ADA.username)
    found = client.oauth2_exchange_code_for_tokens(code).by_resource_server[ours.api.id]
    token = str(found["access_token"])
    with pytest.raises(NotSignedInError, match="another app"):
        OwnPages(globus).introspect(token, apps=frozenset({ours.desktop.id}))
    assert OwnPages(globus).introspect(token, apps=frozenset({ours.web.id})).sub == ADA.id
