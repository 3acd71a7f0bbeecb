"""The main job from beginning to end, by the app's own sign-in, client and transfers.

A local stack in a temporary folder; a made-up user signs in, sends a file, follows the live events,
gets a mail and downloads the result, which `verdict` then holds against the file that was sent.
"""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2

from backend.assets import asset
from backend.domain.errors import UnavailableError
from backend.domain.plans import Plans
from backend.local.person import signs_in_as
from backend.local.setup import Setup
from backend.local.stack import Say, Stack, running
from backend.local.verdict import Verdict, judge
from backend.wire import JobStatus, JobView
from desktop.auth.endpoints import GlobusEndpoints
from desktop.auth.session import Session
from desktop.auth.vault import MemoryVault
from desktop.client.api import ApiClient, service_config
from desktop.client.connection import Connection
from desktop.client.events import EventStream
from desktop.ports import Changed, FileKind, Progress
from desktop.transfer.transfers import FileTransfers

ENDED = frozenset({JobStatus.COMPLETED, JobStatus.FAILED, JobStatus.CANCELLED})
# A mail that cannot go out at once, as when the account is not projected yet, is tried again when
# its message is visible again: after 90 s, as the template has it.
_MAIL_WITHIN = 150.0
_MAIL_EVERY = 0.2
_JOB_WITHIN = 600.0


@dataclass(slots=True)
class Report:
    """What happened.

    Attributes:
        seconds: how long each step took.
        result, log: where they were saved.
        mail_subject: of the mail about the job.
        failure: why the job failed, if it did.
    """

    seconds: dict[str, float] = field(default_factory=dict)
    job_id: str = ""
    assembly: str = ""
    result: Path | None = None
    log: Path | None = None
    mail_subject: str = ""
    failure: str | None = None
    verdict: Verdict = field(default_factory=Verdict)

    @property
    def ok(self) -> bool:
        """Whether every record came back and the known variants have their known consequence."""
        return self.failure is None and self.verdict.ok and bool(self.mail_subject)

    def to_json(self) -> dict[str, Any]:
        """Return the summary that `gas demo --json` prints."""
        verdict = self.verdict
        return {
            "ok": self.ok,
            "job_id": self.job_id,
            "assembly": self.assembly,
            "variants_in": verdict.variants_in,
            "variants_out": verdict.variants_out,
            "annotated": verdict.annotated,
            "passed_through": verdict.passed_through,
            "consequences": dict(verdict.consequences.most_common()),
            "known_variants": verdict.known,
            "missing": verdict.missing,
            "wrong": verdict.wrong,
            "failure": self.failure,
            "seconds": {step: round(taken, 3) for step, taken in self.seconds.items()},
            "result": str(self.result) if self.result else None,
            "log": str(self.log) if self.log else None,
            "mail_subject": self.mail_subject,
        }

    def to_text(self) -> str:
        """Return the summary for people."""
        verdict = self.verdict
        if self.failure is not None:
            return f"The job failed: {self.failure}\nLog: {self.log}"
        lines = [
            f"{verdict.variants_out} of {verdict.variants_in} records came back",
            f"{verdict.annotated} annotated, {verdict.passed_through} passed through with a reason",
            f"{verdict.known - len(verdict.wrong)} of {verdict.known} known variants are right",
            *(f"Missing: {variant}" for variant in verdict.missing),
            *(f"Wrong: {variant}" for variant in verdict.wrong),
            f"Result: {self.result}",
            f"Log: {self.log}",
        ]
        return "\n".join(lines)


