"""Rows 9, 10 and 13: a signed address is good for one thing, for a while, and is told to one."""

from __future__ import annotations

import hashlib
import json
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest
from starlette.testclient import TestClient

from backend.aws.files import S3Files
from backend.domain.events import Completed
from backend.domain.files import file_keys
from backend.domain.job import Result
from backend.services.lifecycle import transition
from backend.services.ports import Part
from tests.aws import RunningAws
from tests.fakes.clock import FakeClock
from tests.fakes.files import base64_sha256
from tests.fakes.service import FakeService
from tests.fakes.uploads import VCF, create, new_job
from tests.stack import until
from tests.unit.api.conftest import SignIn
from tests.unit.services.world import COUNTS

SIGNED = {"content-length", "host", "x-amz-checksum-sha256"}


@pytest.fixture
def inputs(aws: RunningAws) -> S3Files:
    return S3Files(aws.client("s3"), aws.outputs["InputsBucket"])


@pytest.fixture
def outputs(aws: RunningAws) -> S3Files:
    return S3Files(aws.client("s3"), aws.outputs["ResultsBucket"])


@pytest.fixture
def service(clock: FakeClock, inputs: S3Files, outputs: S3Files) -> FakeService:
    """The API over a local S3, which checks signatures as S3 does."""
    return FakeService(clock=clock, inputs=inputs, outputs=outputs)  # type: ignore[arg-type]


def put(part: dict[str, Any], data: bytes = VCF, **headers: str) -> httpx2.Response:
    """Send a part as the app does, but for what is said otherwise."""
    sent = {**part["headers"], "content-length": str(len(data))} | headers
    sent = {name.lower(): value for name, value in sent.items() if name != "Content-Length"}
    return httpx2.put(part["url"], content=data, headers=sent)


def submission(answer: httpx2.Response) -> dict[str, Any]:
    etag = answer.headers["etag"]
    return {"parts": [{"number": 1, "etag": etag, "sha256": base64_sha256(VCF)}]}


@pytest.fixture
def part(alice: TestClient) -> dict[str, Any]:
    (part,) = create(alice)["parts"]
    return dict(part)


def test_row_09_length_and_checksum_are_signed_into_an_upload(part: dict[str, Any]) -> None:
    query = parse_qs(urlsplit(part["url"]).query)
    assert set(query["X-Amz-SignedHeaders"][0].split(";")) >= SIGNED
    assert int(query["X-Amz-Expires"][0]) <= 30 * 60
    assert put(part).status_code == 200


def test_row_09_another_length_is_refused(part: dict[str, Any]) -> None:
    for data in (VCF + b"x", VCF[:-1], b"", VCF * 1000):
        assert put(part, data).status_code == 403
        checksum = {"x-amz-checksum-sha256": base64_sha256(data)}
        assert put(part, data, **checksum).status_code == 403


def test_row_09_other_bytes_of_that_length_are_refused(part: dict[str, Any]) -> None:
    other = VCF[:-1] + b"x"
    assert put(part, other).status_code == 400
    assert put(part, other, **{"x-amz-checksum-sha256": base64_sha256(other)}).status_code == 403


@pytest.mark.parametrize(
    "headers",
    [
        {"x-amz-acl": "public-read"},
        {"x-amz-storage-class": "GLACIER"},
        {"x-amz-server-side-encryption": "aws:kms"},
        {"x-amz-copy-source": "/other/key"},
    ],
)
def test_row_09_a_header_that_was_not_signed_is_refused(
    part: dict[str, Any], headers: dict[str, str]
) -> None:
    assert put(part, **headers).status_code == 403


def test_row_09_another_type_of_content_does_not_become_the_object_s(
    alice: TestClient, inputs: S3Files
) -> None:
    created = create(alice)
    answer = put(created["parts"][0], **{"content-type": "text/html"})
    job = created["job"]["id"]
    assert alice.post(f"/v1/jobs/{job}/submit", json=submission(answer)).status_code == 200
    key = file_keys(alice.get("/v1/me").json()["id"], job).input
    head = inputs.client.head_object(Bucket=inputs.bucket, Key=key)
    assert head["ContentType"] == "application/octet-stream"


def test_row_09_after_the_file_was_submitted_its_address_is_dead(
    alice: TestClient, inputs: S3Files
) -> None:
    created = create(alice)
    (part,), job = created["parts"], created["job"]["id"]
    sent = put(part)
    assert alice.post(f"/v1/jobs/{job}/submit", json=submission(sent)).status_code == 200
    assert put(part).status_code == 404
    assert alice.post(f"/v1/jobs/{job}/parts", json=wanted()).status_code == 409
    key = file_keys(alice.get("/v1/me").json()["id"], job).input
    assert b"".join(inputs.read(key)) == VCF


def wanted() -> dict[str, Any]:
    return {"parts": {"1": base64_sha256(VCF)}}


def test_row_09_an_address_is_of_one_key_one_upload_and_one_part(
    alice: TestClient, part: dict[str, Any]
) -> None:
    other = create(alice)["parts"][0]["url"]
    upload = parse_qs(urlsplit(part["url"]).query)["uploadId"][0]
    of_other = parse_qs(urlsplit(other).query)["uploadId"][0]
    changes = [
        (urlsplit(part["url"]).path, urlsplit(other).path),
        (upload, of_other),
        ("partNumber=1", "partNumber=2"),
        ("X-Amz-Expires=1800", "X-Amz-Expires=604800"),
    ]
    for old, new in changes:
        assert old in part["url"]
        assert put({**part, "url": part["url"].replace(old, new)}).status_code == 403


