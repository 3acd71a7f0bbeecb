"""The worker: whatever happens to a job, its message is deleted only when the job has ended."""

from __future__ import annotations

import hashlib
import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest

from annotator.pipeline import Fleet, Outcome, Progress, Request
from annotator.scratch import clear_leftovers
from annotator.sequences import Sequences
from annotator.shards import Workshop
from annotator.summary import summarise
from annotator.tally import Tally
from annotator.worker import RETRY_AFTER, Annotate, Worker
from backend.domain.errors import RejectedError, UnavailableError
from backend.domain.events import Started
from backend.domain.job import Job, Status, Stored
from backend.domain.messages import JobMessage, ShardMessage
from backend.services.lifecycle import transition
from backend.services.shards import Shards
from tests.fakes.messages import FakeQueue
from tests.unit.machines import Shouting
from tests.unit.services.world import LEASE, OWNER, World

SUMMARY = summarise(
    Tally(records=3, annotated=2, reasons=Counter(star=1)),
    assembly="GRCh37",
    bundle="b" * 64,
    engine="vepyr 0.10.0",
    records=3,
    sources=(),
)
MAX_TRIES = 3
MOST_ALONE = 1_000


def succeed(request: Request, progress: Progress, fleet: Fleet) -> Outcome:
    """Annotate anything."""
    progress(3, 3)
    names = ("result.vcf.gz", "result.vcf.gz.tbi", "result.parquet", "report.html", "a.log")
    made = [request.folder / name for name in names]
    for file in made:
        file.write_bytes(b"made of " + request.source.read_bytes())
    return Outcome(*made, SUMMARY)


def refuse(request: Request, progress: Progress, fleet: Fleet) -> Outcome:
    """Find a fault in the file."""
    (request.folder / "annotation.log").write_text("Line 3 has 7 columns.")
    raise RejectedError("Line 3 has 7 columns; VCF needs at least 8.")


def crash(request: Request, progress: Progress, fleet: Fleet) -> Outcome:
    """Have a bug."""
    raise ZeroDivisionError


@dataclass
class Shop:
    """A worker over fakes."""

    folder: Path
    annotate: Annotate = succeed
    world: World = field(default_factory=World)

    def __post_init__(self) -> None:
        self.queue = FakeQueue(self.world.clock, LEASE)
        self.stop = threading.Event()
        self.work = Shouting()
        self.calls = FakeQueue(self.world.clock, LEASE)
        self.shards = Shards(self.world.jobs, self.world.outputs, self.calls, LEASE, MAX_TRIES)
        self.worker = Worker(
            annotations=self.world.annotations,
            annotate=self.annotate,
            queue=self.queue,
            workshop=Workshop(
                self.shards, self.work.make, (), self.folder, Sequences(self.folder), hands=1
            ),
            most_alone=MOST_ALONE,
            max_tries=MAX_TRIES,
            stop=self.stop,
            busy=threading.Event(),
        )

    def job(self) -> Job:
        """Submit a job, with its message."""
        job = self.world.submitted()
        message = JobMessage(job.id, job.owner, job.status, job.version)
        self.queue.send(message.to_json())
        return job

    def deliver(self) -> bool:
        """Hand the next message to the worker; False if there is none."""
        deliveries = self.queue.receive(limit=1, wait=timedelta(0))
        for delivery in deliveries:
            self.worker.handle(delivery)
        return bool(deliveries)

    def keep_a_shard(self, job: Job) -> ShardMessage:
        """Store a shard of the job's file, as its planner does."""
        shard = ShardMessage(job.id, job.owner, "plan", 0)
        source = self.folder / "shard"
        source.write_bytes(b"records")
        self.shards.store_source(shard, source)
        source.unlink()
        return shard

    def now(self, job: Job) -> Job:
        """Return the job as it is stored."""
        return self.world.jobs.get(job.id)


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    return Shop(tmp_path)


def test_job_is_completed_and_its_message_gone(shop: Shop, tmp_path: Path) -> None:
    job = shop.job()
    shop.deliver()

    assert shop.now(job).status is Status.COMPLETED
    assert len(shop.queue) == 0
    assert set(shop.world.outputs.objects) == {
        f"out/{OWNER}/{job.id}/{name}"
        for name in (
            *("result.vcf.gz", "result.vcf.gz.tbi", "result.parquet", "report.html"),
            *("annotation.log", "summary.json"),
        )
    }
    assert not list(tmp_path.iterdir())


