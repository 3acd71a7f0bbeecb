"""The server: everything put together, started and stopped.

moto's state is one a process, so there is one `LocalAws` at a time in a process.
"""

from __future__ import annotations

import contextlib
import functools
import logging
import os
import tempfile
import threading
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

from backend.local.aws import schedules
from backend.local.aws.clients import Clients
from backend.local.aws.credentials import Credentials, load_or_make, make
from backend.local.aws.delays import USUAL, Delays
from backend.local.aws.deployment import deploy
from backend.local.aws.durability.journal import Journal, Statement, activate
from backend.local.aws.event_sources import QueuePoller, StreamPoller
from backend.local.aws.faults import Faults
from backend.local.aws.functions import EventSource
from backend.local.aws.glacier.service import Glacier
from backend.local.aws.lambda_runtime import Runtime
from backend.local.aws.mailbox import Mailbox, SentMail
from backend.local.aws.names import HOST
from backend.local.aws.private import Client
from backend.local.aws.resource_types import known
from backend.local.aws.resource_types.context import Context
from backend.local.aws.schedules import Schedule
from backend.local.aws.sns_http.office import Office
from backend.local.aws.step_functions.api import StepFunctions
from backend.local.aws.template import read

log = logging.getLogger(__name__)
PROJECT = Path(__file__).parents[3]
STREAM_LIFE = 24 * 3600
# The other processes of the stack start in these seconds; a call before starts its function.
WARM_AFTER = 3.0
_in_use = threading.Lock()


