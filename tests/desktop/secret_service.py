"""A session bus of our own with a real keyring on it, as a desktop session has them.

Traps, all found with gnome-keyring 42 as root and without a login:

- A password on standard input is taken as it is; one that ends in a line's end is another one.
- `gnome-keyring-daemon --unlock` does not reach the daemon that runs already: it starts another
  one.  What unlocks a keyring without a question is an interface of its own for tests.
- Where the bus has a DISPLAY, reading from a locked keyring waits for somebody to type into a
  window of `gcr-prompter`.  Without one that window cannot be opened, which the keyring takes for
  a person who says no.
- Ending `dbus-run-session` leaves its bus and all that is on it behind.  It ends by itself, and
  ends the bus, when the program that it was given ends: here that is the keyring.
- "Failed to set fd limit" in its errors is harmless.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.stack import until

NEEDED = {
    "dbus-run-session": "dbus-daemon",
    "gnome-keyring-daemon": "gnome-keyring",
}
_PASSWORD = "of-the-keyring"
_NAME, _PATH = "org.freedesktop.secrets", "/org/freedesktop/secrets"
_COLLECTION = f"{_PATH}/collection/login"
_FOR_TESTS = "org.gnome.keyring.InternalUnsupportedGuiltRiddenInterface"
_START = (
    'echo "$DBUS_SESSION_BUS_ADDRESS"; echo $$; '
    "exec gnome-keyring-daemon --foreground --unlock --components=secrets"
)
_START_SECONDS, _STOP_SECONDS = 20.0, 10.0


@dataclass(frozen=True, slots=True)
class SecretService:
    """A keyring on the session bus at *bus*; it is unlocked at first."""

    bus: str

    def answers(self) -> bool:
        """Whether the keyring has come to the bus: who asks before starts another, locked one."""
        from jeepney.bus_messages import message_bus

        with closing(self._connect()) as connection:
            reply = connection.send_and_get_reply(message_bus.NameHasOwner(_NAME))
            return bool(reply.body[0])

    def lock(self) -> None:
        """Lock the keyring, as after a while without anybody at the machine."""
        import secretstorage

        with closing(self._connect()) as connection:
            assert not secretstorage.Collection(connection, _COLLECTION).lock()

    def unlock(self) -> None:
        """Unlock the keyring, as somebody who types the password."""
        from jeepney import DBusAddress, new_method_call
        from secretstorage.util import format_secret, open_session

        with closing(self._connect()) as connection:
            service = DBusAddress(_PATH, _NAME, interface=_FOR_TESTS)
            secret = format_secret(open_session(connection), _PASSWORD.encode(), "text/plain")
            call = new_method_call(
                service, "UnlockWithMasterPassword", "o(oayays)", (_COLLECTION, secret)
            )
            assert connection.send_and_get_reply(call).body == ()

    def secrets(self) -> dict[str, str]:
        """Return all that is kept: a label, and the secret."""
        import secretstorage

        with closing(self._connect()) as connection:
            collection = secretstorage.Collection(connection, _COLLECTION)
            items = list(collection.get_all_items())
            return {item.get_label(): item.get_secret().decode() for item in items}

    def is_empty(self) -> bool:
        """Whether nothing is kept."""
        import secretstorage

        with closing(self._connect()) as connection:
            collection = secretstorage.Collection(connection, _COLLECTION)
            try:
                return not list(collection.get_all_items())
            except secretstorage.exceptions.ItemNotFoundException:
                # It was deleted between being listed and being looked at; others may be left.
                return False

    def _connect(self) -> Any:
        from jeepney.io.blocking import open_dbus_connection

        return open_dbus_connection(self.bus)


@contextmanager
def running_secret_service(home: Path, runtime: Path) -> Iterator[SecretService]:
    """Run a bus and a new keyring for the person of *home*; skip where a program is missing."""
    missing = [package for name, package in NEEDED.items() if shutil.which(name) is None]
    if missing:
        pytest.skip(f"there is no keyring; on Debian: apt-get install {' '.join(missing)}")
    environ = {"PATH": os.environ["PATH"], "HOME": str(home), "XDG_RUNTIME_DIR": str(runtime)}
    command = ["dbus-run-session", "--", "sh", "-c", _START]
    with subprocess.Popen(
        command,
        env=environ,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as session:
        assert session.stdin is not None
        assert session.stdout is not None
        session.stdin.write(_PASSWORD)
        session.stdin.close()
        bus, keyring = (session.stdout.readline().strip() for _ in range(2))
        service = SecretService(bus)
        try:
            until(service.answers, "the keyring on its bus", _START_SECONDS)
            yield service
        finally:
            with suppress(ProcessLookupError):
                os.kill(int(keyring), signal.SIGTERM)
            session.wait(_STOP_SECONDS)
