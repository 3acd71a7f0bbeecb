"""Where tokens are kept: in the system's keyring, else in memory, never in a file."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

import keyring
from keyring.backend import KeyringBackend
from keyring.backends.chainer import ChainerBackend
from keyring.errors import InitError, KeyringError, KeyringLocked, PasswordDeleteError

from desktop.errors import KeyringLockedError, KeyringRefusedError

LONGEST_SECRET = 1200
"""In characters. Windows keeps 2,560 bytes of UTF-16 an entry, which is 1,280 characters."""

# Of a keyring on Linux that is locked, or ends, while it is asked: a bus's answer, and errors.
_IS_LOCKED = "org.freedesktop.Secret.Error.IsLocked"
_UNREADABLE = {
    "LockedException",
    "PromptDismissedException",
    "SecretServiceNotAvailableException",
}

# They keep nothing, or keep it in a file that anybody's program can read.
_UNFIT_BACKENDS = ("keyring.backends.fail", "keyring.backends.null", "keyrings.alt")


class TokenVault(Protocol):
    """Keeps short secrets by name.

    All methods may block, as long as a person takes to unlock a keyring, and raise
    KeyringLockedError where the keyring stays locked; KeyringRefusedError, which is one, where it
    is open and takes no changes.
    """

    @property
    def persistent(self) -> bool:
        """Whether the secrets outlive the app."""
        ...

    def get(self, name: str) -> str | None:
        """Return a secret, or None if there is none of that name."""
        ...

    def put(self, name: str, secret: str) -> None:
        """Keep a secret of up to 1,200 characters in place of the one of that name."""
        ...

    def remove(self, name: str) -> None:
        """Forget a secret; nothing happens if there is none."""
        ...


class MemoryVault:
    """Keeps secrets until the app is closed."""

    persistent = False

    def __init__(self) -> None:
        self._secrets: dict[str, str] = {}

    def get(self, name: str) -> str | None:
        """Return a secret, or None if there is none of that name."""
        return self._secrets.get(name)

    def put(self, name: str, secret: str) -> None:
        """Keep a secret in place of the one of that name."""
        _check_length(name, secret)
        self._secrets[name] = secret

    def remove(self, name: str) -> None:
        """Forget a secret; nothing happens if there is none."""
        self._secrets.pop(name, None)


class KeyringVault:
    """Keeps secrets in the system's keyring, one entry a secret.

    Args:
        service: the name that all entries share.
    """

    persistent = True

    def __init__(self, backend: KeyringBackend, service: str) -> None:
        self._backend = backend
        self._service = service

    def get(self, name: str) -> str | None:
        """Return a secret, or None if there is none of that name."""
        with _translated_errors():
            secret: str | None = self._backend.get_password(self._service, name)
            return secret

    def put(self, name: str, secret: str) -> None:
        """Keep a secret in place of the one of that name."""
        _check_length(name, secret)
        with _translated_errors(KeyringRefusedError):
            self._backend.set_password(self._service, name, secret)

    def remove(self, name: str) -> None:
        """Forget a secret; nothing happens if there is none."""
        with _translated_errors(KeyringRefusedError):
            try:
                self._backend.delete_password(self._service, name)
            except PasswordDeleteError:
                if self._backend.get_password(self._service, name) is not None:
                    raise


def choose_vault(service: str, backend: KeyringBackend | None = None) -> TokenVault:
    """Return the keyring if there is a good one, else memory.

    A keyring that keeps secrets in a plain file counts as none. The first call takes up to a
    second.

    Args:
        service: the name that all entries share.
        backend: the keyring, in place of the one that the system offers.
    """
    offered = backend or keyring.get_keyring()
    backends = offered.backends if isinstance(offered, ChainerBackend) else [offered]
    for one in backends:
        if not type(one).__module__.startswith(_UNFIT_BACKENDS):
            return KeyringVault(one, service)
    return MemoryVault()


def _check_length(name: str, secret: str) -> None:
    if len(secret) >= LONGEST_SECRET:
        raise ValueError(
            f"The secret {name} has {len(secret)} characters; "
            f"keyrings take fewer than {LONGEST_SECRET}."
        )


@contextmanager
def _translated_errors(
    refusal: type[KeyringLockedError] = KeyringLockedError,
) -> Iterator[None]:
    """Raise *refusal* for what a keyring raises that can be reached and is not locked."""
    try:
        yield
    except (KeyringLocked, InitError, OSError) as error:
        raise KeyringLockedError from error
    except _keyring_errors() as error:
        locked = getattr(error, "name", "") == _IS_LOCKED or type(error).__name__ in _UNREADABLE
        raise (KeyringLockedError if locked else refusal) from error


def _keyring_errors() -> tuple[type[Exception], ...]:
    """Return what keyrings raise: keyring's errors, and those of a system that it lets through.

    On Linux a bus that has gone is an OSError, and a keyring that is locked or ends while it is
    asked an error of the libraries beneath.
    """
    try:
        from jeepney import DBusErrorResponse  # type: ignore[import-untyped]
        from secretstorage.exceptions import SecretStorageException
    except ImportError:
        return KeyringError, OSError
    return KeyringError, OSError, DBusErrorResponse, SecretStorageException
