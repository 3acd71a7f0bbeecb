"""The API does what its OpenAPI document says, whatever it is sent.

Schemathesis makes requests from the document and compares the answers with it.
"""

from __future__ import annotations

import gzip
import re
from typing import Any

import schemathesis
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from schemathesis.config import SchemathesisConfig
from starlette.testclient import TestClient

from backend.domain.files import file_keys
from tests.fakes.service import FakeService
from tests.fakes.uploads import create, submit
from tests.variant_rows import STORED, a_row

# Newer than every wish to be signed out everywhere, which is among the requests.
_TOKEN = "token-of-alice@2100-01-01T00:00:00+00:00"
_HEADERS = {"authorization": f"Bearer {_TOKEN}"}
# The document cannot say how size and checksums hang together, nor what the plan allows: such
# requests are of the right form and refused all the same, by a problem of another type.
_REFUSALS = {
    413: "urn:gas:problem:file-too-large",
    422: "urn:gas:problem:rejected",
}
_ACCEPTED = ["2xx", "404", "409", *map(str, _REFUSALS)]
_CONFIG = SchemathesisConfig.from_dict(
    {
        "auth": {"openapi": {"globus": {"bearer": _TOKEN}}},
        "checks": {"positive_data_acceptance": {"expected-statuses": _ACCEPTED}},
    }
)

_service = FakeService()
_app = _service.app()
_document = schemathesis.openapi.from_asgi("/openapi.json", _app, config=_CONFIG)
# A poll waits, as it should.
schema = _document.exclude(path="/v1/events/poll")


def _job(which: int) -> str:
    """Make a job of the caller, awaited, pending, running or completed, and return its id."""
    alice = TestClient(_app, headers=_HEADERS)
    if which == 0:
        return str(create(alice)["job"]["id"])
    job_id = submit(alice, _service.inputs)
    if which == 2:
        _service.start(job_id)
    elif which == 3:
        job = _service.complete(job_id)
        keys = file_keys(job.owner, job.id)
        _service.tables.stored[keys.table] = (STORED, [a_row(symbol="TP53"), a_row(record=2)])
        _service.outputs.objects[keys.result] = gzip.compress(b"#CHROM\n1\t1\n1\t2\n")
    return job_id


@schemathesis.check
def refused_for_a_reason(
    _context: schemathesis.CheckContext,
    response: schemathesis.Response,
    case: schemathesis.Case[Any],
) -> None:
    """A request of the right form is never said to be of the wrong one."""
    positive = case.meta is not None and case.meta.generation.mode.is_positive
    if positive and response.status_code in _REFUSALS:
        assert response.json()["type"] == _REFUSALS[response.status_code], response.text


@schema.given(which=st.integers(0, 5))
@schema.parametrize()
@settings(max_examples=40, suppress_health_check=list(HealthCheck))
def test_the_api_keeps_to_its_document(case: schemathesis.Case[Any], which: int) -> None:
    # A made-up id is never that of a job, so most of them are replaced.
    if re.fullmatch("[0-9a-f]{32}", case.path_parameters.get("job_id", "")) and which < 4:
        case.path_parameters["job_id"] = _job(which)
    case.call_and_validate()
