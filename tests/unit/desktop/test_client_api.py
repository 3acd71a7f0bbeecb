"""Every call of the client against the real API, and what refusals become."""

from __future__ import annotations

import asyncio
import base64
import hashlib
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import httpx2
import pytest

from backend.wire import NewJob, PartsWanted, SentPart, Submission
from desktop.client.api import ApiClient, service_config
from desktop.client.connection import Connection
from desktop.errors import (
    AccountDeletedError,
    DesktopError,
    ForbiddenError,
    OfflineError,
    QuotaReachedError,
    ServerFaultError,
    SignedOutError,
    SignedOutEverywhereError,
    TooManyError,
)
from desktop.ports import FileKind
from tests.desktop.authorization import FakeAuthorization
from tests.fakes.service import CONFIG, FakeService

VCF = b"##fileformat=VCFv4.2\n"
SERVER = "http://gas.test"


def run(work: Coroutine[Any, Any, Any]) -> Any:
    return asyncio.run(work)


@asynccontextmanager
async def client_of(transport: httpx2.AsyncBaseTransport, *tokens: str) -> AsyncIterator[ApiClient]:
    async with httpx2.AsyncClient(base_url=SERVER, transport=transport) as http:
        yield ApiClient(Connection(http, FakeAuthorization(list(tokens or ("token-of-ada",)))))


def real(service: FakeService) -> httpx2.ASGITransport:
    return httpx2.ASGITransport(app=service.app())


def answers(handle: Callable[[httpx2.Request], httpx2.Response]) -> httpx2.MockTransport:
    return httpx2.MockTransport(handle)


def checksum(data: bytes) -> str:
    return base64.b64encode(hashlib.sha256(data).digest()).decode()


def new_job(data: bytes = VCF) -> NewJob:
    return NewJob(name="a.vcf", size=len(data), sha256=hashlib.sha256(data).hexdigest())


def test_a_job_goes_through_every_call() -> None:
    service = FakeService()

    async def life() -> None:
        async with client_of(real(service)) as api:
            created = await api.create_job(new_job())
            job_id = created.job.id
            again = await api.parts(job_id, PartsWanted(parts={1: checksum(VCF)}))
            part = again.parts[0]
            etag = service.inputs.put(part.url, VCF, part.headers)
            sent = SentPart(number=1, etag=etag, sha256=checksum(VCF))
            assert (await api.submit(job_id, Submission(parts=[sent]))).status == "pending"
            service.complete(job_id)
            page = await api.jobs()
            assert [(job.id, job.status) for job in page.jobs] == [(job_id, "completed")]
            assert page.cursor > 0
            for kind in FileKind:
                assert (await api.link(job_id, kind)).url.startswith("https://files.test/")
            await api.delete(job_id)
            assert (await api.jobs()).jobs == []

    run(life())


def test_a_job_can_be_cancelled_and_pages_follow_each_other() -> None:
    service = FakeService()

    async def life() -> None:
        async with client_of(real(service)) as api:
            created = await api.create_job(new_job())
            assert (await api.cancel(created.job.id)).status == "cancelled"
            page = await api.jobs()
            assert page.after is None
            assert (await api.me()).email == "ada@local.test"

    run(life())


def test_the_plan_s_limit_comes_with_the_way_to_lift_it() -> None:
    async def ask() -> None:
        async with client_of(real(FakeService())) as api:
            await api.create_job(new_job().model_copy(update={"size": 153_601}))

    with pytest.raises(QuotaReachedError) as caught:
        run(ask())
    assert (caught.value.limit, caught.value.upgrade_url) == (153_600, "https://gas.test/upgrade")


def test_where_to_sign_in_needs_no_sign_in() -> None:
    async def ask() -> object:
        async with httpx2.AsyncClient(base_url=SERVER, transport=real(FakeService())) as http:
            return await service_config(http)

    assert run(ask()) == CONFIG


def test_a_refused_token_is_renewed_once() -> None:
    async def ask(*tokens: str) -> str:
        async with client_of(real(FakeService()), *tokens) as api:
            return (await api.me()).name

    assert run(ask("stale", "token-of-ada")) == "Ada"
    with pytest.raises(SignedOutError):
        run(ask("stale", "stale as well", "token-of-ada"))


def test_who_was_signed_out_everywhere_does_not_get_in_by_a_new_token() -> None:
    service = FakeService()
    new = f"token-of-ada@{(service.clock() + timedelta(hours=1)).isoformat()}"

    async def leave() -> None:
        async with client_of(real(service), "token-of-ada", new) as api:
            await api.sign_out_everywhere()
            with pytest.raises(SignedOutEverywhereError):
                await api.me()
        async with client_of(real(service), new) as api:
            assert (await api.me()).name == "Ada"

    run(leave())


def test_whoever_knows_the_account_makes_no_other_by_any_request() -> None:
    service = FakeService()

    async def ask() -> None:
        async with httpx2.AsyncClient(base_url=SERVER, transport=real(service)) as http:
            authorization = FakeAuthorization(["token-of-ada"])
            connection = Connection(http, authorization)
            authorization.account = (await ApiClient(connection).me()).id
            assert (await ApiClient(connection).me()).id == authorization.account
            service.accounts.remove(authorization.account)
            with pytest.raises(AccountDeletedError):
                await ApiClient(connection).jobs()
            with pytest.raises(AccountDeletedError):
                async with connection.stream("/v1/events", {}, httpx2.Timeout(None)):
                    pass

    run(ask())
    assert service.accounts.all() == []


def refused(status: int, body: bytes = b"<html>") -> Callable[[httpx2.Request], httpx2.Response]:
    return lambda _request: httpx2.Response(status, content=body)


def garbled(_request: httpx2.Request) -> httpx2.Response:
    unpacked = httpx2.ByteStream(b"never packed")
    return httpx2.Response(200, headers={"Content-Encoding": "gzip"}, stream=unpacked)


def unreachable(request: httpx2.Request) -> httpx2.Response:
    raise httpx2.ConnectError("no route", request=request)


@pytest.mark.parametrize(
    ("handle", "error"),
    [
        (unreachable, OfflineError),
        (refused(401), SignedOutError),
        (refused(403), ForbiddenError),
        (refused(404), ForbiddenError),
        (refused(413), ForbiddenError),
        (refused(429), TooManyError),
        (refused(500), ServerFaultError),
        (refused(200, b"{}"), ServerFaultError),
        (garbled, ServerFaultError),
    ],
)
def test_each_refusal_becomes_one_error(
    handle: Callable[[httpx2.Request], httpx2.Response], error: type[DesktopError]
) -> None:
    async def ask() -> None:
        async with client_of(answers(handle)) as api:
            await api.me()

    with pytest.raises(DesktopError) as caught:
        run(ask())
    assert type(caught.value) is error
    assert caught.value.title
    assert caught.value.sentence.endswith((".", "?"))
