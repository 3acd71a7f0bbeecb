"""A whole service over fakes, for the tests of the use cases."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass, field
from datetime import timedelta

from backend.domain.accounts import Contact
from backend.domain.archive import Tier
from backend.domain.events import Completed
from backend.domain.files import file_keys
from backend.domain.job import Counts, Input, Job, Options, Result, Status, Stored
from backend.domain.messages import ThawMessage
from backend.domain.plans import Limits, Plan, Plans
from backend.services.account_mails import AccountMails
from backend.services.annotation import Annotations
from backend.services.announcement import announce
from backend.services.archival import Archivals
from backend.services.lifecycle import transition
from backend.services.mails import MailTemplates, Words
from backend.services.notification import Notifications
from backend.services.orphans import Orphans
from backend.services.plan_changes import PlanChanges
from backend.services.plan_queue import PlanQueue
from backend.services.restore import Restores
from backend.services.results import Results
from backend.services.submission import Submissions, Upload
from backend.services.thaw import Thaws
from backend.services.upkeep import Upkeep
from tests.fakes.accounts import FakeAccounts, FakeContacts
from tests.fakes.archive import DELAYS, FakeArchive
from tests.fakes.clock import FakeClock, FakeIds
from tests.fakes.files import FakeFiles
from tests.fakes.jobs import FakeJobs
from tests.fakes.live_events import FakeLiveEvents
from tests.fakes.messages import FakeMailer, FakeQueue, FakeTopics
from tests.fakes.retention import FakeRetention

VCF = b"##fileformat=VCFv4.2\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n"
OWNER = "u" * 32
LEASE = timedelta(seconds=60)
RETENTION = timedelta(seconds=180)
COUNTS = Counts("GRCh37", "b" * 64, 3, 3, 2, 1)
RESULT = Result(1000, "a" * 64, COUNTS, Stored(500, "b" * 64), Stored(90, "c" * 64))
FREE = Plans().limits(Plan.FREE)
PREMIUM = Plans().limits(Plan.PREMIUM)
GRACE = timedelta(days=30)
TEMPLATES = MailTemplates(
    Words("$name: $file $records $details $log $download $when", "<p>$name: $file</p>"),
    Words("$name: $file $failure", "<p>$failure</p>"),
    Words("$name is premium: $jobs $plan", "<p>$name</p>"),
    Words("$name, all is back: $jobs", "<p>$name</p>"),
)


@dataclass
class World:
    """Everything in memory; the table's stream is followed at once."""

    clock: FakeClock = field(default_factory=FakeClock)
    ids: FakeIds = field(default_factory=FakeIds)
    jobs: FakeJobs = field(default_factory=FakeJobs)
    inputs: FakeFiles = field(default_factory=FakeFiles)
    outputs: FakeFiles = field(default_factory=FakeFiles)
    topics: FakeTopics = field(default_factory=FakeTopics)
    mailer: FakeMailer = field(default_factory=FakeMailer)
    contacts: FakeContacts = field(default_factory=FakeContacts)
    accounts: FakeAccounts = field(default_factory=FakeAccounts)

    def __post_init__(self) -> None:
        self.retention = FakeRetention(self.clock)
        self.jobs.watchers.append(
            lambda before, after: announce(self.topics, self.retention, before, after)
        )
        self.live = FakeLiveEvents(self.accounts, Plans(), self.clock)
        self.submissions = Submissions(self.jobs, self.inputs, self.clock, self.ids)
        self.archive = FakeArchive(self.clock)
        self.thawed = FakeQueue(self.clock, LEASE)
        self.thaws = Thaws(self.jobs, self.contacts, self.archive, self.thawed, self.clock)
        self.archivals = Archivals(
            self.jobs,
            self.contacts,
            self.outputs,
            self.archive,
            self.thaws,
            self.clock,
            LEASE,
            GRACE,
        )
        self.account_mails = AccountMails(
            self.jobs, self.contacts, self.mailer, TEMPLATES, "https://gas.test", self.clock
        )
        self.restores = Restores(
            self.jobs,
            self.outputs,
            self.archive,
            self.archivals,
            self.account_mails,
            self.clock,
            LEASE,
        )
        self.plan_changes = PlanChanges(
            self.jobs, self.contacts, self.thaws, self.archivals, self.account_mails, each=map
        )
        self.changed_plans = FakeQueue(self.clock, LEASE)
        self.plan_queue = PlanQueue(self.changed_plans, self.plan_changes)
        self.orphans = Orphans(self.jobs, self.archive, self.clock)
        self.results = Results(self.jobs, self.inputs, self.outputs, self.archive, self.clock)
        self.annotations = Annotations(
            self.jobs, self.inputs, self.outputs, self.clock, LEASE, RETENTION
        )
        self.notifications = Notifications(
            self.jobs, self.contacts, self.mailer, TEMPLATES, "https://gas.test", self.clock
        )
        self.upkeep = Upkeep(
            self.jobs,
            self.topics,
            self.live,
            self.accounts.outbox,
            self.contacts,
            self.results,
            self.retention,
            self.thaws,
            self.clock,
            max_attempts=3,
        )

    def know_owner(self, plan: Plan = Plan.FREE, version: int = 1) -> None:
        """Project the owner's account."""
        self.contacts.put(Contact(OWNER, plan, "Ada", "ada@local.test", version))

    def create(self, data: bytes = VCF, limits: Limits = FREE, name: str = "a.vcf") -> Upload:
        """Announce a file."""
        source = Input(name, len(data), hashlib.sha256(data).hexdigest())
        return self.submissions.create(OWNER, source, Options(), limits, [checksum(data)])

    def send(self, upload: Upload, data: bytes = VCF) -> list[tuple[int, str, str]]:
        """Upload the only part; return what S3 said."""
        request = upload.requests[0]
        etag = self.inputs.put(request.url, data, request.headers)
        return [(1, etag, checksum(data))]

    def completed(self, result: bytes = b"annotated", index: bytes | None = b"tbi") -> Job:
        """Return a job whose result is stored."""
        job = self.annotations.take(self.submitted().id)
        assert job is not None
        keys = file_keys(job.owner, job.id)
        self.outputs.objects[keys.result] = result
        self.outputs.objects[keys.table] = b"table of " + result
        self.outputs.objects[keys.log] = b"log"
        if index is not None:
            self.outputs.objects[keys.index] = index
        stored = self.described(result)
        return transition(self.jobs, job, Completed(job.attempt, stored, RETENTION), self.clock)

    def due(self, result: bytes = b"annotated", index: bytes | None = b"tbi") -> Job:
        """Return a job of a free owner whose result has just fallen due."""
        self.know_owner()
        job = self.completed(result, index)
        self.clock.advance(RETENTION)
        return job

    def archived(self, result: bytes = b"annotated") -> Job:
        """Return a job whose result is in the archive only."""
        job = self.due(result)
        assert self.archivals.settle(job.id) is None
        return self.now(job, Status.ARCHIVED)

    def thawing(self) -> tuple[Job, ThawMessage]:
        """Return a job that its premium owner is waiting for, and what the archive has to say."""
        job = self.archived()
        self.know_owner(Plan.PREMIUM, version=2)
        self.thaws.start(job)
        self.clock.advance(DELAYS[Tier.EXPEDITED])
        (message,) = self.archive.announced()
        return self.now(job, Status.THAWING), message

    def restored(self) -> Job:
        """Return a job whose result came back, and has nothing in the archive any more."""
        job, message = self.thawing()
        self.restores.restore(message)
        return self.now(job, Status.COMPLETED)

    def now(self, job: Job, status: Status) -> Job:
        """Return the job as it is now, which has to be in *status*."""
        found = self.jobs.get(job.id)
        assert found.status is status, found
        return found

    def described(self, result: bytes) -> Result:
        """Return what is recorded of a result."""
        return Result(len(result), hashlib.sha256(result).hexdigest(), COUNTS)

    def submitted(self) -> Job:
        """Return a job that waits for a worker."""
        upload = self.create()
        return self.submissions.submit(upload.job, self.send(upload))


def checksum(data: bytes) -> str:
    """Return the base64 SHA-256."""
    return base64.b64encode(hashlib.sha256(data).digest()).decode()
