"""What each function does with its records, and which of them come again."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from backend.aws.job_items import to_item
from backend.domain.errors import BusyError, DamagedError, UnavailableError
from backend.domain.events import ArchiveStarted
from backend.domain.job import Job, Status
from backend.domain.messages import JobMessage, ThawMessage
from backend.domain.plans import Plan
from backend.services.lifecycle import transition
from backend.services.ports import Delivery
from lambdas.pauses import pause
from tests.fakes.messages import FakeTopics
from tests.fakes.retention import FakeRetention
from tests.unit.lambdas.functions import failed, function, queued
from tests.unit.services.trouble import Broken
from tests.unit.services.world import GRACE, LEASE, RETENTION, World


@pytest.fixture
def world() -> World:
    return World()


class TestArchive:
    """Called by the state machine, which reads the answer and the names of errors."""

    def settle(self, world: World, job_id: str) -> dict[str, str]:
        answer: dict[str, str] = function("archive").answer({"job_id": job_id}, world.archivals)
        return answer

    def test_result_that_is_settled_is_never_due_again(self, world: World) -> None:
        job = world.due()
        assert self.settle(world, job.id) == {}
        world.now(job, Status.ARCHIVED)
        assert self.settle(world, job.id) == {}
        assert self.settle(world, "0" * 32) == {}

    def test_result_that_falls_due_later_is_waited_for(self, world: World) -> None:
        job = world.restored()
        world.know_owner(Plan.FREE, version=3)
        assert self.settle(world, job.id) == {
            "due": (world.clock() + GRACE).strftime("%Y-%m-%dT%H:%M:%SZ")
        }

    def test_errors_rise_by_their_names(self, world: World) -> None:
        unknown = world.completed()
        world.clock.advance(RETENTION)
        with pytest.raises(UnavailableError):
            self.settle(world, unknown.id)
        moving = transition(world.jobs, world.due(), ArchiveStarted(LEASE), world.clock)
        with pytest.raises(BusyError):
            self.settle(world, moving.id)

    @pytest.mark.parametrize("event", [{}, {"id": "j"}])
    def test_event_without_a_job_is_a_bug_that_rises(
        self, world: World, event: dict[str, Any]
    ) -> None:
        with pytest.raises(KeyError):
            function("archive").answer(event, world.archivals)


class TestNotify:
    def answer(self, world: World, *bodies: str) -> list[str]:
        return failed(function("notify").answer(queued(*bodies), world.notifications))

    def body(self, job: Job) -> str:
        return JobMessage(job.id, job.owner, job.status, job.version).to_json()

    def test_each_record_is_a_mail(self, world: World) -> None:
        world.know_owner()
        jobs = [world.completed() for _ in range(3)]
        assert self.answer(world, *map(self.body, jobs)) == []
        assert len(world.mailer.sent) == 3

    def test_record_that_may_pass_comes_again_and_the_others_do_not(self, world: World) -> None:
        world.know_owner()
        known = world.completed()
        other = replace(known, id="f" * 32, owner="b" * 32)
        world.jobs.add(other)
        assert self.answer(world, self.body(other), self.body(known)) == ["0"]
        assert len(world.mailer.sent) == 1

    def test_all_come_again_when_the_mail_service_is_down(self, world: World) -> None:
        world.know_owner()
        jobs = [world.completed() for _ in range(2)]
        world.mailer.down = True
        assert self.answer(world, *map(self.body, jobs)) == ["0", "1"]


class TestRestore:
    def answer(self, world: World, *bodies: str, tries: int = 1) -> list[str]:
        event = queued(*bodies, tries=tries)
        return failed(
            function("restore").answer(event, world.restores, world.archive, world.thawed)
        )

    def test_what_is_at_hand_comes_back(self, world: World) -> None:
        job, message = world.thawing()
        assert self.answer(world, message.to_json()) == []
        assert world.now(job, Status.COMPLETED).generation == 1

    def test_the_archives_own_word_will_do(self, world: World) -> None:
        job, message = world.thawing()
        archive = Telling(message)
        event = queued('{"Action": "ArchiveRetrieval"}')
        answer = function("restore").answer(event, world.restores, archive, world.thawed)
        assert failed(answer) == []
        world.now(job, Status.COMPLETED)

    def test_what_is_not_ready_comes_again_after_a_pause(self, world: World) -> None:
        job = world.archived()
        world.know_owner(Plan.PREMIUM, version=2)
        world.thaws.start(job)
        (message,) = world.archive.announcements
        queue = HidingQueue()
        event = queued(message.to_json(), tries=3)
        answer = function("restore").answer(event, world.restores, world.archive, queue)
        assert failed(answer) == ["0"]
        assert queue.hidden == [("receipt-0", pause(3, LEASE))]

    def test_message_outlasts_whoever_was_killed_at_it(self, world: World) -> None:
        """The job is held by somebody who is gone; the last try comes after that."""
        job, message = world.thawing()
        dead = replace(world.restores, files=Broken(world.outputs, "write", ZeroDivisionError()))
        with pytest.raises(ZeroDivisionError):
            dead.restore(message)
        queue = HidingQueue()
        for tries in range(1, 6):
            event = queued(message.to_json(), tries=tries)
            answer = function("restore").answer(event, world.restores, world.archive, queue)
            if not failed(answer):
                break
            world.clock.advance(queue.hidden[-1][1])
        world.now(job, Status.COMPLETED)

    def test_damaged_result_comes_again_and_ends_where_people_look(self, world: World) -> None:
        job, message = world.thawing()
        broken = Broken(world.archive, "read", DamagedError("It is not what was recorded."))
        restores = replace(world.restores, archive=broken)
        event = queued(message.to_json(), tries=5)
        answer = function("restore").answer(event, restores, world.archive, world.thawed)
        assert failed(answer) == ["0"]
        assert message.archive_id in world.archive.archives
        world.now(job, Status.THAWING)

    def test_bug_rises(self, world: World) -> None:
        _, message = world.thawing()
        broken = replace(world.restores, jobs=Broken(world.jobs, "get", ZeroDivisionError()))
        with pytest.raises(ZeroDivisionError):
            function("restore").answer(
                queued(message.to_json()), broken, world.archive, world.thawed
            )


class Telling:
    """An archive that says in its own words what it has at hand."""

    def __init__(self, message: ThawMessage) -> None:
        self._message = message

    def completions(self, body: str) -> list[ThawMessage]:
        assert body == '{"Action": "ArchiveRetrieval"}'
        return [self._message]


class HidingQueue:
    """A queue that notes which messages are hidden, and for how long."""

    def __init__(self) -> None:
        self.hidden: list[tuple[str, timedelta]] = []

    def hide(self, delivery: Delivery, duration: timedelta) -> None:
        self.hidden.append((delivery.receipt, duration))


class Stream:
    """The stream of the jobs table, as it is given to a function."""

    def __init__(self, world: World) -> None:
        self.records: list[dict[str, Any]] = []
        world.jobs.watchers.append(self._note)

    def _note(self, before: Job | None, after: Job) -> None:
        change: dict[str, Any] = {
            "SequenceNumber": str(len(self.records)),
            "NewImage": _image(after),
        }
        if before is not None:
            change["OldImage"] = _image(before)
        self.records.append({"dynamodb": change})

    def removed(self, job: Job) -> None:
        change = {"SequenceNumber": str(len(self.records)), "OldImage": _image(job)}
        self.records.append({"dynamodb": change})


def _image(job: Job) -> dict[str, Any]:
    return to_item(job, inputs_bucket="in", results_bucket="out")


class TestRelay:
    def test_everything_is_announced_as_it_happened(self, world: World) -> None:
        stream = Stream(world)
        job = world.restored()
        stream.removed(job)
        topics, retention = FakeTopics(), FakeRetention(world.clock)
        answer = function("relay").answer({"Records": stream.records}, topics, retention)
        assert failed(answer) == []
        assert topics.changes == world.topics.changes
        assert topics.requests == world.topics.requests
        assert topics.endings == world.topics.endings
        assert retention.started == world.retention.started

    def test_rest_of_the_batch_comes_again_in_order(self, world: World) -> None:
        stream = Stream(world)
        world.completed()
        topics = FakeTopics()
        down = Broken(topics, "ended", UnavailableError("SNS is down."))
        event = {"Records": stream.records}
        answer = function("relay").answer(event, down, FakeRetention(world.clock))
        (first,) = failed(answer)
        assert [m.status for m in topics.changes] == [
            Status.AWAITING_UPLOAD,
            Status.PENDING,
            Status.RUNNING,
            Status.COMPLETED,
        ]
        rest = {"Records": stream.records[int(first) :]}
        again = function("relay").answer(rest, topics, FakeRetention(world.clock))
        assert failed(again) == []
        # Of the change that was announced in part people are told twice, which is as good as once.
        assert topics.changes == [*world.topics.changes, world.topics.changes[-1]]
        assert topics.endings == world.topics.endings

    def test_retention_that_cannot_be_started_comes_again(self, world: World) -> None:
        stream = Stream(world)
        world.completed()
        down = Broken(FakeRetention(world.clock), "start", UnavailableError("It is down."))
        answer = function("relay").answer({"Records": stream.records}, FakeTopics(), down)
        assert failed(answer) == [stream.records[-1]["dynamodb"]["SequenceNumber"]]

    def test_record_that_cannot_be_read_rises_so_that_the_batch_is_divided(
        self, world: World
    ) -> None:
        stream = Stream(world)
        world.submitted()
        del stream.records[-1]["dynamodb"]["NewImage"]["job_status"]
        with pytest.raises(KeyError):
            function("relay").answer(
                {"Records": stream.records}, FakeTopics(), FakeRetention(world.clock)
            )