def test_row_09_an_address_is_of_one_method(part: dict[str, Any]) -> None:
    for method in ("GET", "DELETE", "HEAD", "POST"):
        assert httpx2.request(method, part["url"]).status_code == 403


def test_row_09_an_address_expires(inputs: S3Files) -> None:
    key = "in/somebody/expires/input"
    upload = inputs.start_upload(key)
    wanted = [Part(1, len(VCF), base64_sha256(VCF))]
    (request,) = inputs.part_requests(key, upload, wanted, valid=timedelta(seconds=1))
    part = {"url": request.url, "headers": request.headers}
    until(lambda: put(part).status_code == 403, "the end of the address", patience=30)
    assert b"expired" in put(part).content


def test_row_09_nobody_else_gets_an_address_of_a_job(alice: TestClient, bob: TestClient) -> None:
    job = create(alice)["job"]["id"]
    assert bob.post(f"/v1/jobs/{job}/parts", json=wanted()).status_code == 404
    submit = {"parts": [{"number": 1, "etag": '"x"', "sha256": base64_sha256(VCF)}]}
    assert bob.post(f"/v1/jobs/{job}/submit", json=submit).status_code == 404


def test_row_09_a_part_that_was_not_sent_is_not_believed(alice: TestClient) -> None:
    job = create(alice)["job"]["id"]
    forged = {"parts": [{"number": 1, "etag": '"x"', "sha256": base64_sha256(VCF)}]}
    answer = alice.post(f"/v1/jobs/{job}/submit", json=forged)
    assert (answer.status_code, answer.json()["type"]) == (422, "urn:gas:problem:rejected")
    assert alice.get(f"/v1/jobs/{job}").json()["status"] == "awaiting_upload"


def test_row_13_an_app_that_was_tampered_with_cannot_send_more_than_the_plan_allows(
    alice: TestClient,
) -> None:
    large = b"x" * 153_601
    assert alice.post("/v1/jobs", json=new_job(large)).status_code == 413
    small = large[:-1]
    created = alice.post("/v1/jobs", json=new_job(small)).json()
    (part,), job = created["parts"], created["job"]["id"]
    assert put(part, large).status_code == 403
    more = {"parts": {"2": base64_sha256(large)}}
    assert alice.post(f"/v1/jobs/{job}/parts", json=more).status_code == 422
    (other,) = alice.post(
        f"/v1/jobs/{job}/parts", json={"parts": {"1": base64_sha256(large)}}
    ).json()["parts"]
    assert put(other, large).status_code == 403
    assert put(part, small).status_code == 200


@pytest.fixture
def finished(alice: TestClient, service: FakeService, outputs: S3Files) -> str:
    """A job of Alice's whose result is stored."""
    created = create(alice)
    job = created["job"]["id"]
    sent = put(created["parts"][0])
    assert alice.post(f"/v1/jobs/{job}/submit", json=submission(sent)).status_code == 200
    keys = file_keys(alice.get("/v1/me").json()["id"], job)
    for key in (keys.result, keys.log):
        outputs.write(key, [VCF], content_type="application/gzip")
    running = service.start(job)
    stored = Result(len(VCF), hashlib.sha256(VCF).hexdigest(), COUNTS)
    done = Completed(running.attempt, stored, service.plans.free_retention)
    transition(service.jobs, running, done, service.clock)
    return str(job)


def test_row_10_a_download_is_good_for_a_minute_and_saves_under_its_name(
    alice: TestClient, finished: str
) -> None:
    for kind in ("result", "log", "input"):
        found = alice.get(f"/v1/jobs/{finished}/{kind}").json()
        query = parse_qs(urlsplit(found["url"]).query)
        assert int(query["X-Amz-Expires"][0]) <= 60
        (disposition,) = query["response-content-disposition"]
        assert disposition.startswith('attachment; filename="')
        assert "filename*=UTF-8''" in disposition
        got = httpx2.get(found["url"])
        assert (got.status_code, got.content) == (200, VCF)
        assert got.headers["content-disposition"] == disposition


def test_row_10_a_download_cannot_be_turned_into_another(alice: TestClient, finished: str) -> None:
    url = alice.get(f"/v1/jobs/{finished}/log").json()["url"]
    for old, new in (
        ("annotation.log", "result.vcf.gz"),
        ("X-Amz-Expires=60", "X-Amz-Expires=6000"),
        ("attachment", "inline"),
    ):
        assert old in url
        assert httpx2.get(url.replace(old, new)).status_code == 403


def test_row_10_no_event_and_no_list_carries_an_address(alice: TestClient, finished: str) -> None:
    told = alice.get("/v1/events/poll", params={"after": 0, "wait": 0}).json()
    assert [event["data"]["job"]["status"] for event in told["events"]][-1] == "completed"
    shown = [told, alice.get("/v1/jobs").json(), alice.get(f"/v1/jobs/{finished}").json()]
    for text in map(json.dumps, shown):
        assert "X-Amz-" not in text
        assert "http" not in text


def test_row_10_only_the_owner_is_given_an_address(
    sign_in: SignIn, finished: str, anonymous: TestClient
) -> None:
    for kind in ("result", "table", "report", "log", "input"):
        assert sign_in("mallory").get(f"/v1/jobs/{finished}/{kind}").status_code == 404
        assert anonymous.get(f"/v1/jobs/{finished}/{kind}").status_code == 401
