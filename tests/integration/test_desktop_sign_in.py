"""The app's sign-in against the stand-in, from the browser to the API's check of the token."""

from __future__ import annotations

import asyncio
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest
from keyring.errors import KeyringLocked

from backend.api.sign_in import Introspector, NotSignedInError, Principal, ResourceServer
from backend.domain.errors import UnavailableError
from desktop.auth.endpoints import GlobusEndpoints
from desktop.auth.errors import (
    SignInCancelledError,
    SignInError,
    SignInRefusedError,
    SignInTimedOutError,
)
from desktop.auth.session import Session, SessionState
from desktop.auth.sign_in import BrowserSignIn
from desktop.auth.vault import KeyringVault, MemoryVault
from desktop.errors import DesktopError, KeyringLockedError, OfflineError, SignedOutError
from tests.fakes.keyring import FakeKeyring
from tests.integration.globus_stand_in import (
    ADA,
    GRACE,
    OTHER_APP,
    RunningGlobus,
    running_globus,
)

TOKEN_PATH = "/v2/oauth2/token"


@pytest.fixture(scope="module")
def globus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningGlobus]:
    with running_globus(tmp_path_factory.mktemp("globus")) as running:
        yield running


@pytest.fixture
def endpoints(globus: RunningGlobus) -> GlobusEndpoints:
    return endpoints_of(globus)


@pytest.fixture
def backend() -> FakeKeyring:
    return FakeKeyring()


@pytest.fixture
def session(endpoints: GlobusEndpoints, backend: FakeKeyring) -> Iterator[Session]:
    vault = KeyringVault(backend, endpoints.vault_service)
    with closing(Session(endpoints, vault, seconds=20)) as opened:
        yield opened


def endpoints_of(globus: RunningGlobus) -> GlobusEndpoints:
    registered = globus.registration
    return GlobusEndpoints(
        auth_url=globus.url,
        desktop_client_id=registered.desktop.id,
        resource_server=registered.api.id,
        scope=registered.api.scope,
    )


def browser(globus: RunningGlobus, **choice: str) -> Callable[[str], None]:
    """Return what opens the page, makes the choice and follows the way back, as a browser does."""

    def go(url: str) -> None:
        httpx2.get(globus.choose(url, **choice))

    return lambda url: threading.Thread(target=go, args=(url,)).start()


def refuse(error: DesktopError) -> None:
    """Say that no browser could be opened."""
    raise AssertionError(error)


def come_back_with_a_code(url: str) -> None:
    """Answer as a browser would that has got a code from elsewhere."""
    query = parse_qs(urlsplit(url).query)
    back = {"code": "made up", "state": query["state"][0]}
    threading.Thread(
        target=httpx2.get, args=(query["redirect_uri"][0],), kwargs={"params": back}
    ).start()


def person(globus: RunningGlobus, header: str, *apps: str) -> Principal:
    """Return who the API takes the caller for."""
    registered = globus.registration
    ours = ResourceServer(
        issuer=globus.url,
        client_id=registered.api.id,
        client_secret=str(registered.api.secret),
        scope=registered.api.scope,
        apps=frozenset(apps or {registered.desktop.id}),
    )

    async def ask() -> Principal:
        async with httpx2.AsyncClient() as http:
            introspector = Introspector(http, ours, lambda: datetime.now(UTC))
            return await introspector.principal(header.removeprefix("Bearer "))

    return asyncio.run(ask())


def test_person_who_signs_in_is_known_to_the_api(globus: RunningGlobus, session: Session) -> None:
    assert session.restore() is SessionState.SIGNED_OUT

    session.sign_in(browser(globus, username=ADA.username))

    assert session.state is SessionState.SIGNED_IN
    principal = person(globus, session.authorization_header())
    assert (principal.sub, principal.name, principal.email) == (ADA.id, ADA.name, ADA.email)
    assert principal.organization == ADA.organization
    assert principal.identities == (ADA.id,)


