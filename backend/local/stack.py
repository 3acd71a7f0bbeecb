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
from pathlib import Path
from typing import Any

from backend.assets import asset
from backend.domain.errors import ConflictError
from backend.local import ports
from backend.local.child import Command
from backend.local.ports import LOOPBACK
from backend.local.postgres import EmbeddedPostgres
from backend.local.setup import STACK_NAME, Setup, process_settings, template_parameters
from backend.local.supervisor import Supervisor


@dataclass(frozen=True, slots=True)
class Stack:
    """A running local stack."""

    api_url: str
    globus_url: str
    aws_url: str
    stripe_url: str
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
        with ThreadPoolExecutor(4) as pool:
            aws = pool.submit(self._step, "AWS", self._aws, chosen.aws, api_url)
            globus = pool.submit(self._step, "sign-in", self._globus, chosen.globus, api_url)
            stripe = pool.submit(self._step, "payment", self._stripe, chosen.stripe, api_url)
            database = pool.submit(self._step, "Postgres", self._database)
        environ = {
            **self._aws_environ(chosen.aws, aws.result()["outputs"]),
            **_globus_environ(globus.result()),
            **_stripe_environ(stripe.result()),
            **process_settings(self.setup, api_url, chosen.api, database.result()),
        }
        self._services(environ)
        return Stack(
            api_url=api_url,
            globus_url=globus.result()["url"],
            aws_url=f"http://{LOOPBACK}:{chosen.aws}",
            stripe_url=stripe.result()["url"],
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
        parameters = template_parameters(self.setup, api_url)
        delays = ",".join(f"{name}={value:g}" for name, value in self.setup.delays.items())
        argv = [sys.executable, "-m", "backend.local.aws", "--port", str(port)]
        argv += ["--data", str(self.setup.data / "aws"), "--stack", STACK_NAME]
        argv += ["--glacier-delays", delays]
        argv += ["--template", str(asset("infrastructure/gas.yaml")), "--parameters"]
        argv += [f"{name}={value}" for name, value in parameters.items()]
        return self.supervisor.start(Command("aws", tuple(argv)))

    def _globus(self, port: int, web_url: str) -> dict[str, Any]:
        argv = (sys.executable, "-m", "backend.local.globus", "--port", str(port))
        more = ("--data", str(self.setup.data / "globus"), "--web-url", web_url)
        people = self.setup.sign_in
        who = () if people is None else ("--config", str(people))
        return self.supervisor.start(Command("globus", argv + more + who))

    def _stripe(self, port: int, api_url: str) -> dict[str, Any]:
        argv = (sys.executable, "-m", "backend.local.stripe", "--port", str(port))
        more = ("--data", str(self.setup.data / "stripe"))
        webhook = ("--webhook-url", f"{api_url}/webhooks/stripe")
        return self.supervisor.start(Command("stripe", argv + more + webhook))

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


def _globus_environ(ready: dict[str, Any]) -> dict[str, str]:
    clients = json.loads(Path(ready["clients_file"]).read_text("utf-8"))
    return {
        "GAS_GLOBUS_URL": ready["url"],
        "GAS_GLOBUS_CLIENT_ID": ready["resource_server"],
        "GAS_GLOBUS_CLIENT_SECRET": clients["api"]["secret"],
        "GAS_DESKTOP_CLIENT_IDS": ready["desktop_client_id"],
        "GAS_GLOBUS_WEB_CLIENT_ID": ready["web_client_id"],
        "GAS_GLOBUS_WEB_CLIENT_SECRET": clients["web"]["secret"],
    }


def _stripe_environ(ready: dict[str, Any]) -> dict[str, str]:
    keys = json.loads(Path(ready["keys_file"]).read_text("utf-8"))
    return {
        "GAS_STRIPE_API_URL": ready["url"],
        "GAS_STRIPE_SECRET_KEY": keys["secret_key"],
        "GAS_STRIPE_WEBHOOK_SECRETS": keys["webhook_secret"],
        "GAS_STRIPE_PRICE": ready["price_lookup_key"],
    }
