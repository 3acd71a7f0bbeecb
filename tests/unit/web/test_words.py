"""How things are said on the pages."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from backend.api.web import words

DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("bytes_", "said"),
    [
        (0, "0 bytes"), (1, "1 byte"), (999, "999 bytes"), (1_000, "1.0 KB"), (153_600, "154 KB"),
        (61_000_000, "61 MB"), (1_100_000_000, "1.1 GB"), (5 * 1024**4, "5.5 TB"),
    ],
)  # fmt: skip
def test_sizes(bytes_: int, said: str) -> None:
    assert words.size(bytes_) == said


@pytest.mark.parametrize(
    ("bytes_", "said"),
    [
        (153_600, "150 KB"), (150_000, "150 KB"), (10 * 1024**2, "10 MB"), (2 * 1024**3, "2 GB"),
        (1_500 * 1024, "1,500 KB"), (1_000, "1.0 KB"), (153_601, "154 KB"),
    ],
)  # fmt: skip
def test_limits_are_told_in_the_units_that_they_are_whole_in(bytes_: int, said: str) -> None:
    assert words.limit(bytes_) == said


@pytest.mark.parametrize(
    ("left", "said"),
    [
        (timedelta(seconds=-3), "0:00"), (timedelta(seconds=24.9), "0:24"),
        (timedelta(seconds=180), "3:00"), (timedelta(hours=2, seconds=5), "2:00:05"),
        (DAY * 2 + timedelta(hours=5, minutes=3), "2 d 5 h"),
    ],
)  # fmt: skip
def test_time_left(left: timedelta, said: str) -> None:
    assert words.left_text(left) == said


@pytest.mark.parametrize(
    ("length", "said"),
    [
        (timedelta(seconds=1), "1 second"), (timedelta(seconds=180), "3 minutes"),
        (timedelta(hours=3, minutes=10), "3 hours"), (DAY, "1 day"), (30 * DAY, "30 days"),
        (timedelta(seconds=-1), "0 seconds"),
    ],
)  # fmt: skip
def test_durations(length: timedelta, said: str) -> None:
    assert words.duration(length) == said


def test_times_are_in_utc_whatever_zone_they_come_in() -> None:
    moment = datetime(2026, 11, 23, 13, 5, 9, tzinfo=timezone(timedelta(hours=1)))
    assert words.when(moment) == words.when(moment.astimezone(UTC)) == "2026-11-23 12:05:09 UTC"
    assert words.when_shortly(moment) == "2026-11-23 12:05"
