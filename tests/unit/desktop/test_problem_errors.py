"""What a refusal says to the person where the service says nothing of it."""

from __future__ import annotations

import httpx2
import pytest

from backend.wire import ACCOUNT_DELETED, PROBLEM, Problem
from desktop.client.connection import problem_error
from desktop.errors import (
    AccountDeletedError,
    ConflictError,
    DesktopError,
    ForbiddenError,
    NotFoundError,
    QuotaReachedError,
    ServerFaultError,
    TooManyError,
)


@pytest.mark.parametrize("detail", ["", " \n"])
@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (403, ForbiddenError),
        (404, NotFoundError),
        (409, ConflictError),
        (413, QuotaReachedError),
        (429, TooManyError),
        (500, ServerFaultError),
    ],
)
def test_an_empty_detail_is_said_as_the_remedy(
    detail: str, status: int, kind: type[DesktopError]
) -> None:
    problem = Problem(type="about:blank", title="No", status=status, detail=detail)
    error = problem_error(httpx2.Response(status, content=problem.model_dump_json()))
    assert type(error) is kind
    assert error.sentence == kind.remedy


def test_a_deleted_account_is_told_from_what_is_not_allowed() -> None:
    kind = f"{PROBLEM}{ACCOUNT_DELETED}"
    problem = Problem(type=kind, title="No", status=403, detail="Gone for good.")
    error = problem_error(httpx2.Response(403, content=problem.model_dump_json()))
    assert type(error) is AccountDeletedError
    assert (error.sentence, error.status) == ("Gone for good.", 403)
