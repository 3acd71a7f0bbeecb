"""Row 7: somebody else's thing looks like one that is not there, in every route that names one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from starlette.testclient import TestClient

from backend.api.app import document
from backend.domain.job import Job, Status
from tests.fakes.service import FakeService
from tests.fakes.uploads import create, submit

# Every part of a path that stands for a thing.  A new one needs a test of its own here.
THINGS = {"job_id", "record", "allele"}
# What a job's result holds: there it is, in everybody's file.
WITHIN = {"record": 1, "allele": 1}
NOBODYS = "0" * 31 + "f"
# The states in which a route could do something to a job.
STATES = ("awaited", "pending", "running", "completed", "archived")


def _operations() -> Iterator[tuple[str, str]]:
    """Yield each method and path of the document that names a thing."""
    for path, operations in document()["paths"].items():
        if "{" in path:
            for method in operations:
                yield method.upper(), path


OPERATIONS = sorted(_operations())


def _job(alice: TestClient, service: FakeService, state: str) -> Job:
    if state == "awaited":
        return service.jobs.get(str(create(alice)["job"]["id"]))
    job_id = submit(alice, service.inputs)
    if state == "running":
        service.start(job_id)
    elif state in {"completed", "archived"}:
        service.complete(job_id)
    return service.jobs.get(job_id)


def test_row_07_every_kind_of_thing_that_a_route_names_is_known_here() -> None:
    named = {name for _, path in OPERATIONS for name in re.findall(r"\{(\w+)\}", path)}
    assert named == THINGS
    assert len(OPERATIONS) >= 9


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("operation", OPERATIONS, ids=" ".join)
def test_row_07_somebody_elses_thing_looks_like_none(
    alice: TestClient,
    bob: TestClient,
    service: FakeService,
    operation: tuple[str, str],
    state: str,
) -> None:
    method, path = operation
    job = _job(alice, service, state)
    if state == "archived":
        service.jobs.replace(_archived(job), expected=job.version)
    before, files = service.jobs.get(job.id), dict(service.outputs.objects)
    theirs = bob.request(method, path.format(job_id=job.id, **WITHIN))
    none = bob.request(method, path.format(job_id=NOBODYS, **WITHIN))
    assert (theirs.status_code, none.status_code) == (404, 404)
    assert _said(theirs.text, job.id) == _said(none.text, NOBODYS)
    assert service.jobs.get(job.id) == before
    assert service.outputs.objects == files
    assert service.access_log.noted == []


def _archived(job: Job) -> Job:
    return replace(job, status=Status.ARCHIVED, archive_id="archive", version=job.version + 1)


def _said(text: str, job_id: str) -> str:
    """Return what was answered but for the ids that differ."""
    return re.sub(r"urn:gas:request:[0-9a-f]+", "", text.replace(job_id, "<id>"))


def test_row_07_lists_hold_ones_own_things_only(
    alice: TestClient, bob: TestClient, service: FakeService
) -> None:
    theirs = {submit(alice, service.inputs) for _ in range(3)}
    own = submit(bob, service.inputs)
    assert [job["id"] for job in bob.get("/v1/jobs").json()["jobs"]] == [own]
    assert {job["id"] for job in alice.get("/v1/jobs").json()["jobs"]} == theirs


def test_row_07_a_place_in_somebody_elses_list_leads_nowhere(
    alice: TestClient, bob: TestClient, service: FakeService
) -> None:
    for _ in range(3):
        submit(alice, service.inputs)
    after = alice.get("/v1/jobs?limit=1").json()["after"]
    assert bob.get("/v1/jobs", params={"after": after}).json()["jobs"] == []


def test_row_07_live_events_are_ones_own(
    alice: TestClient, bob: TestClient, service: FakeService
) -> None:
    submit(alice, service.inputs)
    answer = bob.get("/v1/events/poll?after=0&wait=0").json()
    assert (answer["events"], answer["cursor"]) == ([], 0)


def test_row_07_the_end_of_one_account_is_not_the_end_of_another(
    alice: TestClient, bob: TestClient, service: FakeService
) -> None:
    job_id = submit(alice, service.inputs)
    bob.get("/v1/me")
    assert bob.request("DELETE", "/v1/me", json={"confirm": "alice@local.test"}).status_code == 422
    assert bob.request("DELETE", "/v1/me", json={"confirm": "bob@local.test"}).status_code == 204
    assert alice.get(f"/v1/jobs/{job_id}").status_code == 200
    assert alice.get("/v1/me").json()["id"] not in service.deletions.stored
