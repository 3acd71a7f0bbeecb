"""The web pages on a port of this machine: the service over fakes, signed in at the stand-in."""

from __future__ import annotations

import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

import httpx2
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route

from backend.api.sign_in import Introspector, ResourceServer
from backend.api.web.dependencies import Web
from backend.api.web.globus import GlobusSignIn, WebClient
from backend.aws.files import disposition
from backend.domain.accounts import Account, Identity
from backend.domain.files import file_keys
from backend.domain.job import Input, Status
from backend.local.globus.__main__ import loopback_socket
from backend.local.globus.directory import User
from tests.fakes.files import FakeFiles
from tests.fakes.people import a_job
from tests.fakes.service import FakeService
from tests.integration.globus_stand_in import RunningGlobus, running_globus

RESULT = b"not really bgzipped: what matters here is that it comes back unchanged"


def now() -> datetime:
    """Return the time: a browser has no other."""
    return datetime.now(UTC)


@dataclass
class Service(FakeService):
    """The service over fakes, but for the sign-in."""

    pages: Web | None = None

    def web(self) -> Web:
        return self.pages or super().web()


@dataclass
class WebSite:
    """Running pages.

    Attributes:
        url: of the pages.
    """

    url: str
    service: Service

    def account(self, user: User) -> Account:
        """Return the account that *user* has, or will have at the first sign-in."""
        return self.service.accounts.sign_in(
            Identity(user.id, (user.id,), user.username, user.name, user.email, user.organization)
        )

    def job(self, user: User, name: str, **changes: object) -> str:
        """Return the id of a new job of *user*, completed unless *changes* say otherwise."""
        job_id, owner = self.service.new_id(), self.account(user).id
        pending = a_job(
            owner,
            id=job_id,
            input=Input(name, 9, "0" * 64),
            status=Status.PENDING,
            created_at=now(),
            submitted_at=now(),
        )
        self.service.jobs.add(pending)
        self.service.inputs.objects[file_keys(owner, job_id).input] = b"the input"
        done = self.service.complete(job_id, RESULT)
        self.service.jobs.replace(replace(done, version=99, **changes), expected=done.version)  # type: ignore[arg-type]
        return job_id


@contextmanager
def running_site(folder: Path) -> Iterator[WebSite]:
    """Serve the pages, below /files the file store, and beside them the stand-in of Globus."""
    with ExitStack() as stack:
        listener = stack.enter_context(loopback_socket("127.0.0.1", 0))
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        globus = stack.enter_context(running_globus(folder, f"{url}/sign-in/done"))
        service = Service(
            clock=now,
            web_url=url,
            inputs=FakeFiles(f"{url}/files/inputs"),
            outputs=FakeFiles(f"{url}/files/outputs"),
        )
        http = httpx2.AsyncClient()
        sign_in = _sign_in(http, globus, url)
        service.pages = replace(service.web(), sign_in=sign_in)
        app = _with_files(service, http)
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning", ws="none"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            yield WebSite(url, service)
        finally:
            server.should_exit = True
            thread.join(30)


def _sign_in(http: httpx2.AsyncClient, globus: RunningGlobus, url: str) -> GlobusSignIn:
    ours = globus.registration
    web = WebClient(
        issuer=globus.url,
        client_id=ours.web.id,
        client_secret=str(ours.web.secret),
        scope=ours.api.scope,
        redirect_uri=f"{url}/sign-in/done",
        home=f"{url}/",
    )
    server = ResourceServer(
        issuer=globus.url,
        client_id=ours.api.id,
        client_secret=str(ours.api.secret),
        scope=ours.api.scope,
        apps=frozenset({ours.web.id}),
    )
    return GlobusSignIn(http, web, Introspector(http, server, now).principal, now)


def _with_files(service: Service, http: httpx2.AsyncClient) -> Starlette:
    """Return the pages with what S3 does with signed addresses, for two buckets of fakes."""

    async def send(request: Request) -> Response:
        bucket, key = unquote(request.url.path).removeprefix("/files/").split("/", 1)
        files: FakeFiles = getattr(service, bucket)
        name = parse_qs(urlsplit(str(request.url)).query)["name"][0]
        return Response(files.objects[key], headers={"content-disposition": disposition(name)})

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        async with http:
            yield

    routes = [Route("/files/{rest:path}", send), Mount("/", service.app())]
    return Starlette(routes=routes, lifespan=lifespan)
