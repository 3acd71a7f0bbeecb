"""Row 27: nobody sets a field that was not asked for, in any request."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from starlette.testclient import TestClient

from backend.api.app import document
from tests.fakes.service import FakeService
from tests.fakes.uploads import create, new_job, send

# What somebody might try to set of an account or a job.
EXTRA = {"plan": "premium", "owner": "f" * 32, "status": "completed", "archive_due": None}


def _operations() -> Iterator[tuple[str, str, str]]:
    """Yield method, path and model of each request that has a body."""
    for path, operations in document()["paths"].items():
        for method, operation in operations.items():
            body = operation.get("requestBody", {}).get("content", {}).get("application/json")
            if body is not None:
                yield method.upper(), path, body["schema"]["$ref"].rpartition("/")[2]


OPERATIONS = sorted(_operations())


def _bodies(service: FakeService, created: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Return a good request of each model."""
    return {
        "NewJob": new_job(),
        "PartsWanted": {"parts": {"1": "A" * 43 + "="}},
        "Submission": send(service.inputs, created),
        "AccountEnd": {"confirm": "alice@local.test"},
        "VariantExport": {"format": "tsv"},
    }


def test_row_27_every_model_that_comes_in_is_known_here(
    alice: TestClient, service: FakeService
) -> None:
    known = set(_bodies(service, create(alice)))
    assert {model for _, _, model in OPERATIONS} == known


@pytest.mark.parametrize("extra", EXTRA)
@pytest.mark.parametrize("operation", OPERATIONS, ids=" ".join)
def test_row_27_a_field_too_many_is_refused_and_nothing_is_done(
    alice: TestClient, service: FakeService, operation: tuple[str, str, str], extra: str
) -> None:
    created = create(alice)
    job = service.jobs.get(created["job"]["id"])
    account = service.accounts.get(job.owner)
    method, path, model = operation
    body = _bodies(service, created)[model]
    answer = alice.request(method, path.format(job_id=job.id), json=body | {extra: EXTRA[extra]})
    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == [extra]
    assert service.jobs.get(job.id) == job
    assert service.accounts.get(job.owner) == account
    # Without it there is nothing wrong with the form, though there may be no result yet.
    again = alice.request(method, path.format(job_id=job.id), json=body)
    assert again.is_success or again.status_code == 409
