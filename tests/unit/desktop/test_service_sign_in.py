"""Where to sign in: remembered first, asked anew afterwards, and never lost with the disk."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx2
import pytest

from backend.wire import ServiceConfig
from desktop.auth.endpoints import GlobusEndpoints
from desktop.auth.service import ServiceSignIn
from desktop.auth.vault import KeyringVault
from desktop.client.network import Network
from desktop.errors import DesktopError, ForbiddenError, OfflineError, ServerFaultError
from desktop.settings import Settings
from desktop.store.memory import StoredMemory
from tests.fakes.keyring import FakeKeyring, used_keyring
from tests.fakes.service import CONFIG
from tests.unit.desktop.kept_tokens import keep_tokens

SERVER = "https://gas.test"
LIMIT_SECONDS = 60.0
"""A real client of Globus is made, which takes a while."""

UNREACHABLE_URL = "http://127.0.0.1:9"
NOTE = f"config {SERVER}"
OTHER = CONFIG.model_copy(update={"globus_url": "https://other.globus.test"})

Answer = Callable[[httpx2.Request], httpx2.Response | Awaitable[httpx2.Response]]
Use = Callable[[ServiceSignIn], Coroutine[Any, Any, Any]]


@pytest.fixture
def backend() -> Iterator[FakeKeyring]:
    with used_keyring() as fake:
        yield fake


@pytest.fixture
def memory(tmp_path: Path) -> Iterator[StoredMemory]:
    with closing(StoredMemory(tmp_path / "data" / "app.sqlite")) as made:
        yield made


@pytest.fixture
def no_disk(tmp_path: Path) -> Iterator[StoredMemory]:
    (tmp_path / "file").touch()
    with closing(StoredMemory(tmp_path / "file" / "app.sqlite")) as made:
        yield made


def keep(backend: FakeKeyring, config: ServiceConfig = CONFIG) -> None:
    endpoints = GlobusEndpoints(
        config.globus_url, config.client_id, config.resource_server, config.scope
    )
    keep_tokens(KeyringVault(backend, endpoints.vault_service), endpoints)


def told(config: ServiceConfig) -> Answer:
    return lambda _request: httpx2.Response(200, content=config.model_dump_json())


def refused(status: int, content: bytes = b"<html>") -> Answer:
    return lambda _request: httpx2.Response(status, content=content)


def unreachable(request: httpx2.Request) -> httpx2.Response:
    raise httpx2.ConnectError("no route", request=request)


def use(memory: StoredMemory, answer: Answer, work: Use, *, patience: float = LIMIT_SECONDS) -> Any:
    async def run() -> Any:
        transport = httpx2.MockTransport(answer)
        async with httpx2.AsyncClient(base_url=SERVER, transport=transport) as http:
            settings = Settings(SERVER, Path(), Path())
            sign_in = ServiceSignIn(
                settings, http, memory, lambda _url: None, Network(), patience=patience
            )
            return await work(sign_in)

    return asyncio.run(run())


def note(memory: StoredMemory) -> str | None:
    return asyncio.run(memory.note(NOTE))


def restored(sign_in: ServiceSignIn) -> Coroutine[Any, Any, bool]:
    return sign_in.restore()


@pytest.mark.parametrize(
    "answer", [refused(502), refused(503), refused(403), refused(404), refused(200), unreachable]
)
def test_a_kept_sign_in_is_found_whatever_the_service_answers(
    memory: StoredMemory, backend: FakeKeyring, answer: Answer
) -> None:
    keep(backend)
    asyncio.run(memory.write_note(NOTE, CONFIG.model_dump_json()))
    assert use(memory, answer, restored)


def test_what_changed_meanwhile_is_remembered_for_the_next_start(
    memory: StoredMemory, backend: FakeKeyring
) -> None:
    keep(backend)
    asyncio.run(memory.write_note(NOTE, CONFIG.model_dump_json()))

    async def start(sign_in: ServiceSignIn) -> bool:
        found = await sign_in.restore()
        await sign_in.refresh()
        return found

    assert use(memory, refused(503), start)
    assert note(memory) == CONFIG.model_dump_json()
    assert use(memory, told(OTHER), start)
    assert note(memory) == OTHER.model_dump_json()


async def link_of(sign_in: ServiceSignIn) -> str:
    """Sign in until the browser would be opened, then cancel; return where it would have been."""
    link = asyncio.get_running_loop().create_future()
    task = asyncio.create_task(sign_in.sign_in(link.set_result, lambda _error: None))
    shown = await asyncio.wait_for(link, LIMIT_SECONDS)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    return str(shown).partition("/v2/")[0]


def test_a_sign_in_in_whose_place_another_comes_is_forgotten(
    memory: StoredMemory, backend: FakeKeyring
) -> None:
    here = CONFIG.model_copy(update={"globus_url": UNREACHABLE_URL})
    keep(backend, here)
    asyncio.run(memory.write_note(NOTE, here.model_dump_json()))

    async def replace(sign_in: ServiceSignIn) -> str:
        assert await sign_in.restore()
        return await link_of(sign_in)

    assert use(memory, told(OTHER), replace) == OTHER.globus_url
    assert backend.secrets == {}


async def never(_request: httpx2.Request) -> httpx2.Response:
    await asyncio.Event().wait()
    raise AssertionError("nobody sets it")


def test_a_silent_service_holds_up_nobody_who_knows_where_to_sign_in(
    memory: StoredMemory, backend: FakeKeyring
) -> None:
    asyncio.run(memory.write_note(NOTE, CONFIG.model_dump_json()))
    assert use(memory, never, link_of, patience=0.01) == CONFIG.globus_url


def test_who_signs_in_does_so_where_the_service_says_now(
    memory: StoredMemory, backend: FakeKeyring
) -> None:
    asyncio.run(memory.write_note(NOTE, CONFIG.model_dump_json()))

    async def start(sign_in: ServiceSignIn) -> str:
        assert not await sign_in.restore()
        return await link_of(sign_in)

    assert use(memory, refused(503), start) == CONFIG.globus_url
    assert use(memory, told(OTHER), start) == OTHER.globus_url


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (refused(404), ForbiddenError),
        (refused(401), ForbiddenError),
        (refused(200), ForbiddenError),
        (refused(503), ServerFaultError),
        (unreachable, OfflineError),
    ],
)
def test_a_wrong_server_is_told_from_one_that_fails(
    memory: StoredMemory, answer: Answer, error: type[DesktopError]
) -> None:
    with pytest.raises(error) as raised:
        use(memory, answer, restored)
    is_wrong = error is ForbiddenError
    assert (f"answers at {SERVER}" in raised.value.sentence) == is_wrong
    assert ("“Connection…”" in raised.value.sentence) == is_wrong


def test_a_disk_that_takes_nothing_keeps_nobody_out(
    no_disk: StoredMemory, backend: FakeKeyring
) -> None:
    assert use(no_disk, told(CONFIG), restored) is False
    keep(backend)
    assert use(no_disk, told(CONFIG), restored) is True


def test_a_note_that_cannot_be_read_is_asked_for_anew(
    memory: StoredMemory, backend: FakeKeyring
) -> None:
    asyncio.run(memory.write_note(NOTE, "{"))
    assert use(memory, told(CONFIG), restored) is False
    assert note(memory) == CONFIG.model_dump_json()
