"""What becomes of a kept sign-in whose keyring is locked, from one start of the app to the next."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx2
import pytest
from keyring.errors import KeyringLocked

from backend.api.sign_in import NotSignedInError
from backend.wire import JobView, ServiceConfig
from desktop.auth.errors import OWED
from desktop.auth.service import ServiceSignIn
from desktop.client.network import Network
from desktop.errors import KeyringLockedError, SignedOutError, SignedOutEverywhereError
from desktop.settings import Settings
from desktop.store.memory import StoredMemory
from tests.fakes.clock import START
from tests.fakes.keyring import FakeKeyring, used_keyring
from tests.integration.globus_stand_in import ADA, GRACE, RunningGlobus, running_globus
from tests.integration.test_desktop_sign_in import browser, person, refuse

SERVER = "https://gas.test"
LOCKED = KeyringLocked("dismissed")
ADAS, GRACES = "a" * 32, "b" * 32

Use = Callable[[ServiceSignIn], Coroutine[Any, Any, Any]]


@pytest.fixture(scope="module")
def globus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningGlobus]:
    with running_globus(tmp_path_factory.mktemp("globus")) as running:
        yield running


@pytest.fixture
def backend() -> Iterator[FakeKeyring]:
    with used_keyring() as fake:
        yield fake


class Machine:
    """One on which the app is started again and again."""

    def __init__(self, globus: RunningGlobus, folder: Path) -> None:
        self._globus, self._folder = globus, folder

    def run(self, work: Use, username: str = ADA.username) -> Any:
        """Start the app, do *work*, and close it; *username* signs in where somebody does."""
        registered = self._globus.registration
        config = ServiceConfig(
            globus_url=self._globus.url,
            client_id=registered.desktop.id,
            resource_server=registered.api.id,
            scope=registered.api.scope,
            version="1",
        )

        async def start() -> Any:
            answer = httpx2.Response(200, content=config.model_dump_json())
            transport = httpx2.MockTransport(lambda _request: answer)
            async with httpx2.AsyncClient(base_url=SERVER, transport=transport) as http:
                open_url = browser(self._globus, username=username)
                settings = Settings(SERVER, self._folder, self._folder)
                return await work(ServiceSignIn(settings, http, memory, open_url, Network()))

        with closing(StoredMemory(self._folder / "app.sqlite")) as memory:
            return asyncio.run(start())

    def remembers(self, account: str) -> bool:
        """Return whether anything of the account is remembered."""

        async def look(memory: StoredMemory) -> bool:
            noted, jobs = await memory.account(SERVER), await memory.load()
            return noted == account or (jobs is not None and jobs[0] == account)

        with closing(StoredMemory(self._folder / "app.sqlite")) as memory:
            return asyncio.run(look(memory))

    def remember(self, account: str) -> None:
        """Do as the window does when the service has said who is signed in."""

        async def note(memory: StoredMemory) -> None:
            await memory.note_account(SERVER, account)
            await memory.save(account, list[JobView]())

        with closing(StoredMemory(self._folder / "app.sqlite")) as memory:
            asyncio.run(note(memory))


@pytest.fixture
def machine(globus: RunningGlobus, tmp_path: Path) -> Machine:
    return Machine(globus, tmp_path)


async def sign_in(one: ServiceSignIn) -> str:
    await one.sign_in(lambda _link: None, refuse)
    return await one.authorization_header()


async def sign_in_once(one: ServiceSignIn) -> str:
    await one.sign_in(lambda _link: None, refuse, keep=False)
    return await one.authorization_header()


async def restored(one: ServiceSignIn) -> bool:
    return await one.restore()


async def sign_out_in_vain(one: ServiceSignIn) -> None:
    with pytest.raises(KeyringLockedError) as raised:
        await one.sign_out()
    assert raised.value.words == OWED
    with pytest.raises(SignedOutError):
        await one.authorization_header()


def test_a_sign_out_with_a_locked_keyring_is_done_at_a_later_start(
    globus: RunningGlobus, machine: Machine, backend: FakeKeyring
) -> None:
    header = machine.run(sign_in)
    backend.trouble = LOCKED
    machine.run(sign_out_in_vain)
    with pytest.raises(KeyringLockedError) as raised:
        machine.run(restored)
    assert raised.value.words == OWED
    backend.trouble = None
    assert machine.run(restored) is False
    assert backend.secrets == {}
    with pytest.raises(NotSignedInError):
        person(globus, header)


def test_who_signs_in_after_such_a_sign_out_stays_signed_in(
    globus: RunningGlobus, machine: Machine, backend: FakeKeyring
) -> None:
    former = machine.run(sign_in)
    backend.trouble = LOCKED
    machine.run(sign_out_in_vain)
    backend.trouble = None
    header = machine.run(sign_in, GRACE.username)
    assert machine.run(restored) is True
    assert person(globus, header).sub == GRACE.id
    with pytest.raises(NotSignedInError):
        person(globus, former)


def test_a_sign_in_of_one_session_leaves_the_keyring_alone(
    globus: RunningGlobus, machine: Machine, backend: FakeKeyring
) -> None:
    machine.run(sign_in)
    before, backend.trouble = dict(backend.secrets), LOCKED

    async def visit(one: ServiceSignIn) -> str:
        header = await sign_in_once(one)
        assert not one.kept
        return header

    assert person(globus, machine.run(visit, GRACE.username)).sub == GRACE.id
    backend.trouble = None
    assert backend.secrets == before
    assert machine.run(restored) is True


def test_who_is_back_by_a_kept_sign_in_sees_nothing_of_a_sign_in_of_one_session(
    machine: Machine, backend: FakeKeyring
) -> None:
    machine.run(sign_in)
    backend.trouble = LOCKED

    async def visit(one: ServiceSignIn) -> None:
        await sign_in_once(one)
        await one.confirm(GRACES, START, None)

    machine.run(visit, GRACE.username)
    machine.remember(GRACES)
    backend.trouble = None

    async def back(one: ServiceSignIn) -> str:
        assert await one.restore()
        return one.account

    assert machine.run(back) == ""
    assert not machine.remembers(GRACES)


def test_signing_out_ends_the_sign_in_of_the_session_and_the_kept_one(
    globus: RunningGlobus, machine: Machine, backend: FakeKeyring
) -> None:
    kept = machine.run(sign_in)
    backend.trouble = LOCKED

    async def visit(one: ServiceSignIn) -> str:
        header = await sign_in_once(one)
        await sign_out_in_vain(one)
        return header

    once = machine.run(visit)
    with pytest.raises(NotSignedInError):
        person(globus, once)
    backend.trouble = None
    assert machine.run(restored) is False
    with pytest.raises(NotSignedInError):
        person(globus, kept)


@pytest.mark.usefixtures("backend")
def test_a_later_sign_in_of_one_session_makes_no_kept_one_younger(machine: Machine) -> None:
    async def first(one: ServiceSignIn) -> None:
        await sign_in(one)
        await one.confirm(ADAS, START, None)

    async def second(one: ServiceSignIn) -> None:
        await sign_in_once(one)
        await one.confirm(ADAS, START.replace(year=START.year + 2), None)
        await one.confirm(ADAS, START, START.replace(year=START.year + 1))

    async def third(one: ServiceSignIn) -> None:
        assert await one.restore()
        with pytest.raises(SignedOutEverywhereError):
            await one.confirm(ADAS, START, START.replace(year=START.year + 1))

    for work in (first, second, third):
        machine.run(work)


@pytest.mark.usefixtures("backend")
def test_a_kept_sign_in_knows_its_account_at_the_next_start(machine: Machine) -> None:
    async def first(one: ServiceSignIn) -> None:
        await sign_in(one)
        assert one.account == ""
        await one.confirm(ADAS, START, None)
        assert one.account == ADAS

    machine.run(first)
    machine.remember(ADAS)

    async def back(one: ServiceSignIn) -> tuple[str, str]:
        await one.restore()
        before = one.account
        await one.sign_out()
        return before, one.account

    assert machine.run(back) == (ADAS, "")
