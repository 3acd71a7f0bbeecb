"""A whole service over fakes in which handlers run interleaved, are killed, and start over.

Each handler runs in a greenlet of its own that stops before and after every call of a port, so that
a script decides who goes on, who dies, and how much time passes.  A message is there again until
its handler came to an end, as in a queue.
"""

from __future__ import annotations

import io
import tarfile
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from greenlet import getcurrent, greenlet

from backend.domain.accounts import AccountChange, Change, Contact
from backend.domain.errors import ConflictError, ServiceError, UnavailableError
from backend.domain.events import Completed
from backend.domain.files import file_keys, output_prefix
from backend.domain.job import AWAY, Job, Status
from backend.domain.messages import AccountMessage, ThawMessage
from backend.domain.plans import Plan
from backend.services.lifecycle import transition
from backend.services.orphans import Orphans
from backend.services.ports import Clock, JobIds, JobPage
from backend.services.tarball import RESULT
from backend.services.upkeep import SWEEP_EVERY
from tests.fakes.jobs import FakeJobs
from tests.unit.services.world import LEASE, OWNER, RETENTION, World

# A function's time-out is shorter than the lease.
FUNCTION_TIMEOUT = LEASE / 2
STEP = timedelta(seconds=0.2)
INDEX_LAG = timedelta(seconds=5)
# From sweep to sweep, until leases, the slow tier's retrievals and the grace are all over.
AFTERMATH = (
    *[timedelta(minutes=11)] * 3,
    *[timedelta(hours=6)] * 3,
    timedelta(days=30),
    *[timedelta(minutes=11)] * 3,
    *[timedelta(hours=6)] * 3,
)
_TOO_MANY = 30_000

Handler = Callable[["Stage"], object]


class Killed(BaseException):
    """The process ends here: nothing that follows in it happens."""


class LaggingJobs:
    """The table of jobs, whose indexes show how it was a moment ago.

    Jobs that changed since are missing from them where they came in, and still there where they
    went out: a reader has to look at each as it is now.
    """

    def __init__(self, jobs: Any, clock: Clock) -> None:
        self._jobs = jobs
        self._clock = clock
        self._past: list[tuple[datetime, dict[str, Job]]] = [(clock(), {})]
        jobs.watchers.append(self._note)

    def _note(self, _before: Job | None, after: Job) -> None:
        self._past.append((self._clock(), {**self._past[-1][1], after.id: after}))

    def _seen(self) -> Any:
        """Return a table as it was; entries that no reader can see any more are forgotten."""
        moment = self._clock() - INDEX_LAG
        while len(self._past) > 1 and self._past[1][0] <= moment:
            del self._past[0]
        table = FakeJobs()
        for job in self._past[0][1].values():
            table.add(job)
        return table

    def archived_by(self, owner: str, *, limit: int, after: str | None = None) -> JobIds:
        ids: JobIds = self._seen().archived_by(owner, limit=limit, after=after)
        return ids

    def by_owner(self, owner: str, *, limit: int, after: str | None = None) -> JobPage:
        page: JobPage = self._seen().by_owner(owner, limit=limit, after=after)
        return page

    def __getattr__(self, name: str) -> Any:
        return getattr(self._jobs, name)


class Stepped:
    """A port whose user stops before and after each call."""

    def __init__(self, port: Any) -> None:
        self._port = port

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._port, name)
        if not callable(method):
            return method

        def call(*arguments: Any, **named: Any) -> Any:
            _pause()
            outcome = method(*arguments, **named)
            _pause()
            return outcome

        return call


def _pause() -> None:
    parent = getcurrent().parent
    if parent is not None:
        parent.switch()


@dataclass(frozen=True)
class Message:
    """What somebody has to deal with; *name* tells people and scripts what it is."""

    name: str
    handler: Handler


@dataclass
class Actor:
    """A handler at work, until *deadline* at the latest."""

    message: Message
    run: greenlet
    deadline: Any


