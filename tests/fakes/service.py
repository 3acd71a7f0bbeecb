"""The whole API over fakes, for tests of what calls it."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

from fastapi import FastAPI

from backend import wire
from backend.api.app import create_app
from backend.api.dependencies import Api
from backend.api.event_stream import Pace
from backend.api.limits import Rate, RateLimits, Rates
from backend.api.web.dependencies import Web
from backend.domain.events import Completed, Started
from backend.domain.files import file_keys
from backend.domain.job import Counts, Job, Result, Stored
from backend.domain.plans import Plans
from backend.services.access_log import RecordedLinks
from backend.services.account_deletion import AccountDeletion
from backend.services.announcement import announce
from backend.services.billing import Billing
from backend.services.lifecycle import transition
from backend.services.ports import Clock
from backend.services.results import Results
from backend.services.sign_outs import SigningOut
from backend.services.submission import Submissions
from backend.services.usage import Usages
from backend.services.variants import Variants
from backend.services.variants_export import VariantExports
from tests.fakes.accounts import FakeAccounts, FakeContacts
from tests.fakes.archive import FakeArchive
from tests.fakes.billing import FakeBilledAccounts, FakePayments
from tests.fakes.clock import FakeClock
from tests.fakes.deletions import FakeAccessLog, FakeDeletions
from tests.fakes.files import FakeFiles
from tests.fakes.jobs import FakeJobs
from tests.fakes.live_events import FakeEventLog, FakeLiveEvents
from tests.fakes.messages import FakeTopics
from tests.fakes.retention import FakeRetention
from tests.fakes.sign_in import FakeIntrospector
from tests.fakes.sign_outs import FakeSignOuts
from tests.fakes.tables import FakeTables
from tests.fakes.web import fake_web
from tests.fakes.web_sessions import FakeWebSessions

CONFIG = wire.ServiceConfig(
    globus_url="https://auth.globus.test",
    client_id="11111111-1111-1111-1111-111111111111",
    resource_server="22222222-2222-2222-2222-222222222222",
    scope="https://auth.globus.test/scopes/22222222-2222-2222-2222-222222222222/all",
    version="0",
)

_MANY = Rate(10**6, timedelta(seconds=1))
UNLIMITED = Rates(_MANY, _MANY, _MANY)


@dataclass
class FakeService:
    """Every part of the service in one process; a job's changes become live events at once.

    `app()` is the API; sign in with "Bearer token-of-NAME".  On the web pages the way back from
    Globus with "code-of-NAME" signs in.
    """

    clock: Clock = field(default_factory=FakeClock)
    plans: Plans = field(default_factory=Plans)
    inputs: FakeFiles = field(default_factory=FakeFiles)
    outputs: FakeFiles = field(default_factory=FakeFiles)
    accounts: FakeAccounts = field(default_factory=FakeAccounts)
    jobs: FakeJobs = field(default_factory=FakeJobs)
    topics: FakeTopics = field(default_factory=FakeTopics)
    rates: Rates = UNLIMITED
    new_id: Callable[[], str] = lambda: secrets.token_hex(16)
    web_sessions: FakeWebSessions = field(default_factory=FakeWebSessions)
    web_url: str = "https://gas.test"

    def __post_init__(self) -> None:
        self.live = FakeLiveEvents(self.accounts, self.plans, self.clock)
        self.submissions = Submissions(self.jobs, self.inputs, self.clock, self.new_id)
        self.archive = FakeArchive(self.clock)
        self.results = Results(self.jobs, self.inputs, self.outputs, self.archive, self.clock)
        self.retention = FakeRetention(self.clock)
        self.jobs.watchers.append(
            lambda before, after: announce(self.topics, self.retention, before, after)
        )
        self.jobs.watchers.append(lambda _before, after: self._publish(after))
        self._make_billing()

    def _make_billing(self) -> None:
        self.payments = FakePayments(self.clock)
        self.billed_accounts = FakeBilledAccounts(self.accounts, self.live, self.clock)
        self.billing = Billing(
            self.payments, self.billed_accounts, self.clock, self.web_url, timedelta(days=7)
        )
        self.access_log = FakeAccessLog()
        self.tables = FakeTables()
        self.deletions = FakeDeletions(self.accounts, self.live)
        self.contacts = FakeContacts()
        sign_outs = FakeSignOuts(self.accounts, self.web_sessions, self.live)
        self.signing_out = SigningOut(sign_outs, self.clock)
        self.account_deletion = AccountDeletion(
            self.deletions,
            self.accounts,
            self.payments,
            self.jobs,
            self.results,
            self.inputs,
            self.outputs,
            self.contacts,
            self.clock,
        )

    def _publish(self, job: Job) -> None:
        self.live.publish(job)

    def app(self, pace: Pace | None = None) -> FastAPI:
        """Return the API and the web pages."""
        return create_app(self.api(), pace, self.web())

    def web(self) -> Web:
        """Return what the web pages work with."""
        secure = self.web_url.startswith("https:")
        return fake_web(self.clock, self.web_sessions, secure=secure)

    def api(self) -> Api:
        """Return what the API works with."""
        return Api(
            introspect=FakeIntrospector().principal,
            accounts=self.accounts,
            jobs=self.jobs,
            submissions=self.submissions,
            results=self.results,
            links=RecordedLinks(self.results, self.access_log, self.clock),
            variants=Variants(self.outputs, self.tables, self.access_log, self.clock),
            variant_exports=VariantExports(self.outputs, self.tables, self.access_log, self.clock),
            usages=Usages(self.jobs, self.clock),
            billing=self.billing,
            deletion=self.account_deletion,
            signing_out=self.signing_out,
            live_events=self.live,
            event_log=FakeEventLog(self.live),
            plans=self.plans,
            clock=self.clock,
            new_id=self.new_id,
            web_url=self.web_url,
            limits=RateLimits(self.rates, lambda: self.clock().timestamp()),
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
        log = b"fake log\n"
        self.outputs.objects[keys.log] = log
        counts = Counts("GRCh37", "b" * 64, 1, 1, 1, 0)
        stored = Result(len(result), "a" * 64, counts)
        noted = Stored(len(log), hashlib.sha256(log).hexdigest())
        done = Completed(job.attempt, stored, self.plans.free_retention, noted)
        return transition(self.jobs, job, done, self.clock)
