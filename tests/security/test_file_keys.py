"""Row 8: keys are made by the service; nothing that a client writes reaches one."""

from __future__ import annotations

import re
from dataclasses import fields
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from backend.aws.files import disposition
from backend.domain.files import file_keys, recipe_key, shard_keys
from tests.fakes.service import FakeService
from tests.fakes.uploads import create, new_job, send

KEY = re.compile(r"in/[0-9a-f]{32}/[0-9a-f]{32}/input")
EVIL = ["../../x", "..\\x", "a%2e%2e%2fb", "a\x00b", "a?b=c", "a#b", "in/other/job/input", "\u202e"]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(name=st.text(min_size=1, max_size=300) | st.sampled_from(EVIL))
@example(name="../../../out/victim/job/result.vcf.gz")
@example(name="a\x00.vcf")
def test_row_08_no_file_name_reaches_a_key(
    alice: TestClient, service: FakeService, name: str
) -> None:
    service.inputs.uploads.clear()
    answer = alice.post("/v1/jobs", json=new_job(name=name))
    keys = [upload.key for upload in service.inputs.uploads.values()]
    if answer.status_code != 201:
        assert (answer.status_code, keys) == (422, [])
        return
    (key,) = keys
    assert KEY.fullmatch(key)
    assert answer.json()["job"]["id"] in key


@pytest.mark.parametrize(
    "more",
    [
        {"key": "in/other/job/input"},
        {"bucket": "other"},
        {"id": "a" * 32},
        {"owner": "b" * 32},
        {"upload_id": "x"},
    ],
)
def test_row_08_a_client_cannot_name_a_key(
    alice: TestClient, service: FakeService, more: dict[str, Any]
) -> None:
    assert alice.post("/v1/jobs", json={**new_job(), **more}).status_code == 422
    created = create(alice)
    path = f"/v1/jobs/{created['job']['id']}"
    sent = send(service.inputs, created)
    assert alice.post(f"{path}/submit", json={**sent, **more}).status_code == 422
    part = {**sent["parts"][0], **more}
    assert alice.post(f"{path}/submit", json={"parts": [part]}).status_code == 422
    assert alice.post(f"{path}/submit", json=sent).status_code == 200


@pytest.mark.parametrize("job_id", ["..%2f..%2fx", "%2e%2e", "A" * 32, "0" * 33, "0" * 31 + "%00"])
def test_row_08_an_id_that_is_none_is_not_looked_for(alice: TestClient, job_id: str) -> None:
    for path in ("", "/result", "/log", "/input"):
        assert alice.get(f"/v1/jobs/{job_id}{path}").status_code in {404, 422}


@given(name=st.text() | st.sampled_from(EVIL))
def test_row_08_a_name_changes_nothing_but_the_name_of_a_download(name: str) -> None:
    header = disposition(name)
    assert header.isascii()
    assert header.isprintable()
    found = re.fullmatch(
        r"attachment; filename=\"([^\"\\%]*)\"; filename\*=UTF-8''([^;\"\\ ]*)", header
    )
    assert found, header


def test_row_08_all_keys_of_a_job_are_made_of_its_ids() -> None:
    keys = file_keys("o" * 32, "j" * 32, 2)
    shard = shard_keys("o" * 32, "j" * 32, "p" * 32, 3)
    made = [getattr(keys, item.name) for item in fields(keys)]
    made += [getattr(shard, item.name) for item in fields(shard)]
    made += [recipe_key("o" * 32, "j" * 32, "p" * 32)]
    assert all(f"/{'o' * 32}/{'j' * 32}/" in key for key in made)
    assert all(re.fullmatch(r"(in|out|work)/[a-z0-9./]+", key) for key in made)
