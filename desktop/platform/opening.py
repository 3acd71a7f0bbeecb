"""Opening addresses outside of the app: only those that cannot do harm."""

from __future__ import annotations

from collections.abc import Callable
from ipaddress import ip_address
from urllib.parse import urlsplit

from desktop.errors import ForbiddenError


class Opener:
    """Opens addresses in the system's browser.

    https is opened, and http to the configured service or to this very machine.  Whatever else
    a server sends (`file:`, `smb:`, `javascript:` ...) is refused.

    Args:
        server: the configured service's address.
        open_url: opens an address; returns whether the system did.
    """

    def __init__(self, server: str, open_url: Callable[[str], bool]) -> None:
        self._server = server
        self._open_url = open_url

    def open(self, url: str) -> None:
        """Open *url*.

        Raises:
            ForbiddenError: it is not an address that the app opens, or the system would not.
        """
        if not self.allows(url):
            raise ForbiddenError("The service sent an address that this app does not open.")
        if not self._open_url(url):
            raise ForbiddenError("No browser could be opened. Copy the link into one instead.")

    def allows(self, url: str) -> bool:
        """Whether the app would open *url*."""
        try:
            parts, server = urlsplit(url), urlsplit(self._server)
            same = (parts.hostname, parts.port) == (server.hostname, server.port)
        except ValueError:
            return False
        if not parts.hostname or parts.username is not None:
            return False
        if parts.scheme == "https":
            return True
        return parts.scheme == "http" and (same or is_loopback(parts.hostname))


def is_loopback(host: str) -> bool:
    """Whether *host* is this machine."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
