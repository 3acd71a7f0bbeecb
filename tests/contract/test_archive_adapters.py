"""What only one kind of archive says, in its messages and lists."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from backend.aws.storage_class import StorageClassArchive
from backend.aws.vault import VaultArchive
from backend.domain.errors import RejectedError
from backend.domain.messages import ThawMessage
from tests.aws import RunningAws
from tests.contract.archives import (
    MIB,
    SMALL,
    TIMES,
    new_job,
    storage_class_archive,
    vault_archive,
)
from tests.stack import until


def topic(aws: RunningAws) -> str:
    arn: str = aws.client("sns").create_topic(Name="test-archives")["TopicArn"]
    return arn


class TestVault:
    @pytest.fixture
    def vault(self, aws: RunningAws) -> VaultArchive:
        return vault_archive(aws, topic(aws))

    def told(self, vault: VaultArchive, **more: Any) -> str:
        """Return what a vault tells its topic."""
        told = {
            "Action": "ArchiveRetrieval",
            "ArchiveId": "a",
            "JobDescription": "j",
            "JobId": "t",
            "StatusCode": "Succeeded",
            "VaultARN": f"arn:aws:glacier:us-east-1:123456789012:vaults/{vault.vault}",
        }
        return json.dumps(told | more)

    def test_success_is_what_it_tells(self, vault: VaultArchive) -> None:
        assert self.heard(vault) == [ThawMessage("j", "a", "t")]

    def heard(self, vault: VaultArchive, **more: Any) -> Sequence[ThawMessage]:
        return vault.completions(self.told(vault, **more))

    def test_nothing_follows_from_failures_and_inventories(self, vault: VaultArchive) -> None:
        assert self.heard(vault, StatusCode="Failed") == []
        assert self.heard(vault, Action="InventoryRetrieval", ArchiveId=None) == []

    def test_other_vaults_are_refused(self, vault: VaultArchive) -> None:
        with pytest.raises(RejectedError):
            self.heard(vault, VaultARN=f"arn:aws:glacier:us-east-1:1:vaults/x{vault.vault}")

    def test_archives_of_others_are_not_listed(self, vault: VaultArchive) -> None:
        vault.client.upload_archive(vaultName=vault.vault, archiveDescription="holidays", body=b"x")
        ours = vault.put(new_job(), [SMALL], size=len(SMALL))
        found = until(lambda: list(vault.inventory()), "an inventory", 20)

        assert [copy.archive_id for copy in found] == [ours]

    def test_next_inventory_is_asked_for_when_the_last_is_old(self, aws: RunningAws) -> None:
        now = datetime.now(UTC)
        client, day = aws.client("glacier"), timedelta(days=1)
        name = vault_archive(aws, topic(aws)).vault

        def inventories(clock: datetime) -> int:
            list(VaultArchive(client, name, topic(aws), TIMES, day, lambda: clock).inventory())
            jobs = client.list_jobs(vaultName=name)["JobList"]
            return sum(job["Action"] == "InventoryRetrieval" for job in jobs)

        def completed() -> bool:
            return all(job["Completed"] for job in client.list_jobs(vaultName=name)["JobList"])

        assert inventories(now) == 1
        assert inventories(now) == 1
        until(completed, "the inventory", 20)
        assert inventories(now) == 1
        assert inventories(now + day + timedelta(minutes=1)) == 2


class TestStorageClass:
    @pytest.fixture
    def bucket(self, aws: RunningAws) -> StorageClassArchive:
        return storage_class_archive(aws, topic(aws))

    def told(self, key: str, bucket: str, name: str = "ObjectRestore:Completed") -> dict[str, Any]:
        return {"eventName": name, "s3": {"bucket": {"name": bucket}, "object": {"key": key}}}

    def test_trial_is_no_message(self, bucket: StorageClassArchive) -> None:
        trial = {"Service": "Amazon S3", "Event": "s3:TestEvent", "Bucket": bucket.bucket}
        assert bucket.completions(json.dumps(trial)) == []

    def test_several_come_at_once_and_the_deleted_are_left_out(
        self, bucket: StorageClassArchive
    ) -> None:
        jobs = [new_job() for _ in range(3)]
        keys = [bucket.put(job_id, [SMALL], size=len(SMALL)) for job_id in jobs]
        bucket.delete(keys[1])
        quoted = [keys[0].replace("/", "%2F"), *keys[1:]]
        records = [self.told(key, bucket.bucket) for key in quoted]
        found = bucket.completions(json.dumps({"Records": records}))

        assert [(m.job_id, m.archive_id) for m in found] == [
            (jobs[0], keys[0]),
            (jobs[2], keys[2]),
        ]

    def test_other_buckets_events_and_keys_are_refused(self, bucket: StorageClassArchive) -> None:
        key = f"{new_job()}/{new_job()}.tar"
        for record in (
            self.told(key, "another"),
            self.told(key, bucket.bucket, "ObjectRestore:Post"),
            self.told("holidays.jpg", bucket.bucket),
        ):
            with pytest.raises(RejectedError):
                bucket.completions(json.dumps({"Records": [record]}))

    def test_object_is_cold_and_names_its_job(self, bucket: StorageClassArchive) -> None:
        job_id = new_job()
        for size in (1, 9 * MIB):
            key = bucket.put(job_id, [bytes(size)], size=size)
            head = bucket.client.head_object(Bucket=bucket.bucket, Key=key)
            assert head["StorageClass"] == "GLACIER"
            assert head["Metadata"] == {"job-id": job_id}
