"""The proxy and the authorities that somebody chose count for all that asks the network."""

from __future__ import annotations

import asyncio
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx2
import pytest
import requests
from globus_sdk.exc import NetworkError
from typing_extensions import override

from backend.wire import Download
from desktop.auth.transport import make_transport, trouble_of
from desktop.choices import Choices
from desktop.client.api import service_config
from desktop.client.network import Network
from desktop.errors import OfflineError, ProxyError, UntrustedError
from desktop.sentences import said
from desktop.services import Services, open_services
from desktop.settings import Settings
from tests.certificate import write_certificate

ANSWER = "it is me"
NOWHERE = "http://127.0.0.1:9"
VARIABLES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY")
AUTHORITIES = ("SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
CLIENTS = ("service", "files", "globus")
_LATER = datetime(2100, 1, 1, tzinfo=UTC)


class Site(BaseHTTPRequestHandler):
    """Answers everything with the same."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(len(ANSWER)))
        self.end_headers()
        self.wfile.write(ANSWER.encode())

    @override
    def log_message(self, *_arguments: object) -> None:
        """Say nothing."""


class Proxy(Site):
    """Notes what it is asked for; a tunnel leads to wherever it is wanted to."""

    asked: list[str]

    @override
    def do_GET(self) -> None:
        self.asked.append(self.path)
        super().do_GET()

    def do_CONNECT(self) -> None:
        self.asked.append(self.path)
        host, _, port = self.path.rpartition(":")
        with socket.create_connection((host, int(port))) as far:
            self.send_response(200)
            self.end_headers()
            back = threading.Thread(target=pour, args=(far, self.connection))
            back.start()
            pour(self.connection, far)
            back.join()


def pour(source: socket.socket, target: socket.socket) -> None:
    """Pass on what comes, to its end."""
    with suppress(OSError):
        while data := source.recv(65536):
            target.sendall(data)
    with suppress(OSError):
        target.shutdown(socket.SHUT_WR)


class QuietServer(ThreadingHTTPServer):
    """Serves in a thread, and says nothing of those that do not trust it."""

    daemon_threads = True

    @override
    def handle_error(self, request: object, client_address: object) -> None:
        """Whoever asked finds out."""


@contextmanager
def serving(
    handler: type[BaseHTTPRequestHandler], context: ssl.SSLContext | None = None
) -> Iterator[int]:
    """Serve, over TLS where there is a context, and give the port."""
    with QuietServer(("127.0.0.1", 0), handler) as server:
        if context is not None:
            # The handshake belongs to the thread of the connection.
            server.socket = context.wrap_socket(
                server.socket, server_side=True, do_handshake_on_connect=False
            )
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield server.server_port
        finally:
            server.shutdown()
            thread.join()


@dataclass(frozen=True, slots=True)
class Secure:
    """A site under an authority of its own."""

    url: str
    address: str
    authority: Path


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch) -> None:
    """An environment that says nothing of the network."""
    for name in (*VARIABLES, *AUTHORITIES):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Secure]:
    certificate, key = write_certificate(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    with serving(Site, context) as port:
        yield Secure(f"https://localhost:{port}/", f"localhost:{port}", certificate)


@pytest.fixture
def asked() -> list[str]:
    """What the proxy was asked for."""
    return []


@pytest.fixture
def proxy(asked: list[str]) -> Iterator[str]:
    handler = type("Noting", (Proxy,), {"asked": asked})
    with serving(handler) as port:
        yield f"http://127.0.0.1:{port}"


async def ask(services: Services, network: Network, client: str, url: str) -> str:
    """Return what *client* of the app gets at *url*."""
    if client == "service":
        return (await services.http.get(url)).text
    if client == "files":
        return await services.transfers.read_text(Download(url=url, **_NAMELESS))
    transport = make_transport(network, 5)
    try:
        return await asyncio.to_thread(lambda: transport.session.get(url, timeout=5).text)
    finally:
        transport.close()


_NAMELESS = {"name": "a", "size": None, "sha256": None, "expires_at": _LATER}


def answer(folder: Path, client: str, url: str, network: Network) -> str:
    """Return what *client* gets at *url*, in an app that is set up for *network*."""

    async def get() -> str:
        choices = Choices(proxy=network.proxy, certificates=network.certificates)
        settings = Settings(NOWHERE, folder / "data", folder, choices=choices)
        services = open_services(settings, lambda _url: None)
        try:
            return await ask(services, network, client, url)
        finally:
            await services.close()

    return asyncio.run(get())


REFUSED = (httpx2.ConnectError, OfflineError, requests.exceptions.SSLError)


@pytest.mark.parametrize("client", CLIENTS)
def test_row_28_a_site_of_an_unknown_authority_is_refused(
    tmp_path: Path, site: Secure, client: str
) -> None:
    with pytest.raises(REFUSED):
        answer(tmp_path, client, site.url, Network())


@pytest.mark.parametrize("client", CLIENTS)
def test_an_authority_that_somebody_chose_is_trusted(
    tmp_path: Path, site: Secure, client: str
) -> None:
    network = Network(certificates=site.authority)
    assert answer(tmp_path, client, site.url, network) == ANSWER


@pytest.mark.parametrize("client", CLIENTS)
def test_row_28_an_authority_of_the_system_is_trusted(
    tmp_path: Path, site: Secure, client: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(site.authority))
    assert answer(tmp_path, client, site.url, Network()) == ANSWER


def test_row_28_globus_is_reached_with_no_authority_but_those(
    site: Secure, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(site.authority))
    (tmp_path / "none").mkdir()
    monkeypatch.setenv("SSL_CERT_DIR", str(tmp_path / "none"))
    transport = make_transport(Network(), 5)
    assert transport.session.get(site.url, timeout=5).text == ANSWER
    adapter = transport.session.get_adapter(site.url)
    assert isinstance(adapter, requests.adapters.HTTPAdapter)
    context = adapter.poolmanager.connection_pool_kw["ssl_context"]
    assert context.cert_store_stats()["x509"] == 1
    transport.close()


def test_row_28_no_variable_turns_the_checks_of_globus_off(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("GLOBUS_SDK_VERIFY_SSL", "false")
    transport = make_transport(Network(), 5)
    assert transport.verify_ssl is True
    transport.close()


@pytest.mark.parametrize("client", CLIENTS)
def test_a_proxy_that_somebody_chose_counts_more_than_the_environment(
    tmp_path: Path, proxy: str, asked: list[str], client: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, NOWHERE)
    url = "http://gas.test/file"
    assert answer(tmp_path, client, url, Network(proxy)) == ANSWER
    assert asked == [url]


@pytest.mark.parametrize("client", CLIENTS)
def test_the_authority_is_trusted_behind_the_proxy_too(
    tmp_path: Path, site: Secure, proxy: str, asked: list[str], client: str
) -> None:
    with pytest.raises(REFUSED):
        answer(tmp_path, client, site.url, Network(proxy))
    network = Network(proxy, site.authority)
    assert answer(tmp_path, client, site.url, network) == ANSWER
    assert set(asked) == {site.address}


class Refusing(Site):
    """A proxy that wants to know who asks."""

    @override
    def do_GET(self) -> None:
        self.send_response(407)
        self.end_headers()

    def do_CONNECT(self) -> None:
        self.do_GET()


def ask_in_vain(folder: Path, client: str, url: str, network: Network) -> None:
    """Raise what the app makes of no answer to *client*."""

    async def ask_who_to_sign_in_with() -> None:
        async with httpx2.AsyncClient(base_url=url, **network.options()) as http:
            await service_config(http)

    if client == "service":
        asyncio.run(ask_who_to_sign_in_with())
    try:
        answer(folder, client, url, network)
    except requests.exceptions.RequestException as error:
        raise trouble_of(NetworkError("", error), said("otherwise")) from error


def trouble(folder: Path, client: str, url: str, network: Network) -> OfflineError:
    """Return what is said where *client* asks at *url*."""
    with pytest.raises(OfflineError) as caught:
        ask_in_vain(folder, client, url, network)
    return caught.value


@pytest.mark.parametrize("client", CLIENTS)
def test_a_certificate_that_is_not_trusted_is_said_so_and_where_to_trust_it(
    tmp_path: Path, site: Secure, client: str
) -> None:
    error = trouble(tmp_path, client, site.url, Network())
    assert type(error) is UntrustedError
    assert "Settings → Network" in error.sentence


@pytest.mark.parametrize(
    ("client", "scheme"),
    [("service", "http"), ("service", "https"), ("files", "https"), ("globus", "https")],
)
def test_a_proxy_that_refuses_is_said_so_and_where_it_is_chosen(
    tmp_path: Path, client: str, scheme: str
) -> None:
    with serving(Refusing) as port:
        network = Network(proxy=f"http://127.0.0.1:{port}")
        error = trouble(tmp_path, client, f"{scheme}://gas.test/", network)
    assert type(error) is ProxyError
    assert "Settings → Network" in error.sentence
