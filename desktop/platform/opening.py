"""Opening addresses outside of the app: only those that cannot do harm."""

from __future__ import annotations

from collections.abc import Callable
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

from desktop.errors import ForbiddenError
from desktop.sentences import Sentence, said

HOSTS = (
    "globus.org",
    "stripe.com",
    "ensembl.org",
    "ncbi.nlm.nih.gov",
    "gnomad.broadinstitute.org",
)
"""Where people sign in, pay, and read of variants; their subdomains are meant too."""

NO_BROWSER = said(
    "No browser could be opened. Choose one as the default in the system's settings, then try "
    "again."
)
COPY_LINK = said("No browser could be opened. Copy the link into one instead.")
"""What is said where the link can be copied, too."""

_PAGE = ".html"


class Opener:
    """Opens addresses in the system's browser.

    https is opened to the configured service and to known hosts, http to the service and to this
    very machine.  Whatever else a server sends (`file:`, `smb:`, `javascript:`, another host ...)
    is refused.

    Args:
        server: the configured service's address.
        open_url: opens an address; returns whether the system did.
        hosts: those that are known; their subdomains are meant too.
    """

    def __init__(
        self, server: str, open_url: Callable[[str], bool], hosts: tuple[str, ...] = HOSTS
    ) -> None:
        self._server = server
        self._open_url = open_url
        self._hosts = hosts

    def knowing(self, host: str) -> Opener:
        """Return an opener that opens https at *host*, too."""
        return Opener(self._server, self._open_url, (*self._hosts, host))

    def open(self, url: str) -> None:
        """Open *url*.

        Raises:
            ForbiddenError: it is not an address that the app opens, or the system would not.
        """
        self._open(url, NO_BROWSER)

    def open_link(self, url: str) -> None:
        """Open *url*, which is there to be copied, too; errors are those of `open`."""
        self._open(url, COPY_LINK)

    def open_page(self, path: Path) -> None:
        """Open a page that was saved on this machine.

        Nothing but a plain file called .html is opened: whatever else a service may have named,
        the system might run.

        Raises:
            ForbiddenError: it is no such file, or the system would not.
        """
        if path.suffix.lower() != _PAGE or path.is_symlink() or not path.is_file():
            words = said("{name} is no page, so it was not opened.", name=path.name)
            raise ForbiddenError(words)
        if not self._open_url(path.absolute().as_uri()):
            words = said("No browser could be opened to show {name}.", name=path.name)
            raise ForbiddenError(words)

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
            known = (server.hostname or "", *self._hosts)
            return is_loopback(parts.hostname) or _is_of(parts.hostname, known)
        return parts.scheme == "http" and (same or is_loopback(parts.hostname))

    def _open(self, url: str, without_browser: Sentence) -> None:
        if not self.allows(url):
            raise ForbiddenError(said("The service sent an address that this app does not open."))
        if not self._open_url(url):
            raise ForbiddenError(without_browser)


def is_loopback(host: str) -> bool:
    """Whether *host* is this machine."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _is_of(host: str, known: tuple[str, ...]) -> bool:
    return any(host == name or host.endswith(f".{name}") for name in known if name)
