"""When the service wants to be asked again, which it may say in two forms."""

from __future__ import annotations

import httpx2
import pytest

from desktop.client.connection import problem_error
from desktop.errors import ServerFaultError

DATE = "Sun, 29 Nov 2026 12:00:00 GMT"


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize(
    ("told", "date", "seconds"),
    [
        ("3600", "", 3600.0),
        ("Sun, 29 Nov 2026 12:01:30 GMT", DATE, 90.0),
        ("Sun, 29 Nov 2026 11:00:00 GMT", DATE, 0.0),
        ("Sun, 29 Nov 2026 12:01:30 GMT", "", None),
        ("soon", DATE, None),
        ("Sun, 29 Nov 2026 12:01:30 +99999999999999", DATE, None),
        ("Fri, 1 Jan 99999999999999999999 00:00:00 GMT", DATE, None),
        ("", DATE, None),
        ("-5", DATE, None),
    ],
)
def test_a_refusal_says_when_to_ask_again(
    status: int, told: str, date: str, seconds: float | None
) -> None:
    headers = {"Retry-After": told, "Date": date}
    error = problem_error(httpx2.Response(status, headers=headers))
    assert isinstance(error, ServerFaultError)
    assert error.retry_after == seconds