def test_each_file_of_a_result_is_noted_with_its_checksum(shop: Shop) -> None:
    job = shop.job()
    shop.deliver()
    noted, log = shop.now(job).result, shop.now(job).log
    assert noted is not None
    objects = shop.world.outputs.objects
    files = (
        *((noted.table, "result.parquet"), (noted.report, "report.html")),
        (log, "annotation.log"),
    )
    for file, name in files:
        stored = objects[f"out/{OWNER}/{job.id}/{name}"]
        assert file == Stored(len(stored), hashlib.sha256(stored).hexdigest())


def test_second_delivery_of_a_done_job_is_dropped(shop: Shop) -> None:
    job = shop.job()
    shop.deliver()
    done = shop.now(job)
    shop.queue.send(JobMessage(job.id, job.owner, Status.PENDING, 1).to_json())
    shop.deliver()

    assert shop.now(job) == done
    assert len(shop.queue) == 0


def test_bad_file_fails_with_its_reason_and_log(tmp_path: Path) -> None:
    shop = Shop(tmp_path, refuse)
    job = shop.job()
    shop.deliver()

    failed = shop.now(job)
    assert failed.status is Status.FAILED
    assert failed.failure == "Line 3 has 7 columns; VCF needs at least 8."
    stored = shop.world.outputs.objects[f"out/{OWNER}/{job.id}/annotation.log"]
    assert failed.log == Stored(len(stored), hashlib.sha256(stored).hexdigest())
    assert len(shop.queue) == 0


def test_file_that_changed_on_its_way_fails(shop: Shop) -> None:
    job = shop.job()
    shop.world.inputs.objects[f"in/{OWNER}/{job.id}/input"] = b"other bytes"
    shop.deliver()

    assert "changed while it was being sent" in (shop.now(job).failure or "")


def test_file_that_is_gone_fails(shop: Shop) -> None:
    job = shop.job()
    shop.world.inputs.objects.clear()
    shop.deliver()

    assert "is gone" in (shop.now(job).failure or "")
    assert len(shop.queue) == 0


@pytest.mark.parametrize("fault", [UnavailableError("S3 is down."), OSError("disk full")])
def test_fault_that_may_pass_leaves_the_message(tmp_path: Path, fault: Exception) -> None:
    faults = [fault]

    def annotate(request: Request, progress: Progress, fleet: Fleet) -> Outcome:
        if faults:
            raise faults.pop()
        return succeed(request, progress, fleet)

    shop = Shop(tmp_path, annotate)
    job = shop.job()
    shop.deliver()
    assert shop.now(job).status is Status.RUNNING
    assert not shop.deliver()

    shop.world.clock.advance(RETRY_AFTER)
    shop.deliver()
    assert shop.now(job).status is Status.COMPLETED
    assert shop.now(job).attempt == 2


def test_last_try_tells_the_owner_and_leaves_the_message_to_the_dead_letters(
    tmp_path: Path,
) -> None:
    shop = Shop(tmp_path, crash)
    job = shop.job()
    for _ in range(MAX_TRIES):
        shop.world.clock.advance(RETRY_AFTER)
        assert shop.deliver()

    assert "tried 3 times" in (shop.now(job).failure or "")
    assert len(shop.queue) == 1


def test_cancelled_job_is_stopped_and_dropped(tmp_path: Path) -> None:
    def cancel_meanwhile(request: Request, progress: Progress, fleet: Fleet) -> Outcome:
        shop.world.submissions.cancel(shop.now(job))
        return succeed(request, progress, fleet)

    shop = Shop(tmp_path, cancel_meanwhile)
    job = shop.job()
    shop.deliver()

    assert shop.now(job).status is Status.CANCELLED
    assert len(shop.queue) == 0


