"""Globus's own HTTP: over the proxy that somebody chose, and with the app's authorities."""

from __future__ import annotations

import ssl
from typing import Any

import requests
from globus_sdk.exc import NetworkError
from globus_sdk.transport import RequestsTransport
from requests.adapters import HTTPAdapter
from typing_extensions import override

from desktop.client.network import Network, unreachable
from desktop.errors import OfflineError, ProxyError
from desktop.sentences import Sentence


def make_transport(network: Network, seconds: float) -> RequestsTransport:
    """Return a transport of globus_sdk over *network*, whose requests take *seconds* at most."""
    # Said here, for a variable of the environment could turn the checks off.
    transport = RequestsTransport(verify_ssl=True, http_timeout=seconds)
    if network.proxy:
        transport.session.proxies = {"http": network.proxy, "https": network.proxy}
        # For requests, the environment's proxy would go before the session's.
        transport.session.trust_env = False
    transport.session.mount("https://", _Trusting(network.trust()))
    return transport


def trouble_of(error: NetworkError, otherwise: Sentence) -> OfflineError:
    """Return what kept Globus from being reached; *otherwise* where it is nothing special."""
    if isinstance(error.underlying_exception, requests.exceptions.ProxyError):
        return ProxyError()
    found = unreachable(error.underlying_exception)
    return OfflineError(otherwise) if type(found) is OfflineError else found


class _Trusting(HTTPAdapter):
    """Trusts whom *context* trusts and nobody else, also behind a proxy."""

    def __init__(self, context: ssl.SSLContext) -> None:
        # The base class makes its pools at once.
        self._context = context
        super().__init__()

    @override
    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        super().init_poolmanager(*args, ssl_context=self._context, **options)

    @override
    def proxy_manager_for(self, *args: Any, **options: Any) -> Any:
        return super().proxy_manager_for(*args, ssl_context=self._context, **options)

    @override
    def cert_verify(self, conn: Any, url: str, verify: bool | str, cert: Any) -> None:
        super().cert_verify(conn, url, verify, cert)
        if verify is True:
            # The authorities that requests brings along would be added to the context's.
            conn.ca_certs = None
