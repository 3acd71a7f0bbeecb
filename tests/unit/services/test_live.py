"""Whoever reads live events can tell whether one is missing."""

from __future__ import annotations

import pytest

from backend.services.live import Batch, StoredEvent


@pytest.mark.parametrize(
    ("after", "seen", "latest", "complete"),
    [
        (4, [5, 6], 6, True),
        (4, [6], 6, False),
        (6, [], 6, True),
        (4, [], 6, False),
        (0, [], 0, True),
    ],
)
def test_batch_says_whether_it_follows(
    after: int, seen: list[int], latest: int, *, complete: bool
) -> None:
    events = tuple(StoredEvent(number, "job", {}) for number in seen)
    assert Batch(events, latest).follows(after) is complete