def test_heartbeat_stops_work_that_is_in_vain(tmp_path: Path) -> None:
    """The work itself never looks at the table: the heartbeat tells it."""

    def wait_for_the_heartbeat(request: Request, progress: Progress, fleet: Fleet) -> Outcome:
        shop.world.submissions.cancel(shop.now(job))
        done = 0
        while True:
            done += 1
            progress(done, 10**9)

    shop = Shop(tmp_path, wait_for_the_heartbeat)
    job = shop.job()
    shop.deliver()

    assert shop.now(job).status is Status.CANCELLED
    assert len(shop.queue) == 0


def test_progress_is_written_by_the_heartbeat(tmp_path: Path) -> None:
    def until_seen(request: Request, progress: Progress, fleet: Fleet) -> Outcome:
        while shop.now(job).done != 7:
            progress(7, 9)
        return succeed(request, progress, fleet)

    shop = Shop(tmp_path, until_seen)
    job = shop.job()
    shop.deliver()

    assert shop.now(job).status is Status.COMPLETED


def test_worker_that_is_shut_down_hands_its_job_back(tmp_path: Path) -> None:
    def shut_down(request: Request, progress: Progress, fleet: Fleet) -> Outcome:
        shop.stop.set()
        progress(1, 3)
        raise AssertionError

    shop = Shop(tmp_path, shut_down)
    job = shop.job()
    shop.deliver()

    assert shop.now(job).lease_until is None
    assert shop.queue.receive(limit=1, wait=timedelta(0))
    assert not list(tmp_path.iterdir())


def test_worker_that_lost_its_job_leaves_the_message_to_the_other(tmp_path: Path) -> None:
    """Its receipt may still delete the message, which the other worker would miss if it died."""

    def too_slow(request: Request, progress: Progress, fleet: Fleet) -> Outcome:
        shop.world.clock.advance(LEASE)
        transition(shop.world.jobs, shop.now(job), Started(LEASE), shop.world.clock)
        return succeed(request, progress, fleet)

    shop = Shop(tmp_path, too_slow)
    job = shop.job()
    shop.deliver()

    assert (shop.now(job).status, shop.now(job).attempt) == (Status.RUNNING, 2)
    assert len(shop.queue) == 1


def test_job_that_was_deleted_meanwhile_is_dropped(tmp_path: Path) -> None:
    def delete_meanwhile(request: Request, progress: Progress, fleet: Fleet) -> Outcome:
        shop.world.results.erase(shop.world.results.discard(shop.now(job)).id)
        return succeed(request, progress, fleet)

    shop = Shop(tmp_path, delete_meanwhile)
    job = shop.job()
    shop.deliver()

    assert len(shop.queue) == 0


def test_job_of_another_worker_is_left_to_it(shop: Shop) -> None:
    job = shop.job()
    transition(shop.world.jobs, job, Started(LEASE), shop.world.clock)
    shop.deliver()

    assert shop.now(job).attempt == 1
    assert not shop.deliver()
    shop.world.clock.advance(LEASE)
    shop.deliver()
    assert shop.now(job).status is Status.COMPLETED


def test_foreign_message_is_left_to_the_dead_letters(shop: Shop) -> None:
    shop.queue.send("no message of ours")
    shop.deliver()

    assert len(shop.queue) == 1


def test_large_file_is_shared_out(tmp_path: Path) -> None:
    asked = []

    def ask(request: Request, progress: Progress, fleet: Fleet) -> Outcome:
        asked.append((request.most_records, fleet.wants(MOST_ALONE), fleet.wants(MOST_ALONE + 1)))
        return succeed(request, progress, fleet)

    shop = Shop(tmp_path, ask)
    shop.job()
    shop.deliver()

    assert asked == [(MOST_ALONE, False, True)]


def end_by_success(shop: Shop, job: Job) -> None:
    """Do nothing: the annotation comes to its end."""


def end_by_refusal(shop: Shop, job: Job) -> None:
    raise RejectedError("Line 3 has 7 columns; VCF needs at least 8.")


def end_by_cancelling(shop: Shop, job: Job) -> None:
    shop.world.submissions.cancel(shop.now(job))


def end_by_deleting(shop: Shop, job: Job) -> None:
    shop.world.results.discard(shop.now(job))


