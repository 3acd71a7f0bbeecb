"""The built-in PostgreSQL, with a real server."""

from __future__ import annotations

import contextlib
import itertools
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest
import sqlalchemy

from backend.domain.errors import RejectedError, UnavailableError
from backend.local.postgres import EmbeddedPostgres

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="it needs peer authentication")


@pytest.fixture
def root(tmp_path: Path) -> Iterator[Path]:
    """A folder with a short path; whatever runs on it is stopped afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder) / "pg"
        EmbeddedPostgres(Path(folder) / "pg").stop()


def run(postgres: EmbeddedPostgres, *statements: str) -> list[sqlalchemy.Row[tuple[object]]]:
    engine = sqlalchemy.create_engine(postgres.url())
    try:
        with engine.begin() as connection:
            results = [connection.execute(sqlalchemy.text(each)) for each in statements]
            return list(results[-1].all()) if results[-1].returns_rows else []
    finally:
        engine.dispose()


def test_started_server_has_the_database(root: Path) -> None:
    postgres = EmbeddedPostgres(root).start()

    assert run(postgres, "SELECT current_database()") == [("gas",)]
    assert run(postgres, "SHOW listen_addresses") == [("",)]
    assert run(postgres, "SHOW data_checksums") == [("on",)]
    assert run(postgres, "SHOW fsync") == [("on",)]


def test_stopped_server_keeps_its_data(root: Path) -> None:
    postgres = EmbeddedPostgres(root).start()
    run(postgres, "CREATE TABLE t (i int)", "INSERT INTO t VALUES (7)")
    postgres.stop()
    assert postgres.pid() is None

    assert run(EmbeddedPostgres(root).start(), "SELECT i FROM t") == [(7,)]


def test_commits_survive_a_killed_server(root: Path) -> None:
    postgres = EmbeddedPostgres(root).start()
    run(postgres, "CREATE TABLE t (i int)")
    for commits in range(1, 4):
        run(postgres, "INSERT INTO t VALUES (1)")
        killed = postgres.pid()
        assert killed is not None
        os.kill(killed, signal.SIGKILL)

        postgres.start()

        assert postgres.pid() not in {None, killed}
        assert len(run(postgres, "SELECT i FROM t")) == commits


@pytest.mark.skipif(not Path("/proc").exists(), reason="it finds the processes in /proc")
def test_nothing_that_was_committed_is_lost_when_all_is_killed(root: Path) -> None:
    postgres = EmbeddedPostgres(root).start()
    run(postgres, "CREATE TABLE t (i int)")
    many = threading.Event()
    committed: list[int] = []

    def commit_on() -> None:
        with (
            contextlib.suppress(psycopg.OperationalError),
            psycopg.connect(plain_url(postgres), autocommit=True) as connection,
        ):
            for number in itertools.count():
                connection.execute("INSERT INTO t VALUES (%s)", (number,))
                committed.append(number)
                if number == 100:
                    many.set()

    writer = threading.Thread(target=commit_on)
    writer.start()
    assert many.wait(30)
    for pid in family(postgres):
        os.kill(pid, signal.SIGKILL)
    writer.join(30)

    found = {number for (number,) in run(postgres.start(), "SELECT i FROM t")}

    assert set(committed) <= found
    assert len(found) - len(committed) <= 1


def plain_url(postgres: EmbeddedPostgres) -> str:
    return postgres.url().replace("+psycopg", "")


def family(postgres: EmbeddedPostgres) -> list[int]:
    pid = postgres.pid()
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid or 0, *map(int, children)]


def test_running_server_is_adopted(root: Path) -> None:
    first = EmbeddedPostgres(root).start()
    run(first, "CREATE TABLE t (i int)")

    second = EmbeddedPostgres(root).start()

    assert second.pid() == first.pid()
    assert run(second, "SELECT count(*) FROM t") == [(0,)]


def test_server_without_its_socket_is_started_anew(root: Path) -> None:
    first = EmbeddedPostgres(root).start()
    lost = first.pid()
    (first.sockets / ".s.PGSQL.5432").unlink()

    second = EmbeddedPostgres(root).start()

    assert second.pid() != lost
    assert run(second, "SELECT 1") == [(1,)]


def test_starters_at_once_share_one_server(root: Path) -> None:
    with ThreadPoolExecutor(3) as pool:
        pids = set(pool.map(lambda _: EmbeddedPostgres(root).start().pid(), range(3)))

    assert len(pids) == 1
    assert None not in pids


def test_half_made_data_is_made_anew(root: Path) -> None:
    (root / "initialising").mkdir(parents=True)
    (root / "initialising" / "PG_VERSION").write_text("18\n")

    assert run(EmbeddedPostgres(root).start(), "SELECT 1") == [(1,)]


def test_pid_file_of_another_program_is_seen_through(root: Path) -> None:
    postgres = EmbeddedPostgres(root).start()
    postgres.stop()
    (postgres.data / "postmaster.pid").write_text(f"{os.getpid()}\n{postgres.data}\n")

    assert run(postgres.start(), "SELECT 1") == [(1,)]


def test_data_of_another_version_is_refused(root: Path) -> None:
    postgres = EmbeddedPostgres(root).start()
    postgres.stop()
    (postgres.data / "PG_VERSION").write_text("9\n")

    with pytest.raises(RejectedError, match=r"made by PostgreSQL 9, .* is PostgreSQL 18"):
        postgres.start()


def test_server_that_does_not_start_says_why(root: Path) -> None:
    postgres = EmbeddedPostgres(root).start()
    postgres.stop()
    with (postgres.data / "postgresql.conf").open("a") as settings:
        settings.write("nonsense = 1\n")

    with pytest.raises(UnavailableError, match="nonsense"):
        postgres.start()


def test_folder_of_somebody_else_is_left_alone(root: Path, tmp_path: Path) -> None:
    root.symlink_to(tmp_path)
    assert EmbeddedPostgres(root).root == tmp_path
    postgres = EmbeddedPostgres(root / ("x" * 120))
    postgres.sockets.symlink_to(tmp_path)
    try:
        with pytest.raises(RejectedError, match="belongs to"):
            postgres.start()
    finally:
        postgres.sockets.unlink()


def test_long_path_has_a_short_socket(root: Path) -> None:
    long = root / ("x" * 120)
    postgres = EmbeddedPostgres(long).start()
    try:
        assert not postgres.sockets.is_relative_to(root)
        assert EmbeddedPostgres(long).sockets == postgres.sockets
        assert run(postgres, "SELECT 1") == [(1,)]
    finally:
        postgres.stop()
        shutil.rmtree(postgres.sockets)


def test_settings_reach_the_server(root: Path) -> None:
    postgres = EmbeddedPostgres(root, server_settings={"max_connections": "31"}).start()

    assert run(postgres, "SHOW max_connections") == [("31",)]


def test_folder_without_programs_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RejectedError, match="there is no pg_ctl in it"):
        EmbeddedPostgres(tmp_path / "pg", binaries=tmp_path)


@pytest.mark.skipif(
    sys.platform == "win32" or os.geteuid() != 0, reason="only root can become another user"
)
def test_other_user_is_kept_out(root: Path) -> None:
    postgres = EmbeddedPostgres(root).start()
    for folder in (root.parent, root):
        folder.chmod(0o755)
    (root / ".s.PGSQL.5432").chmod(0o777)
    program = (
        "import os, psycopg, sys; os.setuid(1); psycopg.connect(host=sys.argv[1], user='postgres')"
    )

    said = subprocess.run(
        [sys.executable, "-c", program, str(postgres.sockets)],
        check=False,
        capture_output=True,
        text=True,
    )

    assert "Peer authentication failed" in said.stderr