@dataclass
class Stage:
    """One owner with a few jobs, and everybody who acts on them.

    Attributes:
        plan: the owner's, as it is committed.
        inbox: messages that nobody works on at the moment.
        actors: handlers at work.
        results: what each job's result has to be, by its id.
        deliveries: how often each message is delivered at the least.
        heedless: whether handlers may run for longer than a function may.
    """

    jobs: int = 1
    plan: Plan = Plan.FREE
    heedless: bool = False
    deliveries: int = 2
    world: World = field(default_factory=World)
    inbox: list[Message] = field(default_factory=list)
    actors: list[Actor] = field(default_factory=list)
    results: dict[str, bytes] = field(default_factory=dict)
    version: int = 1

    def __post_init__(self) -> None:
        self.acting = _acting(self.world)
        self.next_sweep = self.world.clock() + SWEEP_EVERY
        self.world.know_owner(self.plan)
        for number in range(self.jobs):
            job = self.world.submitted()
            self.results[job.id] = f"result {number}".encode()

    # What people do ---------------------------------------------------------------------------

    def change_plan(self, plan: Plan) -> None:
        """Commit a change of plan: account and outbox in one transaction."""
        self.version += 1
        contact = Contact(OWNER, plan, "Ada", "ada@local.test", self.version)
        kind = Change.UPGRADED if plan is Plan.PREMIUM else Change.DOWNGRADED
        self.inbox.append(Message("project", _project(AccountChange(kind, contact))))
        self.plan = plan

    # The scheduler ----------------------------------------------------------------------------

    def start(self, index: int) -> None:
        """Give one message to a new handler."""
        message = self.inbox.pop(index % len(self.inbox))
        run = greenlet(lambda: message.handler(self))
        self.actors.append(Actor(message, run, self.world.clock() + FUNCTION_TIMEOUT))

    def step(self, index: int, *, kill: bool = False, lose: bool = False) -> None:
        """Let one handler go on to its next call, or die; its message may be lost with it."""
        actor = self.actors[index % len(self.actors)]
        late = self.world.clock() >= actor.deadline and not self.heedless
        try:
            if kill or late:
                actor.run.throw(Killed)
            else:
                actor.run.switch()
        except (Killed, *self._passing):
            self.actors.remove(actor)
            if not lose:
                self.inbox.append(actor.message)
        except Exception as error:
            raise AssertionError(f"{actor.message.name} fails for good") from error
        else:
            if actor.run.dead:
                self.actors.remove(actor)
        self.world.clock.advance(STEP)
        self.check()

    @property
    def _passing(self) -> tuple[type[Exception], ...]:
        """Errors after which a message comes again; who is late may find anything."""
        return (ServiceError,) if self.heedless else (ConflictError, UnavailableError)

    def deliver(self) -> None:
        """Take in what falls due by the clock, and what was published."""
        world = self.world
        if world.clock() >= self.next_sweep:
            self.next_sweep = world.clock() + SWEEP_EVERY
            self.inbox.append(Message("sweep", _sweep))
        while world.topics.requests:
            self.inbox.append(Message("work", _work(world.topics.requests.pop().job_id)))
        for job_id in world.retention.due():
            self.inbox += [Message("settle", _settle(job_id))] * self.deliveries
        for message in world.archive.announced():
            self.inbox += [Message("restore", _restore(message))] * self.deliveries
        while world.topics.thaws:
            self.inbox += [Message("follow", _follow(world.topics.thaws.pop()))] * self.deliveries
        for delivery in world.thawed.receive(limit=10, wait=timedelta(0)):
            self.inbox.append(Message("restore", _restore(ThawMessage.from_json(delivery.body))))
            world.thawed.delete(delivery)

    def settle_down(self) -> None:
        """Let all come to its end, with sweeps, until nothing happens any more."""
        for pause in AFTERMATH:
            self.work_off()
            self.world.clock.advance(pause)
        self.work_off()

    def work_off(self, until: Callable[[], bool] = lambda: False) -> None:
        """Let everybody work, one after the other, until there is nothing to do at the moment."""
        for _ in range(_TOO_MANY):
            self.deliver()
            if until() or not (self.actors or self.inbox):
                return
            if self.actors:
                self.step(0)
            else:
                self.start(0)
        raise AssertionError("the messages never end")

    # What has to hold -------------------------------------------------------------------------

    def check(self) -> None:
        """See that no job promises what is not so."""
        for job_id, result in self.results.items():
            job = self.world.jobs.get(job_id)
            if job.status in {Status.COMPLETED, Status.ARCHIVING}:
                keys = file_keys(job.owner, job.id, job.generation)
                assert self.world.outputs.objects.get(keys.result) == result, job
            if job.status in {Status.ARCHIVED, Status.THAWING}:
                assert job.archive_id is not None, job
                assert self.archived(job.archive_id) == result, job

    def archived(self, archive_id: str) -> bytes | None:
        """Return the result in an archive; None if there is no such archive."""
        kept = self.world.archive.archives.get(archive_id)
        if kept is None:
            return None
        with tarfile.open(fileobj=io.BytesIO(kept[1])) as archive:
            member = archive.extractfile(RESULT)
            assert member is not None
            return member.read()

    def check_end(self) -> None:
        """See that premium owners have all of theirs, and free ones what is due, and no more."""
        world = self.world
        stored = {job_id: world.jobs.get(job_id) for job_id in self.results}
        for job in stored.values():
            if self.plan is Plan.PREMIUM:
                assert (job.status, job.archive_due) == (Status.COMPLETED, None), job
            else:
                assert (job.status, job.result_stored) == (Status.ARCHIVED, False), job
            self._check_objects(job)
        Orphans(world.jobs, world.archive, world.clock).remove()
        known = {job.archive_id for job in stored.values() if job.archive_id is not None}
        assert set(world.archive.archives) == known
        assert len(known) == (0 if self.plan is Plan.PREMIUM else len(stored))

    def _check_objects(self, job: Job) -> None:
        keys = file_keys(job.owner, job.id, job.generation)
        result = set() if job.status in AWAY else {keys.result, keys.index, keys.table}
        found = set(self.world.outputs.keys(output_prefix(job.owner, job.id)))
        assert found == result | {keys.log}, job

    def orphans(self) -> int:
        """Return how many archives no job knows of."""
        known = {self.world.jobs.get(job_id).archive_id for job_id in self.results}
        return len(set(self.world.archive.archives) - known)


