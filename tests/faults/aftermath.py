"""What has to hold when all is over: who is premium has everything, who is free what is due."""

from __future__ import annotations

import hashlib
import io
import tarfile
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import httpx2

from backend import wiring
from backend.aws.files import S3Files
from backend.aws.jobs import DynamoJobs
from backend.aws.storage_class import StorageClassArchive
from backend.aws.vault import VaultArchive
from backend.domain.archive import ThawState, Tier
from backend.domain.files import file_keys, output_prefix
from backend.domain.job import Job, Status
from backend.local.stack import Stack
from backend.services.archive_ports import Archive
from backend.services.tarball import RESULT
from backend.settings import Settings, read
from tests.aws import RunningAws
from tests.faults.customer import Customer
from tests.stack import until

# The sweep notices what got stuck when its lease and five minutes more are over; then the result
# has yet to move.  As a rule nothing waits for the sweep.
PATIENCE = 540.0
_MOST = 200


@dataclass(frozen=True, slots=True)
class Aftermath:
    """A stack after its last kill, as it is seen by who may look into everything."""

    aws: RunningAws
    jobs: DynamoJobs
    results: S3Files
    archive: Archive
    machine: str

    @classmethod
    def of(cls, stack: Stack) -> Aftermath:
        """Return what there is to see of a stack."""
        settings = read(stack.environ, *wiring.UTILITY_NEEDS)
        key = (stack.environ["AWS_ACCESS_KEY_ID"], stack.environ["AWS_SECRET_ACCESS_KEY"])
        aws = RunningAws(stack.environ["GAS_AWS_ENDPOINT"], {}, *key)
        buckets = (settings.inputs_bucket, settings.results_bucket)
        return cls(
            aws=aws,
            jobs=DynamoJobs(aws.client("dynamodb"), settings.jobs_table, *buckets),
            results=S3Files(aws.client("s3"), settings.results_bucket),
            archive=_archive(settings, aws),
            machine=settings.retention_machine,
        )

    def of_owner(self, customer: Customer) -> dict[str, Job]:
        """Return a person's jobs that were submitted, by their ids."""
        page = self.jobs.by_owner(customer.id, limit=_MOST)
        assert page.after is None
        found = {job.id: job for job in page.jobs if job.id in customer.jobs}
        assert set(found) == set(customer.jobs)
        return found

    # Until nothing happens any more ----------------------------------------------------------

    def settle(self, *, free: Iterable[Customer], premium: Iterable[Customer]) -> None:
        """Wait until every result is where its owner's plan says, and all queues are empty."""
        for customer in free:
            self._wait(customer, Status.ARCHIVED)
        for customer in premium:
            self._wait(customer, Status.COMPLETED)
        until(lambda: not self.waiting(dead=False), "empty queues", PATIENCE)

    def _wait(self, customer: Customer, status: Status) -> None:
        def is_settled() -> bool:
            return all(
                job.status is status
                and job.result_stored is (status is Status.COMPLETED)
                and job.archive_due is None
                and (job.archive_id is None) is (status is Status.COMPLETED)
                for job in self.of_owner(customer).values()
            )

        try:
            until(is_settled, "the results' places", PATIENCE)
        except AssertionError as error:
            raise AssertionError(
                [_words(job) for job in self.of_owner(customer).values()]
            ) from error

    def waiting(self, *, dead: bool) -> dict[str, int]:
        """Return how many messages are in the queues, or in those of the dead letters."""
        queues = self.aws.client("sqs")
        found: dict[str, int] = {}
        for url in queues.list_queues()["QueueUrls"]:
            told = queues.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
            count = sum(
                int(told[f"ApproximateNumberOfMessages{kind}"]) for kind in ("", "NotVisible")
            )
            if count and url.endswith("_dlq") is dead:
                found[url.rpartition("/")[2]] = count
        return found

    # What is so then -------------------------------------------------------------------------

    def check_files(self, customer: Customer, *, free: bool) -> None:
        """See that of each job the download area holds what it is to hold, and nothing else."""
        for job in self.of_owner(customer).values():
            keys = file_keys(job.owner, job.id, job.generation)
            wanted = {keys.log, keys.report, keys.summary}
            if not free:
                wanted |= {keys.result, keys.index, keys.table}
            assert set(self.results.keys(output_prefix(job.owner, job.id))) == wanted, _words(job)

    def check_archive(self, free: Iterable[Customer]) -> None:
        """See that the archive has each free result once, and no other, when orphans are gone."""
        jobs = [job for one in free for job in self.of_owner(one).values()]
        known = {job.archive_id: job.id for job in jobs}
        assert len(known) == len(jobs), "two jobs share an archive"

        def kept() -> dict[str, str]:
            return {copy.archive_id: copy.job_id for copy in self.archive.inventory()}

        until(lambda: kept() == known, f"an archive of {len(known)} results and no more", PATIENCE)

    def check_archived_bytes(self, customer: Customer) -> None:
        """See that what is archived of each job is the result that was recorded."""
        asked = []
        for job in self.of_owner(customer).values():
            assert job.archive_id is not None
            thaw_id = self.archive.request(job.archive_id, job.id, Tier.EXPEDITED)
            asked.append((job, job.archive_id, thaw_id))
        for job, archive_id, thaw_id in asked:
            until(
                lambda a=archive_id, t=thaw_id: self.archive.state(a, t) is ThawState.READY,
                "the archive at hand",
            )
            assert job.result is not None
            packed = b"".join(self.archive.read(archive_id, thaw_id))
            assert _sha256_of_result(packed) == job.result.sha256, _words(job)

    def failed_executions(self) -> list[dict[str, Any]]:
        """Return the executions of the retention that gave up."""
        states = self.aws.client("stepfunctions")
        told = states.list_executions(stateMachineArn=self.machine, statusFilter="FAILED")
        return list(told["executions"])

    def mails(self, customer: Customer) -> Counter[str]:
        """Return how many mails there are about each of a person's jobs."""
        subjects = [m["subject"] for m in httpx2.get(f"{self.aws.endpoint}/_gas/mail").json()]
        return Counter(
            {job_id: sum(job_id in subject for subject in subjects) for job_id in customer.jobs}
        )


def _archive(settings: Settings, aws: RunningAws) -> Archive:
    if settings.archive == "vault":
        return VaultArchive(
            aws.client("glacier"),
            settings.vault,
            settings.complete_thaw_topic,
            settings.thaw_expected,
            settings.inventory_age,
            wiring.now,
        )
    return StorageClassArchive(
        aws.client("s3"), settings.archive_bucket, settings.thaw_expected, wiring.new_id
    )


def _sha256_of_result(packed: bytes) -> str:
    with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
        member = archive.extractfile(RESULT)
        assert member is not None
        return hashlib.sha256(member.read()).hexdigest()


def _words(job: Job) -> str:
    return (
        f"{job.id} is {job.status}, generation {job.generation}, due {job.archive_due}, "
        f"stored {job.result_stored}, lease {job.lease_until}, archive {job.archive_id}, "
        f"thaw {job.thaw_id}, version {job.version}, attempt {job.attempt}, {job.failure}"
    )
