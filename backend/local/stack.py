"""The local stack: the whole service, started step by step.

AWS, Postgres and the sign-in start side by side; then the tables are brought up to date and the
service's own processes start: API, utility node, annotators.  All state is in one folder.
"""

from __future__ import annotations

import fcntl
import json
import re
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from backend.assets import asset
from backend.domain.errors import ConflictError
from backend.local import ports
from backend.local.child import Command
from backend.local.ports import LOOPBACK
from backend.local.postgres import EmbeddedPostgres
from backend.local.supervisor import Supervisor

STACK_NAME = "gas"
MAIL_FROM = "gas@local.test"


@dataclass(frozen=True, slots=True)
class Setup:
    """How a local stack is to be.

    Attributes:
        data: folder of its state.
        annotators: how many workers.
        api_port: None for the last one used, or any.
        lease: how long a worker may be silent; short, since here nothing is far away.
        free_retention: how long a free result can be downloaded.
        free_max_input_bytes: the largest file on the free plan.
        database_url: a Postgres server to use instead of our own.
        pg_bin: folder of PostgreSQL's programs, instead of those that come with the stack.
        bundles: folder of reference bundles beside the demo's.
        shard_records: a file of more records is shared out; None for the service's default.
    """

    data: Path
    annotators: int = 2
    api_port: int | None = None
    lease: timedelta = timedelta(seconds=15)
    free_retention: timedelta = timedelta(seconds=180)
    free_max_input_bytes: int = 153_600
    database_url: str | None = None
    pg_bin: Path | None = None
    bundles: Path | None = None
    shard_records: int | None = None


@dataclass(frozen=True, slots=True)
class Stack:
    """A running local stack."""

    api_url: str
    globus_url: str
    aws_url: str
    users: tuple[str, ...]
    supervisor: Supervisor
    environ: dict[str, str]


Say = Callable[[str], None]


@contextmanager
def running(setup: Setup, say: Say) -> Iterator[Stack]:
    """Run a local stack while the block lasts; *say* is told each step and its seconds.

    Raises:
        ConflictError: another process runs the stack of this folder.
        UnavailableError: a part did not start; the message ends with its log.
    """
    setup.data.mkdir(parents=True, exist_ok=True, mode=0o700)
    with ExitStack() as cleanup:
        cleanup.enter_context(_only_one(setup.data))
        supervisor = Supervisor(setup.data, say)
        cleanup.callback(supervisor.stop)
        stack = _Start(setup, say, supervisor, cleanup).run()
        note = setup.data / "stack.json"
        note.write_text(json.dumps({"api_url": stack.api_url, "aws_url": stack.aws_url}), "utf-8")
        cleanup.callback(note.unlink, missing_ok=True)
        yield stack


def is_running(data: Path) -> bool:
    """Whether a process runs the stack of this folder."""
    if not (data / "lock").exists():
        return False
    try:
        with _only_one(data):
            return False
    except ConflictError:
        return True