def test_sign_in_is_kept_in_short_entries(
    globus: RunningGlobus, session: Session, backend: FakeKeyring, endpoints: GlobusEndpoints
) -> None:
    session.sign_in(browser(globus, username=ADA.username))

    assert {name for _, name in backend.secrets} == {"auth.globus.org", endpoints.resource_server}
    assert {service for service, _ in backend.secrets} == {endpoints.vault_service}
    assert all(len(secret) < 1200 for secret in backend.secrets.values())
    assert not any("id_token" in secret for secret in backend.secrets.values())
    again = Session(endpoints, session.vault)
    assert again.restore() is SessionState.SIGNED_IN
    assert again.authorization_header() == session.authorization_header()
    again.close()


def test_logs_hold_no_token(
    globus: RunningGlobus,
    session: Session,
    backend: FakeKeyring,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level("DEBUG")
    session.sign_in(browser(globus, username=ADA.username))
    first = session.authorization_header().removeprefix("Bearer ")
    session.authorization_header(renew=True)
    kept = [json.loads(secret) for secret in backend.secrets.values()]
    session.sign_out()

    # The browser here logs its own addresses, which hold the code.
    logged = "".join(each.getMessage() for each in caplog.records if each.name[:5] != "httpx")
    tokens = {first} | {one[kind] for one in kept for kind in ("access_token", "refresh_token")}
    assert len(tokens) == 5
    assert "/v2/oauth2/token" in logged
    assert not any(token in logged for token in tokens)


def test_denial_signs_nobody_in(globus: RunningGlobus, session: Session) -> None:
    with pytest.raises(SignInRefusedError, match="The user denied the request"):
        session.sign_in(browser(globus, deny="1"))

    assert session.restore() is SessionState.SIGNED_OUT
    with pytest.raises(SignedOutError):
        session.authorization_header()


def test_failed_sign_in_changes_nothing(globus: RunningGlobus, session: Session) -> None:
    session.sign_in(browser(globus, username=ADA.username))

    with pytest.raises(SignInRefusedError):
        session.sign_in(browser(globus, deny="1"))

    assert person(globus, session.authorization_header()).sub == ADA.id


def test_sign_in_can_be_cancelled(session: Session) -> None:
    with pytest.raises(SignInCancelledError):
        session.sign_in(lambda _url: session.cancel())

    session.cancel()


def test_sign_in_has_a_time_limit(endpoints: GlobusEndpoints) -> None:
    session = Session(endpoints, MemoryVault(), seconds=0.05)

    with pytest.raises(SignInTimedOutError):
        session.sign_in(lambda _url: None)


def test_second_sign_in_at_once_is_refused(session: Session) -> None:
    def second(_url: str) -> None:
        with pytest.raises(SignInError, match="already"):
            session.sign_in(lambda _url: None)
        session.cancel()

    with pytest.raises(SignInCancelledError):
        session.sign_in(second)


def test_address_carries_pkce_and_a_fresh_state(session: Session) -> None:
    seen: list[dict[str, list[str]]] = []

    def look(url: str) -> None:
        seen.append(parse_qs(urlsplit(url).query))
        session.cancel()

    for _ in range(2):
        with pytest.raises(SignInCancelledError):
            session.sign_in(look)

    assert [query["code_challenge_method"] for query in seen] == [["S256"]] * 2
    assert seen[0]["state"] != seen[1]["state"]
    assert seen[0]["code_challenge"] != seen[1]["code_challenge"]
    assert urlsplit(seen[0]["redirect_uri"][0]).hostname == "127.0.0.1"
    assert seen[0]["access_type"] == ["offline"]


def test_stray_and_forged_answers_do_not_disturb(globus: RunningGlobus, session: Session) -> None:
    statuses: list[int] = []

    def open_url(url: str) -> None:
        back = urlsplit(globus.choose(url, username=ADA.username))
        place = f"{back.scheme}://{back.netloc}"

        def go() -> None:
            stray = (f"{place}/favicon.ico", f"{place}/?code=evil&state=wrong", back.geturl())
            statuses.extend(httpx2.get(each).status_code for each in stray)

        threading.Thread(target=go).start()

    session.sign_in(open_url)

    assert statuses[:2] == [404, 404]
    assert person(globus, session.authorization_header()).sub == ADA.id


def test_code_that_globus_refuses_is_a_failed_sign_in(
    globus: RunningGlobus, session: Session
) -> None:
    with pytest.raises(SignInError, match="Globus did not sign you in"):
        session.sign_in(come_back_with_a_code)


def test_token_is_renewed_before_it_ends(
    globus: RunningGlobus, session: Session, backend: FakeKeyring, endpoints: GlobusEndpoints
) -> None:
    session.sign_in(browser(globus, username=ADA.username))
    old = session.authorization_header()
    expire_kept_tokens(backend)

    reopened = Session(endpoints, session.vault)
    renewed = reopened.authorization_header()

    assert renewed != old
    assert person(globus, renewed).sub == ADA.id
    assert reopened.authorization_header() == renewed
    reopened.close()
    third = Session(endpoints, session.vault)
    assert third.authorization_header() == renewed
    third.close()


def test_refused_token_can_be_renewed_at_once(globus: RunningGlobus, session: Session) -> None:
    session.sign_in(browser(globus, username=ADA.username))
    old = session.authorization_header()

    renewed = session.authorization_header(renew=True)

    assert renewed != old
    assert person(globus, renewed).sub == ADA.id


def test_many_threads_renew_once(
    globus: RunningGlobus, session: Session, backend: FakeKeyring, endpoints: GlobusEndpoints
) -> None:
    session.sign_in(browser(globus, username=ADA.username))
    expire_kept_tokens(backend)
    reopened = Session(endpoints, session.vault)
    before = globus.calls[TOKEN_PATH]
    headers: list[str] = []
    threads = [
        threading.Thread(target=lambda: headers.append(reopened.authorization_header()))
        for _ in range(8)
    ]

    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(headers) == 8
    assert len(set(headers)) == 1
    assert globus.calls[TOKEN_PATH] - before == 1
    reopened.close()


def test_revoked_sign_in_is_a_sign_out(
    globus: RunningGlobus, session: Session, backend: FakeKeyring
) -> None:
    session.sign_in(browser(globus, username=ADA.username))
    revoke_kept_tokens(globus, backend)

    with pytest.raises(SignedOutError):
        session.authorization_header(renew=True)

    assert session.state is SessionState.SIGNED_OUT
    assert backend.secrets == {}


def test_sign_out_revokes_and_forgets(
    globus: RunningGlobus, session: Session, backend: FakeKeyring
) -> None:
    session.sign_in(browser(globus, username=ADA.username))
    header = session.authorization_header()

    assert session.sign_out()

    assert session.state is SessionState.SIGNED_OUT
    assert backend.secrets == {}
    with pytest.raises(NotSignedInError):
        person(globus, header)
    assert session.sign_out()


def test_another_person_can_sign_in_next(globus: RunningGlobus, session: Session) -> None:
    session.sign_in(browser(globus, username=ADA.username))
    adas = session.authorization_header()

    session.sign_in(browser(globus, username=GRACE.username))

    assert person(globus, session.authorization_header()).sub == GRACE.id
    with pytest.raises(NotSignedInError):
        person(globus, adas)


def test_token_of_another_app_is_not_ours(globus: RunningGlobus, session: Session) -> None:
    registered = replace(endpoints_of(globus), desktop_client_id=OTHER_APP.id)
    with closing(Session(registered, MemoryVault())) as other:
        other.sign_in(browser(globus, username=ADA.username))

        with pytest.raises(NotSignedInError):
            person(globus, other.authorization_header())
        assert person(globus, other.authorization_header(), OTHER_APP.id).sub == ADA.id


def test_locked_keyring_is_not_a_sign_out(
    globus: RunningGlobus, session: Session, backend: FakeKeyring, endpoints: GlobusEndpoints
) -> None:
    session.sign_in(browser(globus, username=ADA.username))
    backend.trouble = KeyringLocked("dismissed")
    started = Session(endpoints, session.vault)

    assert started.restore() is SessionState.LOCKED
    for call in (started.authorization_header, started.sign_out):
        with pytest.raises(KeyringLockedError):
            call()
    with pytest.raises(KeyringLockedError):
        started.sign_in(lambda _url: pytest.fail("nobody is asked to sign in"))

    backend.trouble = None
    assert started.restore() is SessionState.SIGNED_IN
    assert person(globus, started.authorization_header()).sub == ADA.id
    started.close()


def test_keyring_locked_meanwhile_leaves_no_tokens_behind(
    globus: RunningGlobus, session: Session, backend: FakeKeyring
) -> None:
    def open_url(url: str) -> None:
        backend.trouble = KeyringLocked("screen lock")
        browser(globus, username=ADA.username)(url)

    with pytest.raises(KeyringLockedError):
        session.sign_in(open_url)

    assert session.state is SessionState.LOCKED
    assert backend.secrets == {}


def test_outage_signs_nobody_out(tmp_path: Path) -> None:
    backend = FakeKeyring()
    with running_globus(tmp_path) as globus:
        endpoints = endpoints_of(globus)
        session = Session(endpoints, KeyringVault(backend, endpoints.vault_service), seconds=20)
        session.sign_in(browser(globus, username=ADA.username))
        header = session.authorization_header()

    with pytest.raises(UnavailableError):
        person(globus, header)
    assert session.authorization_header() == header
    with pytest.raises(OfflineError):
        session.authorization_header(renew=True)
    assert session.state is SessionState.SIGNED_IN
    assert len(backend.secrets) == 2
    with pytest.raises(OfflineError):
        session.sign_in(come_back_with_a_code)

    assert not session.sign_out()
    assert backend.secrets == {}


def test_window_signs_in_and_out(globus: RunningGlobus, session: Session) -> None:
    links: list[str] = []

    async def use() -> None:
        sign_in = BrowserSignIn(session, browser(globus, username=ADA.username))
        assert sign_in.kept
        assert not await sign_in.restore()
        await sign_in.sign_in(links.append, refuse)
        assert await sign_in.restore()
        assert (await sign_in.authorization_header()).startswith("Bearer ")
        await sign_in.sign_out()
        assert not await sign_in.restore()

    asyncio.run(use())
    assert links[0].startswith(f"{globus.url}/v2/oauth2/authorize?")


def test_window_cancels_by_cancelling(session: Session) -> None:
    async def use() -> None:
        shown = asyncio.Event()
        sign_in = BrowserSignIn(session, lambda _url: shown.set())
        task = asyncio.create_task(sign_in.sign_in(lambda _link: None, refuse))
        await shown.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    started = time.monotonic()
    asyncio.run(use())
    assert time.monotonic() - started < 10


def test_window_is_told_of_a_locked_keyring(session: Session, backend: FakeKeyring) -> None:
    backend.trouble = KeyringLocked("dismissed")

    with pytest.raises(KeyringLockedError):
        asyncio.run(BrowserSignIn(session, lambda _url: None).restore())


def expire_kept_tokens(backend: FakeKeyring) -> None:
    for key, secret in backend.secrets.items():
        head, _, tail = secret.partition('"expires_at_seconds":')
        backend.secrets[key] = f'{head}"expires_at_seconds":1{tail[tail.index(",") :]}'


def revoke_kept_tokens(globus: RunningGlobus, backend: FakeKeyring) -> None:
    for secret in backend.secrets.values():
        refresh = secret.partition('"refresh_token":"')[2].partition('"')[0]
        httpx2.post(
            f"{globus.url}/v2/oauth2/token/revoke",
            data={"client_id": globus.registration.desktop.id, "token": refresh},
        ).raise_for_status()
