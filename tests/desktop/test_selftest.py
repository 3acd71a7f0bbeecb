"""The app's own test passes where the app works, and says what failed where it does not."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from backend.local.globus.directory import Client, User
from backend.local.globus.pages import authorize_page
from backend.wire import JobStatus
from desktop.__main__ import NO_SERVER
from desktop.frozen import clean_environment
from desktop.selftest import LOCAL_PAGE, SelfTest, first_person
from tests.desktop.desk import Desk, eventually
from tests.desktop.http_service import VCF, HttpService
from tests.stack import running_stack

ROOT = Path(__file__).parents[2]


@pytest.fixture
def sample(tmp_path: Path) -> Path:
    """A file of one record, which the service's worker says it has annotated."""
    path = tmp_path / "selftest-1.vcf"
    path.write_bytes(VCF)
    return path


@pytest.fixture
def longer_sample(sample: Path) -> Path:
    """A file of two records, of which the service's worker says that it has annotated one."""
    sample.write_bytes(VCF + b"MT\t152\t.\tT\tC\t.\t.\t.\n")
    return sample


@pytest.fixture(autouse=True)
def hooks(monkeypatch: pytest.MonkeyPatch, loop: asyncio.AbstractEventLoop) -> Iterator[None]:
    """The hooks that the self-test sets are those of before afterwards."""
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    yield
    loop.set_exception_handler(None)


def begun(desk: Desk, sample: Path, said: list[str]) -> SelfTest:
    """Begin the test in a window whose browser signs in at once."""
    desk.sign_in.browser.set()
    test = SelfTest(sample, said.append)
    test.begin(desk.window)
    return test


async def submitted(desk: Desk) -> str:
    """Return the one job once it is submitted."""
    await eventually(lambda: [job.status for job in desk.model.book] == [JobStatus.PENDING])
    (job,) = desk.model.book
    return job.id


async def test_an_app_that_works_passes(desk: Desk, service: HttpService, sample: Path) -> None:
    said: list[str] = []
    test = begun(desk, sample, said)
    job_id = await submitted(desk)
    service.start(job_id)
    service.complete(job_id)
    await eventually(lambda: not desk.window.isVisible())
    assert test.failure is None
    assert said == ["signed in", "uploaded", "completed: 1 records"]


async def test_a_job_that_fails_is_told_with_its_reason(
    desk: Desk, service: HttpService, sample: Path
) -> None:
    test = begun(desk, sample, [])
    job_id = await submitted(desk)
    service.start(job_id)
    service.fail(job_id, "Line 3 has 2 columns.")
    await eventually(lambda: not desk.window.isVisible())
    assert test.failure is not None
    assert "Line 3 has 2 columns." in test.failure


async def test_a_record_that_does_not_come_back_is_a_failure(
    desk: Desk, service: HttpService, longer_sample: Path
) -> None:
    test = begun(desk, longer_sample, [])
    job_id = await submitted(desk)
    service.start(job_id)
    service.complete(job_id)
    await eventually(lambda: not desk.window.isVisible())
    assert test.failure is not None
    assert test.failure.startswith("1 of 2 records came back")


async def test_a_bug_that_only_a_toast_would_tell_is_a_failure(
    desk: Desk, sample: Path, loop: asyncio.AbstractEventLoop
) -> None:
    test = begun(desk, sample, [])
    loop.call_exception_handler({"message": "bug", "exception": ZeroDivisionError("a bug")})
    await eventually(lambda: not desk.window.isVisible())
    assert test.failure is not None
    assert "ZeroDivisionError: a bug" in test.failure


async def test_another_sign_in_than_the_local_one_is_refused(
    desk: Desk, service: HttpService, sample: Path
) -> None:
    test = SelfTest(sample, lambda _line: None)
    test.begin(desk.window)
    test.open_url(f"{service.url}/v1/config")
    await eventually(lambda: not desk.window.isVisible())
    assert test.failure is not None
    assert "gas local up" in test.failure


def test_a_window_that_is_closed_before_the_end_has_not_passed(sample: Path) -> None:
    assert SelfTest(sample, lambda _line: None).failure is not None


def test_the_stand_ins_page_is_known_by_what_it_says() -> None:
    ada = User("ada@local.test", "Ada Lovelace", "ada@local.test")
    page = authorize_page(Client("id", "GAS"), [ada], ["openid"])
    text = bytes(page.body).decode()
    assert LOCAL_PAGE in text
    assert first_person(text) == "ada@local.test"
    assert first_person("<h1>another page</h1>") is None


def test_the_self_test_asks_for_a_server() -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "desktop", "--selftest"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 2
    assert NO_SERVER in ended.stderr


def test_opened_programs_get_the_environment_of_before() -> None:
    frozen = {
        "HOME": "/home/ada",
        "LD_LIBRARY_PATH": "/opt/gas-desktop/_internal:/opt/lab/lib",
        "LD_LIBRARY_PATH_ORIG": "/opt/lab/lib",
        "QT_PLUGIN_PATH": "/opt/gas-desktop/_internal/PySide6/Qt/plugins",
    }
    clean_environment(frozen)
    assert frozen == {"HOME": "/home/ada", "LD_LIBRARY_PATH": "/opt/lab/lib"}
    alone = {"LD_LIBRARY_PATH": "/opt/gas-desktop/_internal"}
    clean_environment(alone)
    assert alone == {}


HANGS = """
import sys, threading
from pathlib import Path
from desktop.selftest import watchdog
with watchdog(Path(sys.argv[1]), 0.0):
    threading.Event().wait()
"""


def test_a_test_that_hangs_ends_and_leaves_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "gas-selftest-1"
    folder.mkdir()
    (folder / "state.db").touch()
    ended = subprocess.run(
        [sys.executable, "-c", HANGS, str(folder)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ended.returncode == 1
    assert "wait" in ended.stderr
    assert not folder.exists()


@pytest.mark.stack
@pytest.mark.slow
def test_the_app_passes_on_a_local_stack(tmp_path: Path) -> None:
    with running_stack(tmp_path / "stack") as stack:
        ended = subprocess.run(
            [sys.executable, "-m", "desktop", "--selftest", "--server", stack.api_url],
            cwd=ROOT,
            env={**os.environ, "HOME": str(tmp_path)},
            capture_output=True,
            text=True,
            timeout=240,
            check=False,
        )
    assert (ended.returncode, ended.stderr) == (0, "")
    assert ended.stdout.splitlines() == [
        "painted",
        "signed in",
        "uploaded",
        "completed: 157 records",
    ]
