"""Vaults, archives and retrievals, as an unmodified client of Glacier finds them."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from botocore.exceptions import ClientError

from backend.local.aws.delays import Delays
from backend.local.aws.server import LocalAws
from tests.integration.local_aws.conftest import send
from tests.integration.local_aws.vaults import (
    MIB,
    begun,
    ended,
    ordered,
    output,
    received,
    retrieved,
    stored,
    tree,
)


def faults(aws: LocalAws, **wanted: object) -> Any:
    body = json.dumps(wanted).encode()
    answer = send("PUT", f"{aws.endpoint}/_gas/faults", body)
    return answer.status, json.loads(answer.body)


@pytest.fixture
def no_capacity(cold: LocalAws) -> Iterator[None]:
    assert faults(cold, expedited_capacity=False) == (200, {"expedited_capacity": False})
    yield
    assert faults(cold, expedited_capacity=True)[0] == 200


def test_the_template_makes_a_vault(cold: LocalAws, glacier: Any) -> None:
    arn = "arn:aws:glacier:us-east-1:123456789012:vaults/cold"
    assert (cold.outputs["Vault"], cold.outputs["Name"]) == ("cold", "cold")
    assert cold.outputs["Arn"] == arn
    assert glacier.describe_vault(vaultName="cold")["VaultARN"] == arn


def test_making_a_vault_again_leaves_it_as_it_was(glacier: Any, vault: str) -> None:
    stored(glacier, vault, b"12345")
    before = glacier.describe_vault(vaultName=vault)
    made = glacier.create_vault(vaultName=vault)
    assert made["location"] == f"/123456789012/vaults/{vault}"
    after = glacier.describe_vault(vaultName=vault)
    assert (after["NumberOfArchives"], after["SizeInBytes"]) == (1, 5)
    assert after["CreationDate"] == before["CreationDate"]


def test_a_vault_goes_when_its_last_archive_went(glacier: Any, vault: str) -> None:
    archive_id = stored(glacier, vault)
    with pytest.raises(ClientError, match="Vault not empty"):
        glacier.delete_vault(vaultName=vault)
    glacier.delete_archive(vaultName=vault, archiveId=archive_id)
    glacier.delete_vault(vaultName=vault)
    with pytest.raises(glacier.exceptions.ResourceNotFoundException, match="Vault not found"):
        glacier.describe_vault(vaultName=vault)
    with pytest.raises(glacier.exceptions.ResourceNotFoundException):
        stored(glacier, vault)


def test_vaults_are_listed_page_by_page(glacier: Any) -> None:
    names = [f"page-{number:02d}" for number in range(12)]
    for name in names:
        glacier.create_vault(vaultName=name)
    pages = list(glacier.get_paginator("list_vaults").paginate())
    assert len(pages) > 1
    listed = [vault["VaultName"] for page in pages for vault in page["VaultList"]]
    assert listed == sorted(set(listed))
    assert set(names) < set(listed)


def test_an_archive_comes_back_as_it_was(glacier: Any, vault: str) -> None:
    data = bytes(range(256)) * (10 << 10) + b"end"
    added = glacier.upload_archive(vaultName=vault, archiveDescription="job 1", body=data)
    assert len(added["archiveId"]) == 138
    assert added["checksum"] == tree(data)
    job_id = retrieved(glacier, vault, added["archiveId"], Description="thaw")
    got = glacier.get_job_output(vaultName=vault, jobId=job_id)
    assert got["body"].read() == data
    assert (got["status"], got["checksum"]) == (200, tree(data))
    assert (got["archiveDescription"], got["acceptRanges"]) == ("job 1", "bytes")
    job = glacier.describe_job(vaultName=vault, jobId=job_id)
    assert (job["StatusCode"], job["JobDescription"], job["Tier"]) == (
        "Succeeded", "thaw", "Expedited",
    )  # fmt: skip
    assert (job["ArchiveSizeInBytes"], job["SHA256TreeHash"]) == (len(data), tree(data))


def test_two_equal_archives_have_two_ids(glacier: Any, vault: str) -> None:
    first, second = stored(glacier, vault), stored(glacier, vault)
    assert first != second
    glacier.delete_archive(vaultName=vault, archiveId=first)
    assert output(glacier, vault, retrieved(glacier, vault, second)) == b"result"


def files(aws: LocalAws) -> set[str]:
    assert aws._data is not None
    return {file.name for file in (aws._data / "vaults").iterdir()}


def test_other_bytes_than_were_promised_are_refused_and_not_kept(
    cold: LocalAws, glacier: Any, vault: str
) -> None:
    before = files(cold)
    with pytest.raises(ClientError, match="Checksum mismatch: x-amz-sha256-tree-hash"):
        stored(glacier, vault, checksum=tree(b"other"))
    with pytest.raises(ClientError, match="Invalid Content-Length"):
        stored(glacier, vault, b"")
    with pytest.raises(ClientError, match="Invalid description"):
        stored(glacier, vault, archiveDescription="caf\u00e9")
    assert glacier.describe_vault(vaultName=vault)["NumberOfArchives"] == 0
    assert files(cold) == before


def signed(aws: LocalAws, **more: str) -> dict[str, str]:
    """Return the headers of a request that no client would send."""
    scope = f"{aws.credentials.access_key_id}/20261123/us-east-1/glacier/aws4_request"
    return {
        "Authorization": f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=0",
        **{name.replace("_", "-"): value for name, value in more.items()},
    }


@pytest.mark.parametrize(
    ("path", "body", "headers", "reason"),
    [
        ("archives", b"x", {}, "missing: x-amz-content-sha256"),
        ("archives", b"x", {"Transfer_Encoding": "chunked"}, "missing: Content-Length"),
        ("multipart-uploads", b"", {}, "missing: x-amz-part-size"),
        ("multipart-uploads", b"", {"x_amz_part_size": "1e6"}, "Invalid x-amz-part-size"),
        ("jobs", b"{", {}, "not JSON"),
        ("jobs", b"[]", {}, "no JSON object"),
        ("jobs", b" " * (MIB + 1), {}, "Invalid Content-Length"),
    ],
)
def test_what_no_client_sends_is_refused(
    cold: LocalAws, path: str, body: bytes, headers: dict[str, str], reason: str
) -> None:
    url = f"{cold.endpoint}/-/vaults/cold/{path}"
    answer = send("POST", url, body, signed(cold, **headers))
    assert answer.status == 400
    assert reason in json.loads(answer.body)["message"]


def test_a_body_that_ends_too_soon_is_refused_and_not_kept(
    cold: LocalAws, glacier: Any, vault: str
) -> None:
    before = files(cold)
    head = f"POST /-/vaults/{vault}/archives HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 100\r\n"
    head += "".join(f"{name}: {value}\r\n" for name, value in signed(cold).items()) + "\r\n"
    with socket.create_connection(("127.0.0.1", cold.port), 20) as client:
        client.sendall(head.encode() + b"too short")
        client.shutdown(socket.SHUT_WR)
        answer = client.makefile("rb").read()
    assert answer.startswith(b"HTTP/1.1 408 ")
    assert b"RequestTimeoutException" in answer
    assert files(cold) == before


def test_a_range_comes_back_alone(glacier: Any, vault: str) -> None:
    data = b"a" * MIB + b"b" * MIB + b"c" * MIB + b"tail"
    job_id = retrieved(glacier, vault, stored(glacier, vault, data))
    got = glacier.get_job_output(vaultName=vault, jobId=job_id, range="bytes=1048576-3145727")
    assert got["body"].read() == data[MIB : 3 * MIB]
    assert (got["status"], got["checksum"]) == (206, tree(data[MIB : 3 * MIB]))
    assert got["contentRange"] == f"bytes 1048576-3145727/{len(data)}"
    got = glacier.get_job_output(vaultName=vault, jobId=job_id, range="bytes=2097152-9999999")
    assert (got["body"].read(), got["checksum"]) == (data[2 * MIB :], tree(data[2 * MIB :]))
    got = glacier.get_job_output(vaultName=vault, jobId=job_id, range="bytes=5-9")
    assert (got["body"].read(), "checksum" in got) == (b"aaaaa", False)
    with pytest.raises(ClientError, match="Invalid range"):
        output(glacier, vault, job_id, range="bytes=99999999-")
    with pytest.raises(ClientError, match="Invalid range"):
        output(glacier, vault, job_id, range="bytes=9-5")


def test_nothing_comes_out_before_its_time(cold: LocalAws, glacier: Any, vault: str) -> None:
    wanted = {"Type": "archive-retrieval", "ArchiveId": stored(glacier, vault), "Tier": "Bulk"}
    job_id = ordered(glacier, vault, **wanted)
    with pytest.raises(ClientError, match="not currently available for download"):
        output(glacier, vault, job_id)
    job = glacier.describe_job(vaultName=vault, jobId=job_id)
    assert (job["StatusCode"], "CompletionDate" in job) == ("InProgress", False)
    running = glacier.list_jobs(vaultName=vault, completed="false")["JobList"]
    assert [each["JobId"] for each in running] == [job_id]
    ended(glacier, vault, job_id)
    assert glacier.list_jobs(vaultName=vault, statuscode="InProgress")["JobList"] == []
    assert len(glacier.list_jobs(vaultName=vault, completed="true")["JobList"]) == 1
    assert output(glacier, vault, job_id) == b"result"


def test_expedited_is_refused_without_capacity_and_standard_is_not(
    glacier: Any, vault: str, no_capacity: None
) -> None:
    archive_id = stored(glacier, vault)
    with pytest.raises(ClientError, match="insufficient capacity") as refused:
        retrieved(glacier, vault, archive_id)
    assert refused.value.response["Error"]["Code"] == "InsufficientCapacityException"
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 503
    job_id = retrieved(glacier, vault, archive_id, Tier="Standard")
    assert output(glacier, vault, job_id) == b"result"


def test_a_fault_that_is_not_known_is_refused(cold: LocalAws) -> None:
    assert faults(cold, colour=True)[0] == 400
    assert faults(cold, expedited_capacity="no")[0] == 400
    assert send("PUT", f"{cold.endpoint}/_gas/faults", b"[").status == 400
    assert send("DELETE", f"{cold.endpoint}/_gas/faults").status == 403
    away = {"Host": "rebound.example:80"}
    assert send("PUT", f"{cold.endpoint}/_gas/faults", b"{}", away).status == 403
    shown = send("GET", f"{cold.endpoint}/_gas/faults")
    assert json.loads(shown.body) == {"expedited_capacity": True}


def test_the_topic_of_a_job_is_told_of_its_end(cold: LocalAws, glacier: Any, vault: str) -> None:
    archive_id, topic = stored(glacier, vault, b"12345"), cold.outputs["Topic"]
    job_id = retrieved(glacier, vault, archive_id, SNSTopic=topic, Description="job 7")
    told = received(cold, job_id)
    assert (told["Action"], told["ArchiveId"]) == ("ArchiveRetrieval", archive_id)
    assert (told["ArchiveSizeInBytes"], told["SHA256TreeHash"]) == (5, tree(b"12345"))
    assert (told["StatusCode"], told["Completed"], told["Tier"]) == ("Succeeded", True, "Expedited")
    assert (told["JobDescription"], told["SNSTopic"]) == ("job 7", topic)
    assert told["VaultARN"].endswith(f"vaults/{vault}")
    described = glacier.describe_job(vaultName=vault, jobId=job_id)
    assert told["CompletionDate"] == described["CompletionDate"]


def test_a_vault_tells_its_own_topic_too(cold: LocalAws, glacier: Any, vault: str) -> None:
    with pytest.raises(ClientError, match="No notification configuration"):
        glacier.get_vault_notifications(vaultName=vault)
    wanted = {"SNSTopic": cold.outputs["Topic"], "Events": ["ArchiveRetrievalCompleted"]}
    glacier.set_vault_notifications(vaultName=vault, vaultNotificationConfig=wanted)
    assert glacier.get_vault_notifications(vaultName=vault)["vaultNotificationConfig"] == wanted
    job_id = retrieved(glacier, vault, stored(glacier, vault))
    assert received(cold, job_id)["SNSTopic"] is None
    glacier.delete_vault_notifications(vaultName=vault)
    with pytest.raises(ClientError, match="No notification configuration"):
        glacier.get_vault_notifications(vaultName=vault)
    strange = {**wanted, "Events": ["ArchiveLost"]}
    with pytest.raises(ClientError, match="Invalid events: ArchiveLost"):
        glacier.set_vault_notifications(vaultName=vault, vaultNotificationConfig=strange)


def test_a_topic_that_is_gone_holds_nobody_up(glacier: Any, vault: str) -> None:
    gone = "arn:aws:sns:us-east-1:123456789012:gone"
    job_id = retrieved(glacier, vault, stored(glacier, vault), SNSTopic=gone)
    assert output(glacier, vault, job_id) == b"result"


def test_an_archive_that_is_deleted_does_not_come_back(glacier: Any, vault: str) -> None:
    archive_id = stored(glacier, vault)
    wanted = {"Type": "archive-retrieval", "ArchiveId": archive_id, "Tier": "Bulk"}
    before, running = retrieved(glacier, vault, archive_id), ordered(glacier, vault, **wanted)
    for _ in range(2):
        glacier.delete_archive(vaultName=vault, archiveId=archive_id)
    with pytest.raises(glacier.exceptions.ResourceNotFoundException, match="archive ID"):
        ordered(glacier, vault, **wanted)
    assert ended(glacier, vault, running)["StatusCode"] == "Failed"
    with pytest.raises(ClientError, match="not currently available"):
        output(glacier, vault, running)
    # What came out before it was deleted stays for as long as its job does.
    assert output(glacier, vault, before) == b"result"
    with pytest.raises(glacier.exceptions.ResourceNotFoundException):
        glacier.delete_archive(vaultName=vault, archiveId="nonsense")


def test_an_inventory_lists_what_was_there_when_it_was_asked_for(glacier: Any, vault: str) -> None:
    first = stored(glacier, vault, b"12345", archiveDescription="job 1")
    assert "LastInventoryDate" not in glacier.describe_vault(vaultName=vault)
    job_id = ordered(glacier, vault, Type="inventory-retrieval", Format="JSON")
    second = stored(glacier, vault)
    job = ended(glacier, vault, job_id)
    listed = json.loads(output(glacier, vault, job_id))
    assert [each["ArchiveId"] for each in listed["ArchiveList"]] == [first]
    entry = listed["ArchiveList"][0]
    assert (entry["ArchiveDescription"], entry["Size"]) == ("job 1", 5)
    assert entry["SHA256TreeHash"] == tree(b"12345")
    assert job["Action"] == "InventoryRetrieval"
    assert job["InventorySizeInBytes"] == len(output(glacier, vault, job_id))
    described = glacier.describe_vault(vaultName=vault)
    assert described["LastInventoryDate"] == listed["InventoryDate"]
    again = ordered(glacier, vault, Type="inventory-retrieval")
    ended(glacier, vault, again)
    listed = json.loads(output(glacier, vault, again))
    assert [each["ArchiveId"] for each in listed["ArchiveList"]] == [first, second]


@pytest.mark.parametrize(
    ("parameters", "code", "reason"),
    [
        ({}, "MissingParameterValueException", "Type"),
        ({"Type": "archive-retrieval"}, "MissingParameterValueException", "ArchiveId"),
        ({"Type": "select"}, "InvalidParameterValueException", "Invalid job type"),
        ({"Type": "inventory-retrieval", "Format": "CSV"}, "InvalidParameterValueException", "CSV"),
        ({"Type": "archive-retrieval", "ArchiveId": "x", "Tier": "Fast"},
         "InvalidParameterValueException", "Invalid tier"),
        ({"Type": "archive-retrieval", "ArchiveId": "x", "RetrievalByteRange": "0-1"},
         "InvalidParameterValueException", "RetrievalByteRange"),
        ({"Type": "archive-retrieval", "ArchiveId": "x", "SNSTopic": "news"},
         "InvalidParameterValueException", "Invalid SNS topic"),
        ({"Type": "archive-retrieval", "ArchiveId": "x"}, "ResourceNotFoundException", "x"),
    ],
)  # fmt: skip
def test_what_cannot_be_ordered_is_refused(
    glacier: Any, vault: str, parameters: dict[str, str], code: str, reason: str
) -> None:
    with pytest.raises(ClientError, match=reason) as refused:
        ordered(glacier, vault, **parameters)
    assert refused.value.response["Error"]["Code"] == code


def test_what_another_vault_has_is_not_found(glacier: Any, vault: str) -> None:
    archive_id = stored(glacier, vault)
    job_id = retrieved(glacier, vault, archive_id)
    with pytest.raises(ClientError, match="archive ID was not found"):
        retrieved(glacier, "cold", archive_id)
    with pytest.raises(ClientError, match="job ID was not found"):
        output(glacier, "cold", job_id)
    with pytest.raises(ClientError, match="upload ID was not found"):
        glacier.list_parts(**{**begun(glacier, vault), "vaultName": "cold"})
    glacier.delete_archive(vaultName="cold", archiveId=archive_id)
    assert glacier.describe_vault(vaultName=vault)["NumberOfArchives"] == 1


def test_others_are_refused_as_everywhere(cold: LocalAws, glacier: Any) -> None:
    with pytest.raises(ClientError, match="no account 210987654321"):
        glacier.describe_vault(accountId="210987654321", vaultName="cold")
    with pytest.raises(ClientError, match="does not know GET policies"):
        glacier.get_data_retrieval_policy()
    with pytest.raises(ClientError, match="Invalid vault name"):
        glacier.create_vault(vaultName="a b")
    with pytest.raises(ClientError, match="Invalid limit"):
        glacier.list_jobs(vaultName="cold", limit="0")
    unsigned = send("GET", f"{cold.endpoint}/-/vaults")
    assert unsigned.status == 403


def test_delays_are_read_from_text() -> None:
    assert Delays.parse("standard=7,expedited=0.5") == replace(Delays(), standard=7, expedited=0.5)
    assert Delays.parse("") == Delays()
    for text in ("slow=1", "bulk", "bulk=-1", "bulk=inf"):
        with pytest.raises(ValueError, match=r"delay|float"):
            Delays.parse(text)
