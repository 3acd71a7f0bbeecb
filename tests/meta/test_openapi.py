"""What the API promises is in the repository, so that a change of it can be seen."""

from __future__ import annotations

import json
from pathlib import Path

from backend.api.app import document

_COMMITTED = Path(__file__).parents[1] / "data" / "openapi.json"


def test_the_served_document_is_the_committed_one() -> None:
    """If the change is wanted: `python -m backend.api.openapi > tests/data/openapi.json`."""
    assert document() == json.loads(_COMMITTED.read_text("utf-8"))


def test_the_event_stream_is_not_in_the_document() -> None:
    assert "/v1/events" not in document()["paths"]


def test_every_error_is_described_as_a_problem() -> None:
    for path, operations in document()["paths"].items():
        for method, operation in operations.items():
            for status, response in operation["responses"].items():
                if int(status) >= 400:
                    described = list(response["content"])
                    assert described == ["application/problem+json"], (path, method, status)
