"""What crashes leave behind on the disk: whose it is, what is said of it, and what is tidied up."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from desktop.support.crashes import CrashWatch

ROOT = Path(__file__).parents[3]
LIMIT_SECONDS = 60
NOW = datetime(2026, 3, 14, 10, 43, 20, tzinfo=UTC)
DUMP = """\
Fatal Python error: Segmentation fault

Current thread 0x00007f1c4a0d7740 (most recent call first):
  File "{home}/lab/desktop/app.py", line 152 in _run
"""


def crashed(folder: Path, name: str, said: str, seconds: int = 0) -> Path:
    """Leave a report behind, so many *seconds* after NOW."""
    file = folder / name
    file.write_text(said, "utf-8")
    at = NOW.timestamp() + seconds
    os.utime(file, (at, at))
    return file


def test_a_report_says_when_which_version_and_where_without_the_person_s_name(
    tmp_path: Path,
) -> None:
    home = Path("/home/ada")
    file = crashed(tmp_path, "crash-0.9.1-k_3x.txt", DUMP.format(home=home))
    report = CrashWatch(tmp_path).report(home)
    assert report is not None
    when, head, _, what, _, _, where = report.text.splitlines()
    assert when == "2026-03-14 10:43:20Z"
    assert head.startswith("gas-desktop 0.9.1, Python ")
    assert what == "Fatal Python error: Segmentation fault"
    assert where == 'File "~/lab/desktop/app.py", line 152 in _run'
    assert report.files == (file,)


def test_of_several_crashes_the_latest_is_told_first_and_all_are_removed(tmp_path: Path) -> None:
    crashed(tmp_path, "crash-1.0-b.txt", "the second", seconds=60)
    crashed(tmp_path, "crash-1.0-a.txt", "the first")
    crashed(tmp_path, "crash-1.0-c.txt", "")
    report = CrashWatch(tmp_path).report(tmp_path)
    assert report is not None
    said = [line for line in report.text.splitlines() if line.startswith("the ")]
    assert said == ["the second", "the first"]
    report.remove()
    assert [file.name for file in tmp_path.iterdir()] == ["crash-1.0-c.txt"]


def test_what_cannot_be_read_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "crash-1.0-a.txt").mkdir()
    watch = CrashWatch(tmp_path)
    watch.tidy()
    assert watch.report(tmp_path) is None
    assert (tmp_path / "crash-1.0-a.txt").is_dir()


def test_only_empty_reports_are_tidied_up(tmp_path: Path) -> None:
    crashed(tmp_path, "crash-1.0-a.txt", "")
    crashed(tmp_path, "app.lock", "")
    kept = crashed(tmp_path, "crash-1.0-b.txt", "Fatal Python error")
    CrashWatch(tmp_path).tidy()
    assert sorted(tmp_path.iterdir()) == [tmp_path / "app.lock", kept]


@pytest.mark.parametrize("place", ["not made yet", "a file"])
def test_where_no_report_can_be_kept_the_app_goes_on(tmp_path: Path, place: str) -> None:
    (tmp_path / "a file").touch()
    watch = CrashWatch(tmp_path / place)
    assert watch.report(tmp_path) is None
    if place == "a file":
        watch.begin()
    watch.tidy()
    watch.close()
    assert not list(tmp_path.rglob("crash-*"))


@pytest.mark.skipif(sys.platform == "win32", reason="a file that is open is not removed there")
def test_a_start_whose_file_was_tidied_up_by_another_gets_a_new_one(tmp_path: Path) -> None:
    script = Path(__file__).with_name("crash_watch_child.py")
    ended = subprocess.run(
        [sys.executable, str(script), str(tmp_path)],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        timeout=LIMIT_SECONDS,
        check=False,
    )
    assert ended.returncode < 0
    (file,) = tmp_path.iterdir()
    assert "Fatal Python error: Aborted" in file.read_text("utf-8")