@contextmanager
def _only_one(data: Path) -> Iterator[None]:
    with (data / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise ConflictError(
                f"A local stack with the data in {data} is running already. "
                "Stop it, or name another folder by --data."
            ) from error
        yield


@dataclass(frozen=True, slots=True)
class _Start:
    setup: Setup
    say: Say
    supervisor: Supervisor
    cleanup: ExitStack

    def run(self) -> Stack:
        chosen = ports.choose(self.setup.data, api=self.setup.api_port)
        api_url = f"http://{LOOPBACK}:{chosen.api}"
        with ThreadPoolExecutor(3) as pool:
            aws = pool.submit(self._step, "AWS", self._aws, chosen.aws, api_url)
            globus = pool.submit(self._step, "sign-in", self._globus, chosen.globus)
            database = pool.submit(self._step, "Postgres", self._database)
        environ = {
            **self._aws_environ(chosen.aws, aws.result()["outputs"]),
            **_globus_environ(globus.result()),
            **self._own_environ(api_url, chosen.api, database.result()),
        }
        self._services(environ)
        return Stack(
            api_url=api_url,
            globus_url=globus.result()["url"],
            aws_url=f"http://{LOOPBACK}:{chosen.aws}",
            users=tuple(globus.result()["users"]),
            supervisor=self.supervisor,
            environ=environ,
        )

    def _step(self, name: str, task: Callable[..., Any], *arguments: object) -> Any:  # noqa: ANN401
        begun = time.monotonic()
        outcome = task(*arguments)
        self.say(f"{name} is ready ({time.monotonic() - begun:.1f} s)")
        return outcome

    def _aws(self, port: int, api_url: str) -> dict[str, Any]:
        parameters = {
            "Prefix": STACK_NAME,
            "MailFrom": MAIL_FROM,
            "WebUrl": api_url,
            "FreeRetention": str(int(self.setup.free_retention.total_seconds())),
            "VisibilityTimeout": str(int(self.setup.lease.total_seconds())),
        }
        argv = [sys.executable, "-m", "backend.local.aws", "--port", str(port)]
        argv += ["--data", str(self.setup.data / "aws"), "--stack", STACK_NAME]
        argv += ["--template", str(asset("infrastructure/gas.yaml")), "--parameters"]
        argv += [f"{name}={value}" for name, value in parameters.items()]
        return self.supervisor.start(Command("aws", tuple(argv)))

    def _globus(self, port: int) -> dict[str, Any]:
        argv = (sys.executable, "-m", "backend.local.globus", "--port", str(port))
        data = ("--data", str(self.setup.data / "globus"))
        return self.supervisor.start(Command("globus", argv + data))

    def _database(self) -> str:
        """Return the address of a database whose tables are up to date."""
        from backend.db.migrate import upgrade

        url = self.setup.database_url
        if url is None:
            folder = self.setup.data / "postgres"
            server = EmbeddedPostgres(folder, binaries=self.setup.pg_bin).start()
            self.cleanup.callback(server.stop)
            url = server.url()
        upgrade(url)
        return url

    def _services(self, environ: dict[str, str]) -> None:
        annotators = [f"annotator-{n}" for n in range(1, self.setup.annotators + 1)]
        processes = {"api": "api", "utility": "utility"} | dict.fromkeys(annotators, "worker")
        with ThreadPoolExecutor(len(processes)) as pool:
            started = [
                pool.submit(self._step, name, self._service, name, process, environ)
                for name, process in processes.items()
            ]
        for outcome in started:
            outcome.result()

    def _service(self, name: str, process: str, environ: dict[str, str]) -> None:
        argv = (sys.executable, "-m", "backend.cli", process)
        self.supervisor.start(Command(name, argv, environ))

    def _aws_environ(self, port: int, outputs: dict[str, str]) -> dict[str, str]:
        """Return the stack's outputs as settings: JobsTable is GAS_JOBS_TABLE."""
        credentials = json.loads((self.setup.data / "aws" / "credentials.json").read_text("utf-8"))
        settings = {
            "GAS" + re.sub(r"([A-Z])", r"_\1", name).upper(): value
            for name, value in outputs.items()
        }
        return settings | {
            "GAS_MODE": "local",
            "GAS_AWS_ENDPOINT": f"http://{LOOPBACK}:{port}",
            "AWS_ACCESS_KEY_ID": credentials["access_key_id"],
            "AWS_SECRET_ACCESS_KEY": credentials["secret_access_key"],
            "AWS_EC2_METADATA_DISABLED": "true",
        }

    def _own_environ(self, api_url: str, api_port: int, database_url: str) -> dict[str, str]:
        environ = {
            "GAS_API_URL": api_url,
            "GAS_WEB_URL": api_url,
            "GAS_API_PORT": str(api_port),
            "GAS_DATABASE_URL": database_url,
            "GAS_MAIL_FROM": MAIL_FROM,
            "GAS_FREE_RETENTION": str(self.setup.free_retention.total_seconds()),
            "GAS_FREE_MAX_INPUT_BYTES": str(self.setup.free_max_input_bytes),
            "GAS_LEASE": str(self.setup.lease.total_seconds()),
            "GAS_WORK_FOLDER": str(self.setup.data / "work"),
        }
        if self.setup.bundles is not None:
            environ["GAS_BUNDLES"] = str(self.setup.bundles)
        if self.setup.shard_records is not None:
            environ["GAS_SHARD_RECORDS"] = str(self.setup.shard_records)
        return environ


def _globus_environ(ready: dict[str, Any]) -> dict[str, str]:
    clients = json.loads(Path(ready["clients_file"]).read_text("utf-8"))
    return {
        "GAS_GLOBUS_URL": ready["url"],
        "GAS_GLOBUS_CLIENT_ID": ready["resource_server"],
        "GAS_GLOBUS_CLIENT_SECRET": clients["api"]["secret"],
        "GAS_DESKTOP_CLIENT_IDS": ready["desktop_client_id"],
    }
