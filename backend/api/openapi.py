"""The OpenAPI document: what FastAPI makes of the routes, with problems as they really are.

`python -m backend.api.openapi` prints it.
"""

from __future__ import annotations

from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

from backend import wire

_REF = "#/components/schemas/{model}"
_PROBLEM_CONTENT = {"application/problem+json": {"schema": {"$ref": _REF.format(model="Problem")}}}


def problem_responses(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return the description of these error *statuses*, for a route's `responses`."""
    return {
        status: {"description": HTTPStatus(status).phrase, "content": _PROBLEM_CONTENT}
        for status in statuses
    }


def with_problems(document: dict[str, Any]) -> dict[str, Any]:
    """Return *document* with what all routes have in common, though none says it by its types.

    That is the schema of a problem; and whoever has to sign in may be told that it is too often.
    """
    schema = wire.Problem.model_json_schema(ref_template=_REF)
    document["components"]["schemas"] |= {**schema.pop("$defs", {}), "Problem": schema}
    for operation in _operations(document):
        if "401" in operation["responses"]:
            operation["responses"]["429"] = problem_responses(429)[429]
    return document


def _operations(document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for methods in document["paths"].values():
        yield from methods.values()


def main() -> None:
    """Print the document."""
    # The routes describe their errors by this module, so it cannot know them before.
    import json
    import sys

    from backend.api.app import document

    json.dump(document(), sys.stdout, indent=2, ensure_ascii=False)
    sys.stdout.write("\n")


if __name__ == "__main__":
    main()