@pytest.mark.parametrize(
    "end", [end_by_success, end_by_refusal, end_by_cancelling, end_by_deleting]
)
def test_shards_are_removed_when_their_job_has_ended(
    tmp_path: Path, end: Callable[[Shop, Job], None]
) -> None:
    def annotate(request: Request, progress: Progress, fleet: Fleet) -> Outcome:
        shop.keep_a_shard(job)
        end(shop, job)
        return succeed(request, progress, fleet)

    shop = Shop(tmp_path, annotate)
    job = shop.job()
    shop.deliver()

    assert len(shop.queue) == 0
    assert not shop.world.outputs.keys("work/")


def test_shards_are_removed_after_the_last_try(tmp_path: Path) -> None:
    def annotate(request: Request, progress: Progress, fleet: Fleet) -> Outcome:
        shop.keep_a_shard(job)
        raise ZeroDivisionError

    shop = Shop(tmp_path, annotate)
    job = shop.job()
    kept = []
    for _ in range(MAX_TRIES):
        shop.deliver()
        shop.world.clock.advance(RETRY_AFTER)
        kept.append(len(shop.world.outputs.keys("work/")))

    assert shop.now(job).status is Status.FAILED
    assert kept == [1, 1, 0]


def test_shards_stay_for_whoever_takes_the_job_over(tmp_path: Path) -> None:
    def lose(request: Request, progress: Progress, fleet: Fleet) -> Outcome:
        shop.keep_a_shard(job)
        shop.world.clock.advance(LEASE)
        transition(shop.world.jobs, shop.now(job), Started(LEASE), shop.world.clock)
        return succeed(request, progress, fleet)

    def shut_down(request: Request, progress: Progress, fleet: Fleet) -> Outcome:
        shop.keep_a_shard(job)
        shop.stop.set()
        return succeed(request, progress, fleet)

    for annotate in (lose, shut_down):
        (tmp_path / annotate.__name__).mkdir()
        shop = Shop(tmp_path / annotate.__name__, annotate)
        job = shop.job()
        shop.deliver()
        assert len(shop.world.outputs.keys("work/")) == 1


def test_shards_of_a_job_whose_worker_died_at_its_end_are_removed_by_the_next(shop: Shop) -> None:
    job = shop.job()
    shop.keep_a_shard(job)
    shop.world.submissions.cancel(shop.now(job))
    shop.deliver()

    assert not shop.world.outputs.keys("work/")
    assert len(shop.queue) == 0


def test_worker_helps_with_shards_of_others_files(shop: Shop) -> None:
    assert not shop.worker.help()
    other = shop.world.annotations.take(shop.job().id)
    assert other is not None
    shop.shards.ask(shop.keep_a_shard(other))

    assert shop.worker.help()
    # There is no task, as if the planner had removed all in the meantime.
    assert len(shop.calls) == 0
    assert not shop.worker.busy.is_set()


def test_cancelled_job_is_noticed_without_progress(tmp_path: Path) -> None:
    """The heartbeat looks at the job every second, also when there is nothing to write."""

    def stand_still(request: Request, progress: Progress, fleet: Fleet) -> Outcome:
        shop.world.submissions.cancel(shop.now(job))
        while True:
            progress(0, 0)

    shop = Shop(tmp_path, stand_still)
    job = shop.job()
    shop.deliver()

    assert len(shop.queue) == 0


def test_job_that_another_took_over_is_noticed_without_progress(tmp_path: Path) -> None:
    def stand_still(request: Request, progress: Progress, fleet: Fleet) -> Outcome:
        shop.world.clock.advance(LEASE)
        transition(shop.world.jobs, shop.now(job), Started(LEASE), shop.world.clock)
        while True:
            progress(0, 0)

    shop = Shop(tmp_path, stand_still)
    job = shop.job()
    shop.deliver()

    assert shop.now(job).attempt == 2
    assert len(shop.queue) == 1


def test_leftovers_of_killed_workers_are_removed(tmp_path: Path) -> None:
    import os

    dead, alive = tmp_path / "job-999999999-x", tmp_path / f"job-{os.getpid()}-x"
    for folder in (dead, alive, tmp_path / "other"):
        folder.mkdir()
    clear_leftovers(tmp_path)

    assert {path.name for path in tmp_path.iterdir()} == {alive.name, "other"}
