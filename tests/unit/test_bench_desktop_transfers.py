"""The benchmark of uploads: its arithmetic, and one small run of all of it."""

from __future__ import annotations

import pytest

from backend.cli import main
from tests.bench.desktop_transfers import Round, Size, ratio, report, run, verdicts

ROUNDS = [Round(raw=100, upload=95, preparing=50), Round(200, 150, 70), Round(80, 80, 60)]


def test_rounds_are_compared_within_themselves() -> None:
    assert ratio(ROUNDS) == 0.95


def test_the_report_says_whether_the_upload_is_fast_enough() -> None:
    made = report({"plain": ROUNDS, "tls": ROUNDS[1:2]}, Size(512, 3), {"cores": 2})
    assert made["plain"] == {
        "ratio": 0.95,
        "met": True,
        "raw_mib_s": 100,
        "upload_mib_s": 95,
        "preparing_mib_s": 60,
        "rounds": [[100, 95], [200, 150], [80, 80]],
    }
    assert list(verdicts(made)) == [
        "plain: 0.95 of a raw socket, target 0.9: met",
        "tls: 0.75 of a raw socket, target 0.9: missed",
    ]


def test_a_small_file_goes_through_all_of_it() -> None:
    said: list[str] = []
    made = run(Size(mebibytes=9, rounds=2), said.append)
    assert [line.split(":")[0] for line in said] == ["plain", "tls"]
    assert all(made[kind]["ratio"] > 0 for kind in ("plain", "tls"))  # type: ignore[index]


def test_the_command_says_both_verdicts(capsys: pytest.CaptureFixture[str]) -> None:
    command = ["bench", "desktop", "--only", "transfers", "--mebibytes", "9", "--rounds", "1"]
    assert main(command) == 0
    said = capsys.readouterr().err.splitlines()
    judged = [line.split(":")[0] for line in said if line.endswith((": met", ": missed"))]
    assert judged == ["plain", "tls"]