def _acting(world: World) -> Any:
    """Return the services of *world* as those who stop at each call use them."""
    jobs = Stepped(LaggingJobs(world.jobs, world.clock))
    outputs = Stepped(world.outputs)
    archive, contacts = Stepped(world.archive), Stepped(world.contacts)
    thaws = replace(
        world.thaws, jobs=jobs, contacts=contacts, archive=archive, thawed=Stepped(world.thawed)
    )
    archivals = replace(
        world.archivals, jobs=jobs, contacts=contacts, files=outputs, archive=archive, thaws=thaws
    )
    mails = replace(world.account_mails, jobs=jobs, contacts=contacts)
    return _Acting(
        jobs=jobs,
        outputs=outputs,
        archivals=archivals,
        restores=replace(
            world.restores,
            jobs=jobs,
            files=outputs,
            archive=archive,
            archivals=archivals,
            mails=mails,
        ),
        plan_changes=replace(
            world.plan_changes,
            jobs=jobs,
            contacts=contacts,
            thaws=thaws,
            archivals=archivals,
            mails=mails,
        ),
        upkeep=replace(
            world.upkeep,
            jobs=jobs,
            topics=Stepped(world.topics),
            contacts=contacts,
            retention=Stepped(world.retention),
            thaws=thaws,
        ),
        annotations=replace(world.annotations, jobs=jobs, results=outputs),
    )


@dataclass(frozen=True)
class _Acting:
    jobs: Any
    outputs: Any
    archivals: Any
    restores: Any
    plan_changes: Any
    upkeep: Any
    annotations: Any


def _work(job_id: str) -> Handler:
    def work(stage: Stage) -> None:
        job = stage.acting.annotations.take(job_id)
        if job is None:
            return
        keys = file_keys(job.owner, job.id)
        result = stage.results[job_id]
        for key in (keys.log, keys.index, keys.table, keys.result):
            content = result if key == keys.result else f"of {job_id}".encode()
            stage.acting.outputs.write(key, [content], content_type="")
        stored = stage.world.described(result)
        event = Completed(job.attempt, stored, RETENTION)
        transition(stage.acting.jobs, job, event, stage.world.clock)

    return work


def _settle(job_id: str) -> Handler:
    def settle(stage: Stage) -> None:
        again = stage.acting.archivals.settle(job_id)
        if again is not None:
            stage.world.retention.start(job_id, again)

    return settle


def _restore(message: ThawMessage) -> Handler:
    return lambda stage: stage.acting.restores.restore(message)


def _follow(message: AccountMessage) -> Handler:
    return lambda stage: stage.acting.plan_changes.follow(message, lambda: None)


def _project(change: AccountChange) -> Handler:
    return lambda stage: stage.acting.upkeep.send_on(change)


def _sweep(stage: Stage) -> None:
    stage.acting.upkeep.sweep()
