"""A system's keyring that is a dictionary, and can be locked."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import keyring
from keyring.backend import KeyringBackend
from keyring.errors import PasswordDeleteError


class FakeKeyring(KeyringBackend):
    """Keeps as long entries as Windows does; raises *trouble* while it is set."""

    priority = 1.0

    def __init__(self, trouble: Exception | None = None) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.trouble = trouble
        self.secrets: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        """Return what is kept."""
        self._check()
        return self.secrets.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        """Keep it."""
        self._check()
        assert len(password.encode("utf-16-le")) <= 2560
        self.secrets[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        """Forget it, or complain that it is not there."""
        self._check()
        if (service, username) not in self.secrets:
            raise PasswordDeleteError("not there")
        del self.secrets[service, username]

    def _check(self) -> None:
        if self.trouble is not None:
            raise self.trouble


@contextmanager
def used_keyring() -> Iterator[FakeKeyring]:
    """Give a keyring that is the system's in the block."""
    before, fake = keyring.get_keyring(), FakeKeyring()
    keyring.set_keyring(fake)
    try:
        yield fake
    finally:
        keyring.set_keyring(before)
