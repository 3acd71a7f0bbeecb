"""The benchmark of the app's end: its arithmetic, and one small run of all of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.bench.desktop_endings import TRANSFERS, Kill, kill, quit_app, report, verdicts


def test_every_kill_and_every_quit_counts() -> None:
    made = report([Kill(1, 0), Kill(4, 0)], [0.9, 1.2], {"cores": 2})
    assert (made["sent_again"], made["quit_max"]) == (0, 1.2)
    assert (made["kills"], made["quits"]) == ([[1, 0], [4, 0]], [0.9, 1.2])
    assert list(verdicts(made)) == [
        "kill -9: 0 of 5 acknowledged parts sent again, at most 0: met",
        f"quit with {TRANSFERS} transfers: 1.2 s, at most 2 s: met",
    ]


def test_one_part_too_many_or_one_slow_end_is_a_miss() -> None:
    made = report([Kill(1, 0), Kill(4, 1)], [0.9, 2.1], {"cores": 2})
    assert list(verdicts(made)) == [
        "kill -9: 1 of 5 acknowledged parts sent again, at most 0: missed",
        f"quit with {TRANSFERS} transfers: 2.1 s, at most 2 s: missed",
    ]


@pytest.mark.slow
def test_the_app_is_killed_and_goes_on(tmp_path: Path) -> None:
    found = kill(tmp_path, parts=4, after=1)
    assert 1 <= found.acknowledged < 4
    assert found.again == 0


@pytest.mark.slow
def test_the_app_is_quit_while_files_are_on_their_way(tmp_path: Path) -> None:
    assert quit_app(tmp_path) > 0