class LocalAws:
    """AWS on 127.0.0.1, with one template deployed; a context manager.

    Attributes:
        endpoint: the address of every service, once entered.
        outputs: the template's outputs, once entered.
        credentials: the key pair that its clients need.
    """

    def __init__(
        self,
        data: Path | None,
        template: Path | None,
        parameters: Mapping[str, str] | None = None,
        *,
        stack: str = "gas",
        port: int = 0,
        code: Path = PROJECT,
        delays: Delays = USUAL,
    ) -> None:
        """Serve the state of *data*, of a temporary folder if that is None.

        *code* is the folder from which the Lambdas' handlers are imported; port 0 is any free;
        *delays* are of retrievals from cold archives.
        """
        self.endpoint = ""
        self.outputs: dict[str, str] = {}
        self.credentials = Credentials("", "")
        self._data = data
        self._template = template
        self._parameters = parameters or {}
        self._stack = stack
        self._port = port
        self._code = code
        self._delays = delays
        self._faults = Faults()
        self._runtimes: dict[str, Runtime] = {}
        self._stopping = threading.Event()
        self._threads: list[threading.Thread] = []
        self._held = contextlib.ExitStack()

    @property
    def port(self) -> int:
        """The port that is listened on, once entered."""
        return self._port

    def mail(self) -> list[SentMail]:
        """Return all mail that was sent, newest last."""
        return self._mailbox.mails()

    def client(self, service: str) -> Client:
        """Return a boto3 client of *service* for this server."""
        return self._guests[service]

    def __enter__(self) -> Self:
        """Start, deploy the template, load the state and begin to feed the Lambdas."""
        if not _in_use.acquire(blocking=False):
            raise RuntimeError("one LocalAws at a time: moto's state is one a process")
        self._held.callback(_in_use.release)
        try:
            self._start()
        except BaseException:
            self._held.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        """Stop; everything acknowledged is in the data folder."""
        self._held.close()

    def _start(self) -> None:
        folder = self._data or Path(self._held.enter_context(tempfile.TemporaryDirectory()))
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        (folder / "logs").mkdir(exist_ok=True)
        self.credentials = load_or_make(folder)
        journal = Journal(folder)
        self._held.callback(journal.close)
        # Whoever is answered before the server is shut down is written down as well.
        self._held.callback(activate, None)
        self._mailbox = Mailbox(journal)
        self._step_functions = StepFunctions(journal, self._runtimes, _now)
        self._held.callback(self._step_functions.close)
        self._glacier = Glacier(
            journal, folder / "vaults", delays=self._delays, faults=self._faults,
            publish=self._publish, now=_now,
        )  # fmt: skip
        self._office = Office(journal, folder, address=lambda: self.endpoint, now=_now)
        ready = threading.Event()
        self._serve(journal, ready)
        self._held.callback(self._office.close)
        self._held.callback(self._glacier.close)
        context = Context(self._clients, self._mailbox, machines=self._step_functions.machines)
        if self._template is not None:
            self.outputs = deploy(
                read(self._template), known(context), stack=self._stack,
                parameters=self._parameters,
            )  # fmt: skip
        _load(journal, context.sources)
        activate(journal)
        self._restores.start()
        self._held.callback(self._restores.close)
        self._office.start()
        self._glacier.start()
        self._run_functions(context, journal, folder / "logs")
        ready.set()

    def _serve(self, journal: Journal, ready: threading.Event) -> None:
        # moto reads these when it is imported; other sites' pages have no business here.
        os.environ["MOTO_DISABLE_GLOBAL_CORS"] = "true"
        from backend.local.aws import web
        from backend.local.aws.patches import sns
        from backend.local.aws.s3_restore import Restores

        self._restores = Restores(journal, self._delays, self._faults, _now)
        sns.use(self._office)
        web.forget_everything()
        own = make()
        server = web.listen(
            self._port,
            credentials=self.credentials,
            journal=journal,
            mailbox=self._mailbox,
            runtimes=self._runtimes,
            services={"states": self._step_functions, "glacier": self._glacier},
            restores=self._restores,
            faults=self._faults,
            certificate=self._office.notary,
            ready=ready,
            own=own.access_key_id,
            now=_now,
        )
        self._port = server.port
        os.environ["MOTO_PORT"] = str(self._port)
        self.endpoint = f"http://{HOST}:{self._port}"
        self._held.callback(server.server_close)
        self._held.callback(server.shutdown)
        threading.Thread(target=server.serve_forever, args=(0.1,), daemon=True).start()
        self._clients = Clients(self.endpoint, own)
        self._held.callback(self._clients.close)
        self._guests = Clients(self.endpoint, self.credentials)
        self._held.callback(self._guests.close)

    def _publish(self, topic: str, message: str) -> None:
        self._clients["sns"].publish(TopicArn=topic, Message=message)

    def _run_functions(self, context: Context, journal: Journal, logs: Path) -> None:
        more = {
            "GAS_MODE": "local",
            "GAS_AWS_ENDPOINT": self.endpoint,
            "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_ACCESS_KEY_ID": self.credentials.access_key_id,
            "AWS_SECRET_ACCESS_KEY": self.credentials.secret_access_key,
        }
        self._held.callback(self._stop_functions)
        for function in context.functions.values():
            self._runtimes[function.name] = Runtime(function, self._code, logs, more)
            self._in_background(functools.partial(self._warm, self._runtimes[function.name]))
        for source in context.sources:
            self._in_background(self._feed(source, context.sources, journal))
        for schedule in context.schedules:
            self._in_background(self._repeat(schedule))
        self._step_functions.start()

    def _feed(
        self, source: EventSource, sources: list[EventSource], journal: Journal
    ) -> Callable[[], None]:
        invoke = self._runtimes[source.function].invoke
        poller: QueuePoller | StreamPoller
        if source.service == "sqs":
            poller = QueuePoller(source, self._clients["sqs"], invoke)
        else:
            readers = [each for each in sources if each.source == source.source]
            poller = StreamPoller(source, journal, invoke, self._give, alone=len(readers) == 1)
        return lambda: poller.run(self._stopping)

    def _repeat(self, schedule: Schedule) -> Callable[[], None]:
        fire = functools.partial(self._give, schedule.target)
        return lambda: schedules.run(schedule, fire, self._stopping, after=WARM_AFTER)

    def _give(self, target: str, text: str) -> None:
        name = target.rpartition(":")[2]
        if target.split(":")[2] == "sqs":
            url = self._clients["sqs"].get_queue_url(QueueName=name)["QueueUrl"]
            self._clients["sqs"].send_message(QueueUrl=url, MessageBody=text)
        elif (invocation := self._runtimes[name].invoke(text.encode())).failed:
            log.warning("%s failed: %.500s", name, invocation.payload.decode())

    def _warm(self, runtime: Runtime) -> None:
        if not self._stopping.wait(WARM_AFTER):
            runtime.warm()

    def _in_background(self, work: Callable[[], None]) -> None:
        thread = threading.Thread(target=work, daemon=True)
        thread.start()
        self._threads.append(thread)

    def _stop_functions(self) -> None:
        from backend.local.aws.patches import sqs

        self._stopping.set()
        self._step_functions.rest()
        for runtime in self._runtimes.values():
            runtime.close()
        sqs.stop_waiting()
        for thread in self._threads:
            thread.join(5)


def _load(journal: Journal, sources: list[EventSource]) -> None:
    from backend.local.aws.durability import objects
    from backend.local.aws.patches import dynamodb, sqs

    dynamodb.load(journal.rows("select tab, attributes from item"))
    fed_from = {source.source_name for source in sources if source.service == "sqs"}
    sqs.load(journal.rows("select * from message order by place"), fed_from)
    objects.load(journal)
    forget: list[Statement] = [("delete from stream where at < ?", (time.time() - STREAM_LIFE,))]
    for table in {source.source_name for source in sources if source.service == "dynamodb"}:
        taken = [source.identity for source in sources if source.source_name == table]
        marks = ", ".join("?" * len(taken))
        query = f"select min(seq), count(*) from checkpoint where mapping in ({marks})"  # noqa: S608
        place, count = journal.rows(query, taken)[0]
        if count == len(taken):
            forget.append(("delete from stream where tab = ? and seq <= ?", (table, place)))
    journal.change("forget", lambda: forget)


def _now() -> datetime:
    return datetime.now(UTC)
