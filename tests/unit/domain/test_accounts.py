"""Which tokens the owner of an account has ended."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from backend.domain.accounts import Account

NOW = datetime(2026, 1, 1, 12, 0, 0, 400_000, tzinfo=UTC)
ACCOUNT = Account("a" * 32, "alice", "Alice", "alice@local.test", "")
LEFT = Account("a" * 32, "alice", "Alice", "alice@local.test", "", signed_out_at=NOW)


@pytest.mark.parametrize(
    ("later", "has_ended"),
    [(timedelta(days=-1), True), (timedelta(0), True), (timedelta(seconds=1), False)],
)
def test_tokens_of_before_a_sign_out_have_ended(later: timedelta, *, has_ended: bool) -> None:
    issued_at = (NOW + later).replace(microsecond=0)
    assert LEFT.has_ended(issued_at) is has_ended
    assert not ACCOUNT.has_ended(issued_at)
