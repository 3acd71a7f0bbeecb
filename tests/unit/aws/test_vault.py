"""What a vault answers, and what becomes of it."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError
from botocore.session import get_session
from botocore.stub import Stubber

from backend.aws.vault import VaultArchive
from backend.domain.archive import ThawState, Tier
from backend.domain.errors import NoCapacityError, NotFoundError, UnavailableError

TIMES = {Tier.EXPEDITED: timedelta(minutes=5), Tier.STANDARD: timedelta(hours=5)}


@pytest.fixture
def client() -> Any:
    return get_session().create_client(
        "glacier", "us-east-1", aws_access_key_id="test", aws_secret_access_key="test"
    )


@pytest.fixture
def stub(client: Any) -> Any:
    with Stubber(client) as stub:
        yield stub
        stub.assert_no_pending_responses()


@pytest.fixture
def vault(client: Any) -> VaultArchive:
    day = timedelta(days=1)
    return VaultArchive(client, "v", "arn:topic", TIMES, day, lambda: datetime.now(UTC))


@pytest.mark.parametrize(
    ("code", "tier", "error"),
    [
        ("ResourceNotFoundException", Tier.EXPEDITED, NotFoundError),
        ("InsufficientCapacityException", Tier.EXPEDITED, NoCapacityError),
        # It is too large to be expedited; of a slower tier the same is a bug.
        ("InvalidParameterValueException", Tier.EXPEDITED, NoCapacityError),
        ("InvalidParameterValueException", Tier.STANDARD, ClientError),
        ("PolicyEnforcedException", Tier.STANDARD, UnavailableError),
        ("ThrottlingException", Tier.STANDARD, UnavailableError),
        ("ServiceUnavailableException", Tier.STANDARD, UnavailableError),
        ("NoLongerSupportedException", Tier.STANDARD, ClientError),
    ],
)
def test_refusals_are_sorted_by_what_to_do_next(
    vault: VaultArchive, stub: Any, code: str, tier: Tier, error: type[Exception]
) -> None:
    stub.add_client_error("initiate_job", code)
    with pytest.raises(error) as refused:
        vault.request("a", "j", tier)
    assert error is ClientError or refused.type is error


def test_request_names_job_topic_and_tier(vault: VaultArchive, stub: Any) -> None:
    wanted = {
        "Type": "archive-retrieval",
        "ArchiveId": "a",
        "Description": "j",
        "SNSTopic": "arn:topic",
        "Tier": "Standard",
    }
    asked = {"vaultName": "v", "jobParameters": wanted}
    stub.add_response("initiate_job", {"jobId": "t"}, asked)
    assert vault.request("a", "j", Tier.STANDARD) == "t"


@pytest.mark.parametrize(
    ("job", "state"),
    [
        ({"Completed": False, "StatusCode": "InProgress"}, ThawState.RUNNING),
        ({"Completed": True, "StatusCode": "Succeeded"}, ThawState.READY),
        ({"Completed": True, "StatusCode": "Failed"}, ThawState.LOST),
        ({"Completed": True, "StatusCode": "Succeeded", "ArchiveId": "b"}, ThawState.LOST),
    ],
)
def test_state_is_what_the_vault_says_of_this_archive(
    vault: VaultArchive, stub: Any, job: dict[str, Any], state: ThawState
) -> None:
    stub.add_response("describe_job", {"ArchiveId": "a", "ArchiveSizeInBytes": 1, **job})
    assert vault.state("a", "t") is state


def test_upload_that_the_vault_has_lost_may_be_tried_again(vault: VaultArchive, stub: Any) -> None:
    size = 5 * 1024**2
    stub.add_response("initiate_multipart_upload", {"uploadId": "u"})
    stub.add_response("upload_multipart_part", {})
    stub.add_response("upload_multipart_part", {})
    stub.add_client_error("complete_multipart_upload", "ResourceNotFoundException")
    stub.add_client_error("abort_multipart_upload", "ResourceNotFoundException")
    with pytest.raises(UnavailableError):
        vault.put("j", [bytes(size)], size=size)


@pytest.mark.parametrize("checksum", ["0" * 64, None])
def test_damaged_range_is_not_handed_out(
    vault: VaultArchive, stub: Any, checksum: str | None
) -> None:
    job = {"Completed": True, "StatusCode": "Succeeded", "ArchiveId": "a"}
    answer: dict[str, Any] = {"body": io.BytesIO(b"x")}
    if checksum is not None:
        answer["checksum"] = checksum
    stub.add_response("describe_job", {"ArchiveSizeInBytes": 1, **job})
    stub.add_response("get_job_output", answer)
    with pytest.raises(UnavailableError, match="damaged"):
        list(vault.read("a", "t"))


def test_request_that_is_forgotten_midway_is_lost(vault: VaultArchive, stub: Any) -> None:
    job = {"Completed": True, "StatusCode": "Succeeded", "ArchiveId": "a"}
    stub.add_response("describe_job", {"ArchiveSizeInBytes": 1, **job})
    stub.add_client_error("get_job_output", "ResourceNotFoundException")
    with pytest.raises(NotFoundError):
        list(vault.read("a", "t"))


def test_new_vault_has_nothing_to_list(vault: VaultArchive, stub: Any) -> None:
    stub.add_response("list_jobs", {"JobList": []})
    stub.add_client_error("initiate_job", "ResourceNotFoundException")
    assert list(vault.inventory()) == []
