"""The whole API over fakes, for tests of what calls it."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

from fastapi import FastAPI

from backend import wire
from backend.api.app import create_app
from backend.api.dependencies import Api
from backend.api.event_stream import Pace
from backend.domain.events import Completed, Started
from backend.domain.files import file_keys
from backend.domain.job import Counts, Job, Result
from backend.domain.plans import Plans
from backend.services.announcement import announce
from backend.services.lifecycle import transition
from backend.services.ports import Clock
from backend.services.results import Results
from backend.services.submission import Submissions
from tests.fakes.accounts import FakeAccounts
from tests.fakes.clock import FakeClock
from tests.fakes.files import FakeFiles
from tests.fakes.jobs import FakeJobs
from tests.fakes.live_events import FakeEventLog, FakeLiveEvents
from tests.fakes.messages import FakeTopics
from tests.fakes.sign_in import FakeIntrospector

CONFIG = wire.ServiceConfig(
    globus_url="https://auth.globus.test",
    client_id="11111111-1111-1111-1111-111111111111",
    resource_server="22222222-2222-2222-2222-222222222222",
    scope="https://auth.globus.test/scopes/22222222-2222-2222-2222-222222222222/all",
    version="0",
)


@dataclass
class FakeService:
    """Every part of the service in one process; a job's changes become live events at once.

    `app()` is the API; sign in with "Bearer token-of-NAME".
    """

    clock: Clock = field(default_factory=FakeClock)
    plans: Plans = field(default_factory=Plans)
    inputs: FakeFiles = field(default_factory=FakeFiles)
    outputs: FakeFiles = field(default_factory=FakeFiles)
    accounts: FakeAccounts = field(default_factory=FakeAccounts)
    jobs: FakeJobs = field(default_factory=FakeJobs)
    topics: FakeTopics = field(default_factory=FakeTopics)
    new_id: Callable[[], str] = lambda: secrets.token_hex(16)

    def __post_init__(self) -> None:
        self.live = FakeLiveEvents(self.accounts, self.plans, self.clock)
        self.submissions = Submissions(self.jobs, self.inputs, self.clock, self.new_id)
        self.results = Results(self.jobs, self.inputs, self.outputs, self.clock)
        self.jobs.watchers.append(lambda before, after: announce(self.topics, before, after))
        self.jobs.watchers.append(lambda _before, after: self._publish(after))

    def _publish(self, job: Job) -> None:
        self.live.publish(job)

    def app(self, pace: Pace | None = None) -> FastAPI:
        """Return the API."""
        return create_app(self.api(), pace)

    def api(self) -> Api:
        """Return what the API works with."""
        return Api(
            introspect=FakeIntrospector().principal,
            accounts=self.accounts,
            jobs=self.jobs,
            submissions=self.submissions,
            results=self.results,
            live_events=self.live,
            event_log=FakeEventLog(self.live),
            plans=self.plans,
            clock=self.clock,
            new_id=self.new_id,
            web_url="https://gas.test",
            config=CONFIG,
        )

    def start(self, job_id: str) -> Job:
        """Take the job as a worker does."""
        lease = Started(timedelta(minutes=2))
        return transition(self.jobs, self.jobs.get(job_id), lease, self.clock)

    def complete(self, job_id: str, result: bytes = b"##fileformat=VCFv4.2\n") -> Job:
        """Annotate a pending job as a worker does."""
        job = self.start(job_id)
        keys = file_keys(job.owner, job.id)
        self.outputs.objects[keys.result] = result
        self.outputs.objects[keys.log] = b"fake log\n"
        counts = Counts("GRCh37", "b" * 64, 1, 1, 1, 0)
        stored = Result(len(result), "a" * 64, counts)
        done = Completed(job.attempt, stored, self.plans.free_retention)
        return transition(self.jobs, job, done, self.clock)
