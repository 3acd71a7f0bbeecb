"""Jobs over HTTP."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import replace
from datetime import timedelta

import pytest
from starlette.testclient import TestClient

from backend.domain.events import (
    Archived,
    ArchiveStarted,
    Restored,
    RestoreStarted,
    ThawRequested,
    ThawStarted,
)
from backend.domain.files import MIN_PART_BYTES, file_keys
from backend.domain.job import Event, Status
from backend.domain.plans import Plan
from backend.services.lifecycle import transition
from tests.fakes.clock import FakeClock
from tests.fakes.files import base64_sha256
from tests.fakes.service import FakeService
from tests.fakes.uploads import VCF, create, new_job, send, submit

MIB = 1024**2


def test_a_file_goes_from_the_desk_to_the_queue(alice: TestClient, service: FakeService) -> None:
    created = create(alice)
    job_id = created["job"]["id"]
    answer = alice.post(f"/v1/jobs/{job_id}/submit", json=send(service.inputs, created))
    assert answer.json()["status"] == "pending"
    assert [message.job_id for message in service.topics.requests] == [job_id]
    job = service.jobs.get(job_id)
    assert service.inputs.objects[file_keys(job.owner, job_id).input] == VCF


def test_the_checksum_of_a_one_part_file_may_be_left_out(alice: TestClient) -> None:
    part = create(alice)["parts"][0]
    assert part["headers"]["x-amz-checksum-sha256"] == base64_sha256(VCF)


def test_checksums_of_several_parts_must_all_be_given(
    alice: TestClient, service: FakeService
) -> None:
    account = alice.get("/v1/me").json()["id"]
    service.accounts.set_plan(account, Plan.PREMIUM)
    wanted = {"name": "a.vcf", "size": MIN_PART_BYTES + MIB, "sha256": "0" * 64}
    assert alice.post("/v1/jobs", json=wanted).status_code == 422
    checksums = [base64_sha256(b"1"), base64_sha256(b"2")]
    created = alice.post("/v1/jobs", json={**wanted, "part_sha256": checksums}).json()
    assert [(p["number"], p["offset"], p["size"]) for p in created["parts"]] == [
        (1, 0, MIN_PART_BYTES),
        (2, MIN_PART_BYTES, MIB),
    ]


def test_a_file_over_the_free_limit_is_refused_before_anything_is_stored(
    alice: TestClient, service: FakeService
) -> None:
    answer = alice.post("/v1/jobs", json={**new_job(), "size": 153_601})
    problem = answer.json()
    assert answer.status_code == 413
    assert problem["type"] == "urn:gas:problem:file-too-large"
    assert problem["limit"] == 153_600
    assert problem["upgrade_url"] == "https://gas.test/upgrade"
    assert alice.get("/v1/jobs").json()["jobs"] == []
    assert service.inputs.uploads == {}


def test_a_plan_that_was_just_paid_for_counts_at_once(
    alice: TestClient, service: FakeService
) -> None:
    large = {**new_job(), "size": 153_601}
    assert alice.post("/v1/jobs", json=large).status_code == 413
    service.accounts.set_plan(alice.get("/v1/me").json()["id"], Plan.PREMIUM)
    assert alice.post("/v1/jobs", json=large).status_code == 201


def test_addresses_of_parts_can_be_had_again(alice: TestClient) -> None:
    created = create(alice)
    wanted = {"parts": {"1": base64_sha256(VCF)}}
    answer = alice.post(f"/v1/jobs/{created['job']['id']}/parts", json=wanted)
    assert answer.json()["parts"] == created["parts"]


def test_a_part_that_the_file_does_not_have_is_refused(alice: TestClient) -> None:
    job_id = create(alice)["job"]["id"]
    answer = alice.post(f"/v1/jobs/{job_id}/parts", json={"parts": {"2": base64_sha256(VCF)}})
    assert answer.status_code == 422
    assert answer.json()["detail"] == "The file has parts 1 to 1, so no part 2."


def test_submitting_twice_is_submitting_once(alice: TestClient, service: FakeService) -> None:
    created = create(alice)
    sent = send(service.inputs, created)
    path = f"/v1/jobs/{created['job']['id']}/submit"
    assert [alice.post(path, json=sent).status_code for _ in range(2)] == [200, 200]
    assert len(service.topics.requests) == 1


def test_pages_go_from_the_newest_job_to_the_oldest(alice: TestClient, clock: FakeClock) -> None:
    made = []
    for _ in range(5):
        clock.advance(timedelta(seconds=1))
        made.append(create(alice)["job"]["id"])
    seen, after = [], None
    while True:
        page = alice.get("/v1/jobs", params={"limit": 2} | ({"after": after} if after else {}))
        seen += [job["id"] for job in page.json()["jobs"]]
        after = page.json()["after"]
        if after is None:
            break
    assert seen == made[::-1]


def test_a_page_that_was_never_named_is_refused(alice: TestClient) -> None:
    assert alice.get("/v1/jobs", params={"after": "nowhere"}).status_code == 422


def test_what_happens_after_a_page_is_after_its_cursor(alice: TestClient) -> None:
    create(alice)
    cursor = alice.get("/v1/jobs").json()["cursor"]
    later = create(alice)["job"]
    events = alice.get("/v1/events/poll", params={"after": cursor, "wait": 0}).json()
    assert [event["data"]["job"] for event in events["events"]] == [later]


def test_a_finished_job_shows_its_counts_and_until_when_to_download(
    alice: TestClient, service: FakeService, clock: FakeClock
) -> None:
    job_id = submit(alice, service.inputs)
    service.complete(job_id)
    view = alice.get(f"/v1/jobs/{job_id}").json()
    assert view["counts"]["variants_in"] == 1
    assert view["result_available"] is True
    assert view["result_until"] == "2026-11-23T12:03:00Z"
    clock.advance(timedelta(minutes=3))
    view = alice.get(f"/v1/jobs/{job_id}").json()
    assert (view["result_available"], view["result_until"]) == (False, None)


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("result", "sample.annotated.vcf.gz"),
        ("log", "sample.annotation.log"),
        ("input", "sample.vcf"),
    ],
)
def test_each_file_is_offered_under_its_own_name(
    alice: TestClient, service: FakeService, kind: str, name: str
) -> None:
    job_id = submit(alice, service.inputs)
    service.complete(job_id)
    download = alice.get(f"/v1/jobs/{job_id}/{kind}").json()
    assert download["name"] == name
    files = service.inputs if kind == "input" else service.outputs
    assert files.get(download["url"])
    assert files.validities[download["url"]] == timedelta(seconds=60)


def test_a_log_comes_with_its_size_and_checksum_where_they_were_noted(
    alice: TestClient, service: FakeService
) -> None:
    job_id = submit(alice, service.inputs)
    done = service.complete(job_id)
    log = service.outputs.objects[file_keys(done.owner, job_id).log]
    download = alice.get(f"/v1/jobs/{job_id}/log").json()
    assert (download["size"], download["sha256"]) == (len(log), hashlib.sha256(log).hexdigest())
    service.jobs.replace(replace(done, log=None, version=done.version + 1), expected=done.version)
    download = alice.get(f"/v1/jobs/{job_id}/log").json()
    assert (download["size"], download["sha256"]) == (None, None)


def test_a_job_says_when_its_result_went_into_the_archive_and_came_back(
    alice: TestClient, service: FakeService, clock: FakeClock
) -> None:
    job_id = submit(alice, service.inputs)
    service.complete(job_id)
    lease, hours = timedelta(minutes=10), timedelta(hours=4)

    def times(*events: Event) -> tuple[str | None, str | None]:
        for event in events:
            transition(service.jobs, service.jobs.get(job_id), event, clock)
        view = alice.get(f"/v1/jobs/{job_id}").json()
        return view["archived_at"], view["restored_at"]

    assert times() == (None, None)
    clock.advance(timedelta(minutes=3))
    gone = "2026-11-23T12:03:00Z"
    assert times(ArchiveStarted(lease), Archived("ar", 0)) == (gone, None)
    asked = (ThawStarted(lease, hours), ThawRequested("ar", "th", hours))
    assert times(*asked) == (gone, None)
    clock.advance(hours)
    back = times(RestoreStarted("ar", lease), Restored(0))
    assert back == (gone, "2026-11-23T16:03:00Z")
    events = alice.get("/v1/events/poll", params={"after": 0, "wait": 0}).json()["events"]
    told = events[-1]["data"]["job"]
    assert (told["archived_at"], told["restored_at"]) == back


def test_the_address_of_a_result_ends_with_the_retention(
    alice: TestClient, service: FakeService, clock: FakeClock
) -> None:
    job_id = submit(alice, service.inputs)
    service.complete(job_id)
    clock.advance(timedelta(seconds=170))
    url = alice.get(f"/v1/jobs/{job_id}/result").json()["url"]
    assert service.outputs.validities[url] == timedelta(seconds=10)
    clock.advance(timedelta(seconds=10))
    answer = alice.get(f"/v1/jobs/{job_id}/result")
    assert answer.status_code == 409
    assert "Upgrade" in answer.json()["detail"]


def test_there_is_no_result_before_the_job_is_done(alice: TestClient, service: FakeService) -> None:
    job_id = submit(alice, service.inputs)
    assert alice.get(f"/v1/jobs/{job_id}/result").status_code == 409
    assert alice.get(f"/v1/jobs/{job_id}/log").status_code == 409


def test_a_job_can_be_called_off_until_it_is_done(alice: TestClient, service: FakeService) -> None:
    job_id = submit(alice, service.inputs)
    for _ in range(2):
        assert alice.post(f"/v1/jobs/{job_id}/cancel").json()["status"] == "cancelled"
    done = submit(alice, service.inputs)
    service.complete(done)
    assert alice.post(f"/v1/jobs/{done}/cancel").status_code == 409


def test_a_deleted_job_is_gone_and_its_other_windows_are_told(
    alice: TestClient, service: FakeService
) -> None:
    job_id = submit(alice, service.inputs)
    service.start(job_id)
    cursor = alice.get("/v1/jobs").json()["cursor"]
    assert alice.delete(f"/v1/jobs/{job_id}").status_code == 204
    assert alice.get(f"/v1/jobs/{job_id}").status_code == 404
    assert alice.get("/v1/jobs").json()["jobs"] == []
    events = alice.get("/v1/events/poll", params={"after": cursor, "wait": 0}).json()["events"]
    assert [event["data"]["job"]["status"] for event in events] == ["cancelled", "deleting"]
    assert service.jobs.get(job_id).status is Status.DELETING


@pytest.mark.parametrize("name", ["../../etc/passwd", "a%2e%2e?#.vcf", "\u202evcf.exe"])
def test_no_part_of_a_file_name_reaches_a_key(
    alice: TestClient, service: FakeService, name: str
) -> None:
    job = alice.post("/v1/jobs", json=new_job(name=name)).json()["job"]
    assert job["name"] == name
    owner = alice.get("/v1/me").json()["id"]
    assert [u.key for u in service.inputs.uploads.values()] == [f"in/{owner}/{job['id']}/input"]


def test_hexadecimal_and_base64_are_the_same_checksum() -> None:
    digest = hashlib.sha256(VCF)
    assert base64_sha256(VCF) == base64.b64encode(digest.digest()).decode()
