"""How the network is reached: by which proxy, whose certificates are trusted, and why it is not."""

from __future__ import annotations

import logging
import ssl
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2

from desktop.errors import OfflineError, ProxyError, UntrustedError

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Network:
    """What somebody chose in the settings.

    Attributes:
        proxy: its address; "" for the system's.
        certificates: a file of further authorities (PEM), trusted besides the system's.
    """

    proxy: str = ""
    certificates: Path | None = None

    def trust(self) -> ssl.SSLContext:
        """Return whom to trust; a file that cannot be read adds nobody.

        Reading the system's authorities takes some milliseconds, so share what is returned.
        """
        context = httpx2.create_ssl_context()
        if self.certificates is not None:
            try:
                context.load_verify_locations(self.certificates)
            except (OSError, ssl.SSLError) as error:
                _log.warning("the further authorities cannot be used: %s", type(error).__name__)
        return context

    def options(self) -> dict[str, Any]:
        """Return how a client of httpx2 is to be made; a proxy that is none is left out."""
        return {"verify": self.trust(), "proxy": self._usable_proxy()}

    def _usable_proxy(self) -> httpx2.Proxy | None:
        try:
            return httpx2.Proxy(self.proxy) if self.proxy else None
        except (httpx2.InvalidURL, ValueError) as error:
            _log.warning("the proxy cannot be used: %s", type(error).__name__)
            return None


def usable_address(server: str) -> str:
    """Return *server*, or "" if it is no address: every request then says that it is offline."""
    try:
        httpx2.URL(server)
    except httpx2.InvalidURL as error:
        _log.warning("the server's address cannot be used: %s", error)
        return ""
    return server


def unreachable(error: BaseException) -> OfflineError:
    """Return what *error*, of any HTTP client, says of why no answer came."""
    if isinstance(error, httpx2.ProxyError):
        return ProxyError()
    # What the client was told by the system is at the end of what its own error came from.
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return UntrustedError()
        cause = cause.__cause__ or cause.__context__
    return OfflineError()