class Demo:
    """One run of the main job with *source*; result and log are saved in *out*."""

    def __init__(self, source: Path, out: Path, say: Say) -> None:
        self._source = source
        self._out = out
        self._say = say
        self._report = Report()

    def run(self) -> Report:
        """Return what happened.

        Raises:
            UnavailableError: a part of the stack did not start or did not do its work in time.
            DesktopError: the app's own word for what went wrong.
        """
        # The free plan's limit is not what is shown here, so a larger file may pass.
        limit = max(Plans().free_max_input_bytes, self._source.stat().st_size)
        with tempfile.TemporaryDirectory(prefix="gas-demo-") as folder, ExitStack() as end:
            setup = Setup(data=Path(folder), annotators=1, free_max_input_bytes=limit)
            with self._step("start"):
                stack = end.enter_context(running(setup, self._say))
            asyncio.run(self._use(stack))
            self._say("Stopping the local stack …")
        return self._report

    @contextmanager
    def _step(self, name: str) -> Iterator[None]:
        begun = time.monotonic()
        yield
        self._report.seconds[name] = time.monotonic() - begun

    async def _use(self, stack: Stack) -> None:
        async with httpx2.AsyncClient(base_url=stack.api_url) as http:
            with self._step("sign_in"):
                session = await self._sign_in(stack, http)
            connection = Connection(http, session)
            api = ApiClient(connection)
            transfers = FileTransfers(api, httpx2.Client())
            try:
                cursor = (await api.jobs()).cursor
                with self._step("upload"):
                    job = await transfers.upload(self._source, Progress(), None)
                self._report.job_id = job.id
                self._say(f"{self._source.name} is uploaded: job {job.id}")
                with self._step("annotate"):
                    job = await self._until_ended(EventStream(connection), cursor, job)
                with self._step("mail"):
                    self._report.mail_subject = await self._mail(stack, http)
                with self._step("download"):
                    await self._download(api, transfers, job)
            finally:
                transfers.close()
        self._judge(job)

    async def _sign_in(self, stack: Stack, http: httpx2.AsyncClient) -> _Signed:
        config = await service_config(http)
        endpoints = GlobusEndpoints(
            config.globus_url, config.client_id, config.resource_server, config.scope
        )
        session = Session(endpoints, MemoryVault())
        await asyncio.to_thread(session.sign_in, signs_in_as(stack.users[0]))
        self._say(f"{stack.users[0]} is signed in")
        return _Signed(session)

    async def _until_ended(self, events: EventStream, cursor: int, job: JobView) -> JobView:
        """Follow the live events of *job* to its end, and return it as it is then."""
        shown = None
        async with asyncio.timeout(_JOB_WITHIN):
            async for update in events.follow(cursor):
                if not isinstance(update, Changed) or update.job.id != job.id:
                    continue
                job = update.job
                count = f", {job.done:,} of {job.total:,} variants" if job.total else ""
                if shown != (shown := f"The job is {job.status}{count}"):
                    self._say(shown)
                if job.status in ENDED:
                    return job
        raise UnavailableError("The live events ended before the job did.")

    async def _mail(self, stack: Stack, http: httpx2.AsyncClient) -> str:
        """Wait for the mail about the job and return its subject."""
        deadline = time.monotonic() + _MAIL_WITHIN
        while time.monotonic() < deadline:
            mails = (await http.get(f"{stack.aws_url}/_gas/mail")).json()
            subjects = [str(m["subject"]) for m in mails if self._report.job_id in m["subject"]]
            if subjects:
                self._say(f"Mail: {subjects[0]}")
                return subjects[0]
            await asyncio.sleep(_MAIL_EVERY)
        raise UnavailableError(f"No mail about the job within {_MAIL_WITHIN:.0f} s.")

    async def _download(self, api: ApiClient, transfers: FileTransfers, job: JobView) -> None:
        self._out.mkdir(parents=True, exist_ok=True)

        async def save(kind: FileKind) -> Path:
            link = await api.link(job.id, kind)
            return await transfers.download(link, self._out, Progress())

        if job.log_available:
            self._report.log = await save(FileKind.LOG)
        if job.status is JobStatus.COMPLETED:
            self._report.result = await save(FileKind.RESULT)
            self._say(f"{self._report.result.name} is downloaded")

    def _judge(self, job: JobView) -> None:
        if self._report.result is None:
            self._report.failure = job.failure or f"The job is {job.status}."
            return
        self._report.assembly = job.counts.assembly if job.counts else ""
        known = asset("demo/expected.json")
        self._report.verdict = judge(self._source, self._report.result, known)


class _Signed:
    """The sign-in as the client wants it: asynchronous."""

    account = ""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def authorization_header(self, *, renew: bool = False) -> str:
        """Return a valid header."""
        return await asyncio.to_thread(self._session.authorization_header, renew=renew)
