"""The Globus stand-in, signed in against by the unmodified globus-sdk."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import globus_sdk
import httpx2
import pytest
from globus_sdk.services.auth import GlobusNativeAppFlowManager

from backend.local.globus.__main__ import loopback_socket, main
from backend.local.globus.directory import ACCESS_TOKEN_SECONDS, load_registration, load_users
from backend.local.ports import free_port
from tests.integration.globus_stand_in import (
    ADA,
    GRACE,
    OTHER_API,
    OTHER_APP,
    RunningGlobus,
    running_globus,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

REDIRECT = "http://127.0.0.1:5"


@pytest.fixture(scope="module")
def globus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningGlobus]:
    with running_globus(tmp_path_factory.mktemp("globus")) as running:
        yield running


@pytest.fixture
def client(globus: RunningGlobus) -> Iterator[globus_sdk.NativeAppAuthClient]:
    with globus_sdk.NativeAppAuthClient(
        globus.registration.desktop.id, base_url=globus.url
    ) as native:
        yield native


@pytest.fixture
def api(globus: RunningGlobus) -> Iterator[globus_sdk.ConfidentialAppAuthClient]:
    registered = globus.registration.api
    with globus_sdk.ConfidentialAppAuthClient(
        registered.id, str(registered.secret), base_url=globus.url
    ) as confidential:
        yield confidential


def authorize_url(globus: RunningGlobus, client: globus_sdk.NativeAppAuthClient) -> str:
    scopes = ["openid", "profile", "email", globus.registration.api.scope]
    client.oauth2_start_flow(scopes, redirect_uri=REDIRECT, state="s1", refresh_tokens=True)
    return client.oauth2_get_authorize_url()


def sign_in(
    globus: RunningGlobus, client: globus_sdk.NativeAppAuthClient, username: str = ADA.username
) -> globus_sdk.OAuthTokenResponse:
    code = globus.code(authorize_url(globus, client), username)
    return client.oauth2_exchange_code_for_tokens(code)


def api_tokens(globus: RunningGlobus, tokens: globus_sdk.OAuthTokenResponse) -> dict[str, str]:
    found = tokens.by_resource_server[globus.registration.api.id]
    return {key: str(found[key]) for key in ("access_token", "refresh_token")}


def refusal(error: globus_sdk.AuthAPIError) -> object:
    return (error.raw_json or {}).get("error")


def test_person_signs_in(globus: RunningGlobus, client: globus_sdk.NativeAppAuthClient) -> None:
    tokens = sign_in(globus, client)

    assert set(tokens.by_resource_server) == {"auth.globus.org", globus.registration.api.id}
    claims = tokens.decode_id_token()
    assert claims["sub"] == ADA.id
    assert claims["iss"] == globus.url
    assert claims["preferred_username"] == "ada@local.test"
    assert tokens["expires_in"] == ACCESS_TOKEN_SECONDS


def test_page_is_marked_and_lists_the_users(
    globus: RunningGlobus, client: globus_sdk.NativeAppAuthClient
) -> None:
    page = httpx2.get(authorize_url(globus, client))

    assert "LOCAL TEST LOGIN" in page.text
    assert ADA.username in page.text
    assert GRACE.username in page.text
    assert "frame-ancestors 'none'" in page.headers["content-security-policy"]


def test_state_comes_back(globus: RunningGlobus, client: globus_sdk.NativeAppAuthClient) -> None:
    location = globus.choose(authorize_url(globus, client), username=ADA.username)

    assert location.startswith(f"{REDIRECT}?")
    assert parse_qs(urlsplit(location).query)["state"] == ["s1"]


def test_denial_comes_back(globus: RunningGlobus, client: globus_sdk.NativeAppAuthClient) -> None:
    query = parse_qs(urlsplit(globus.choose(authorize_url(globus, client), deny="1")).query)

    assert query["error"] == ["access_denied"]
    assert "code" not in query


@pytest.mark.parametrize(
    ("part", "instead"),
    [
        ("client_id=", "client_id=0"),
        ("http%3A%2F%2F127.0.0.1%3A5", "https%3A%2F%2Fevil.test"),
        (
            "http%3A%2F%2F127.0.0.1%3A5",
            "http%3A%2F%2F127.0.0.1.evil.test",
        ),
        ("http%3A%2F%2F127.0.0.1%3A5", "http%3A%2F%2F%5B"),
    ],
)
def test_strange_addresses_are_not_redirected_to(
    globus: RunningGlobus, client: globus_sdk.NativeAppAuthClient, part: str, instead: str
) -> None:
    url = authorize_url(globus, client).replace(part, instead, 1)

    for answer in (httpx2.get(url), httpx2.post(url, data={"username": ADA.username})):
        assert answer.status_code == 400
        assert "location" not in answer.headers


@pytest.mark.parametrize(
    ("part", "instead", "error"),
    [
        ("code_challenge_method=S256", "code_challenge_method=plain", "invalid_request"),
        ("code_challenge=", "nothing=", "invalid_request"),
        ("response_type=code", "response_type=token", "unsupported_response_type"),
        ("openid", "unheard_of", "invalid_scope"),
    ],
)
def test_wrong_requests_go_back_with_an_error(
    globus: RunningGlobus,
    client: globus_sdk.NativeAppAuthClient,
    part: str,
    instead: str,
    error: str,
) -> None:
    answer = httpx2.get(authorize_url(globus, client).replace(part, instead, 1))

    assert parse_qs(urlsplit(answer.headers["location"]).query)["error"] == [error]


def test_wrong_verifier_gets_nothing(
    globus: RunningGlobus, client: globus_sdk.NativeAppAuthClient
) -> None:
    code = globus.code(authorize_url(globus, client), ADA.username)
    flow = client.current_oauth2_flow_manager
    assert isinstance(flow, GlobusNativeAppFlowManager)
    flow.verifier = "x" * 60

    with pytest.raises(globus_sdk.AuthAPIError) as refused:
        client.oauth2_exchange_code_for_tokens(code)

    assert refused.value.http_status == 401
    assert refusal(refused.value) == "invalid_grant"


def test_replayed_code_revokes_what_it_brought(
    globus: RunningGlobus,
    client: globus_sdk.NativeAppAuthClient,
    api: globus_sdk.ConfidentialAppAuthClient,
) -> None:
    code = globus.code(authorize_url(globus, client), ADA.username)
    tokens = api_tokens(globus, client.oauth2_exchange_code_for_tokens(code))
    assert api.oauth2_token_introspect(tokens["access_token"])["active"] is True

    with pytest.raises(globus_sdk.AuthAPIError):
        client.oauth2_exchange_code_for_tokens(code)

    assert api.oauth2_token_introspect(tokens["access_token"])["active"] is False
    with pytest.raises(globus_sdk.AuthAPIError):
        client.oauth2_refresh_token(tokens["refresh_token"])


def test_code_expires(globus: RunningGlobus, client: globus_sdk.NativeAppAuthClient) -> None:
    code = globus.code(authorize_url(globus, client), ADA.username)

    with moved_on(globus, 601), pytest.raises(globus_sdk.AuthAPIError):
        client.oauth2_exchange_code_for_tokens(code)


def test_code_of_another_app_is_refused(
    globus: RunningGlobus, client: globus_sdk.NativeAppAuthClient
) -> None:
    code = globus.code(authorize_url(globus, client), ADA.username)
    flow = client.current_oauth2_flow_manager
    with globus_sdk.NativeAppAuthClient(OTHER_APP.id, base_url=globus.url) as other:
        other.current_oauth2_flow_manager = flow
        form = {"client_id": OTHER_APP.id, "grant_type": "authorization_code", "code": code}

        with pytest.raises(globus_sdk.AuthAPIError):
            other.oauth2_token({**form, "redirect_uri": REDIRECT})


def test_introspection_tells_the_api_who_calls(
    globus: RunningGlobus,
    client: globus_sdk.NativeAppAuthClient,
    api: globus_sdk.ConfidentialAppAuthClient,
) -> None:
    token = api_tokens(globus, sign_in(globus, client, GRACE.username))["access_token"]

    said = api.oauth2_token_introspect(token, include="identity_set,identity_set_detail")

    assert said["active"] is True
    assert said["sub"] == GRACE.id
    assert said["username"] == GRACE.username
    assert said["aud"] == [globus.registration.api.id, globus.registration.desktop.id]
    assert said["client_id"] == globus.registration.desktop.id
    assert said["scope"] == globus.registration.api.scope
    assert said["iss"] == globus.url
    assert isinstance(said["iat"], int)
    assert 0 <= time.time() - said["iat"] < 60
    assert said["identity_set"] == [GRACE.id]
    assert said["identity_set_detail"][0]["organization"] == GRACE.organization


def test_tokens_of_others_cannot_be_looked_into(
    globus: RunningGlobus,
    client: globus_sdk.NativeAppAuthClient,
    api: globus_sdk.ConfidentialAppAuthClient,
) -> None:
    tokens = sign_in(globus, client)
    auth_token = str(tokens.by_resource_server["auth.globus.org"]["access_token"])

    assert api.oauth2_token_introspect(auth_token).data == {"active": False}
    with globus_sdk.ConfidentialAppAuthClient(
        OTHER_API.id, str(OTHER_API.secret), base_url=globus.url
    ) as other:
        token = api_tokens(globus, tokens)["access_token"]
        assert other.oauth2_token_introspect(token).data == {"active": False}


@pytest.mark.parametrize("secret", ["wrong", "", "\N{SNOWMAN}"])
def test_wrong_secret_is_refused(globus: RunningGlobus, secret: str) -> None:
    answer = httpx2.post(
        f"{globus.url}/v2/oauth2/token/introspect",
        data={"token": "x"},
        auth=(globus.registration.api.id, secret),
    )

    assert answer.status_code == 401
    assert answer.json()["error"] == "invalid_client"


def test_token_expires_and_is_renewed(
    globus: RunningGlobus,
    client: globus_sdk.NativeAppAuthClient,
    api: globus_sdk.ConfidentialAppAuthClient,
) -> None:
    old = api_tokens(globus, sign_in(globus, client))
    with moved_on(globus, ACCESS_TOKEN_SECONDS + 1):
        assert api.oauth2_token_introspect(old["access_token"])["active"] is False

        new = api_tokens(globus, client.oauth2_refresh_token(old["refresh_token"]))

        assert new["refresh_token"] == old["refresh_token"]
        assert api.oauth2_token_introspect(new["access_token"])["active"] is True


def test_revoked_refresh_token_renews_nothing(
    globus: RunningGlobus,
    client: globus_sdk.NativeAppAuthClient,
    api: globus_sdk.ConfidentialAppAuthClient,
) -> None:
    tokens = api_tokens(globus, sign_in(globus, client))

    client.oauth2_revoke_token(tokens["refresh_token"])

    with pytest.raises(globus_sdk.AuthAPIError) as refused:
        client.oauth2_refresh_token(tokens["refresh_token"])
    assert refused.value.http_status == 400
    assert refusal(refused.value) == "invalid_grant"
    assert api.oauth2_token_introspect(tokens["access_token"])["active"] is False


def test_another_app_cannot_revoke(
    globus: RunningGlobus,
    client: globus_sdk.NativeAppAuthClient,
    api: globus_sdk.ConfidentialAppAuthClient,
) -> None:
    token = api_tokens(globus, sign_in(globus, client))["access_token"]
    with globus_sdk.NativeAppAuthClient(OTHER_APP.id, base_url=globus.url) as other:
        other.oauth2_revoke_token(token)

    assert api.oauth2_token_introspect(token)["active"] is True


def test_userinfo_is_for_identity_tokens(
    globus: RunningGlobus, client: globus_sdk.NativeAppAuthClient
) -> None:
    tokens = sign_in(globus, client)
    identity = str(tokens.by_resource_server["auth.globus.org"]["access_token"])
    with globus_sdk.AuthClient(
        authorizer=globus_sdk.AccessTokenAuthorizer(identity), base_url=globus.url
    ) as auth:
        assert auth.userinfo()["email"] == ADA.email

    ours = {"Authorization": f"Bearer {api_tokens(globus, tokens)['access_token']}"}
    assert httpx2.get(f"{globus.url}/v2/oauth2/userinfo", headers=ours).status_code == 403
    assert httpx2.get(f"{globus.url}/v2/oauth2/userinfo").status_code == 401


def test_foreign_host_names_are_refused(globus: RunningGlobus) -> None:
    answer = httpx2.get(f"{globus.url}/jwk.json", headers={"Host": "evil.test"})

    assert answer.status_code == 400


def test_code_can_be_shown_for_pasting(
    globus: RunningGlobus, client: globus_sdk.NativeAppAuthClient
) -> None:
    client.oauth2_start_flow(["openid"])

    location = globus.choose(client.oauth2_get_authorize_url(), username=ADA.username)

    assert location.startswith(f"{globus.url}/v2/web/auth-code?")
    code = parse_qs(urlsplit(location).query)["code"][0]
    assert code in httpx2.get(location).text
    assert client.oauth2_exchange_code_for_tokens(code)["access_token"]


def test_unknown_person_cannot_be_chosen(
    globus: RunningGlobus, client: globus_sdk.NativeAppAuthClient
) -> None:
    answer = httpx2.post(authorize_url(globus, client), data={"username": "nobody@local.test"})

    assert answer.status_code == 400
    assert "no such local user" in answer.text


@pytest.mark.parametrize(
    ("path", "form", "status", "error"),
    [
        ("token", {"grant_type": "password"}, 400, "unsupported_grant_type"),
        ("token", {"grant_type": "refresh_token"}, 400, "invalid_grant"),
        ("token", {"client_id": "unheard of"}, 401, "invalid_client"),
        ("token/introspect", {"token": "x"}, 401, "invalid_client"),
        ("token/revoke", {"client_id": "unheard of"}, 401, "invalid_client"),
    ],
)
def test_wrong_calls_are_refused(
    globus: RunningGlobus, path: str, form: dict[str, str], status: int, error: str
) -> None:
    form = {"client_id": globus.registration.desktop.id, **form}

    answer = httpx2.post(f"{globus.url}/v2/oauth2/{path}", data=form)

    assert (answer.status_code, answer.json()["error"]) == (status, error)


@pytest.mark.parametrize("credentials", ["!", "/w==", "eDp5"])
def test_malformed_credentials_are_refused(globus: RunningGlobus, credentials: str) -> None:
    answer = httpx2.post(
        f"{globus.url}/v2/oauth2/token/introspect",
        headers={"Authorization": f"Basic {credentials}"},
    )

    assert answer.status_code == 401


def test_process_says_why_it_cannot_start(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["--data", str(tmp_path), "--host", "0.0.0.0"]  # noqa: S104

    assert main(arguments) == 2

    assert "not a loopback address" in capsys.readouterr().err


def test_only_loopback_is_bound() -> None:
    for host in ("0.0.0.0", "192.0.2.1"):  # noqa: S104
        with pytest.raises(ValueError, match="not a loopback address"):
            loopback_socket(host, 0)


def test_users_need_a_name_each_of_their_own() -> None:
    with pytest.raises(ValueError, match="needs username"):
        load_users({"users": [{"name": "x"}]})
    with pytest.raises(ValueError, match="same username"):
        load_users({"users": [{"username": "a", "name": "x", "email": "e"}] * 2})


def test_secret_is_made_once_and_private(tmp_path: Path) -> None:
    first = load_registration(tmp_path)

    assert load_registration(tmp_path) == first
    assert (tmp_path / "clients.json").stat().st_mode & 0o777 == 0o600


def test_sign_ins_survive_a_kill(tmp_path: Path) -> None:
    config = tmp_path / "config.json"
    config.write_text(json.dumps({"users": [{"username": "u", "name": "U", "email": "u@x"}]}))
    with ExitStack() as stack:
        ready = stack.enter_context(process(tmp_path, config, port=free_port()))
        url = str(ready["url"])
        client = stack.enter_context(
            globus_sdk.NativeAppAuthClient(str(ready["desktop_client_id"]), base_url=url)
        )
        client.oauth2_start_flow(["openid"], redirect_uri=REDIRECT, refresh_tokens=True)
        browser = httpx2.post(client.oauth2_get_authorize_url(), data={"username": "u"})
        code = parse_qs(urlsplit(browser.headers["location"]).query)["code"][0]
        tokens = client.oauth2_exchange_code_for_tokens(code)

    with process(tmp_path, config, port=urlsplit(url).port or 0) as again:
        assert again == ready
        with globus_sdk.NativeAppAuthClient(
            str(again["desktop_client_id"]), base_url=url
        ) as client:
            decoder = globus_sdk.IDTokenDecoder(client)
            assert decoder.decode(str(tokens["id_token"]))["sub"]
            assert client.oauth2_refresh_token(str(tokens["refresh_token"]))["access_token"]


@contextmanager
def process(folder: Path, config: Path, port: int) -> Iterator[dict[str, object]]:
    """Run the stand-in as the stack does, and kill it at the end."""
    command = [sys.executable, "-m", "backend.local.globus", "--data", str(folder / "data")]
    with subprocess.Popen(
        [*command, "--config", str(config), "--port", str(port)], stdout=subprocess.PIPE
    ) as running:
        assert running.stdout is not None
        try:
            yield json.loads(running.stdout.readline())
        finally:
            os.kill(running.pid, signal.SIGKILL)


@contextmanager
def moved_on(globus: RunningGlobus, seconds: float) -> Iterator[None]:
    globus.clock.ahead += seconds
    try:
        yield
    finally:
        globus.clock.ahead -= seconds
