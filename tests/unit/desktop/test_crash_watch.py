"""What crashes leave behind on the disk: whose it is, what is said of it, and what is tidied up."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from desktop.support.crashes import KEPT, CrashWatch

ROOT = Path(__file__).parents[3]
LIMIT_SECONDS = 60
NOW = datetime(2026, 3, 14, 10, 43, 20, tzinfo=UTC)
DUMP = """\
Fatal Python error: Segmentation fault

Current thread 0x00007f1c4a0d7740 (most recent call first):
  File "{home}/lab/desktop/app.py", line 152 in _run
"""
PLACE = '\n\nCurrent thread 0x01 (most recent call first):\n  File "app.py", line 7 in f\n'
OF_COM = f"Windows fatal exception: code 0x8001010d{PLACE}"
OF_WINDOWS = f"Windows fatal exception: access violation{PLACE}"
WATCHED = """
import faulthandler, sys
from pathlib import Path
from desktop.support.crashes import CrashWatch
watch = CrashWatch(Path(sys.argv[1]))
watch.begin()
watch.tidy()
watch.close()
print(faulthandler.is_enabled())
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


def test_an_empty_report_is_tidied_up_and_another_is_not(tmp_path: Path) -> None:
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


@pytest.mark.parametrize("said", [OF_COM, 2 * OF_COM])
def test_what_com_has_handled_is_no_crash(tmp_path: Path, said: str) -> None:
    file = crashed(tmp_path, "crash-1.0-a.txt", said)
    watch = CrashWatch(tmp_path)
    assert watch.report(tmp_path) is None
    watch.tidy()
    assert not file.exists()


@pytest.mark.parametrize(
    "said", [OF_WINDOWS, OF_COM + OF_WINDOWS, OF_COM.replace("0x8001010d", "0xc0000374"), "cut o"]
)
def test_all_else_is_one(tmp_path: Path, said: str) -> None:
    file = crashed(tmp_path, "crash-1.0-a.txt", said)
    watch = CrashWatch(tmp_path)
    watch.tidy()
    report = watch.report(tmp_path)
    assert report is not None
    assert report.files == (file,)
    assert said.splitlines()[0] in report.text


def test_of_many_crashes_the_latest_are_kept(tmp_path: Path) -> None:
    names = [f"crash-1.0-{number}.txt" for number in range(KEPT + 3)]
    files = [crashed(tmp_path, name, "one", -60 * age) for age, name in enumerate(names)]
    watch = CrashWatch(tmp_path)
    report = watch.report(tmp_path)
    assert report is not None
    assert list(report.files) == files[:KEPT]
    watch.tidy()
    assert sorted(tmp_path.iterdir()) == files[:KEPT]


@pytest.mark.parametrize(("option", "said"), [("faulthandler", "True"), ("utf8", "False")])
def test_a_watch_that_ends_leaves_python_s_own_as_it_was(
    tmp_path: Path, option: str, said: str
) -> None:
    environ = {name: each for name, each in os.environ.items() if name != "PYTHONFAULTHANDLER"}
    ended = subprocess.run(
        [sys.executable, "-X", option, "-c", WATCHED, str(tmp_path)],
        env={**environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=LIMIT_SECONDS,
        check=False,
    )
    assert (ended.returncode, ended.stdout.strip()) == (0, said), ended.stderr
    assert list(tmp_path.iterdir()) == []
