"""How the app begins, what it opens, and how it ends."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from backend import __version__
from desktop.__main__ import NO_DISPLAY
from desktop.errors import DesktopError, ForbiddenError, OfflineError
from desktop.platform.opening import Opener
from desktop.settings import LOCAL_SERVER, Settings
from desktop.ui.aio import Tasks
from tests.desktop.conftest import Run
from tests.desktop.desk import eventually

ROOT = Path(__file__).parents[2]
HOME = Path("/home/ada")


def app(*arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "desktop", *arguments]
    return subprocess.run(
        command, cwd=ROOT, env=environ, capture_output=True, text=True, timeout=60, check=False
    )


def test_the_version_is_said_without_a_window() -> None:
    assert app("--version").stdout == f"gas-desktop {__version__}\n"


def test_the_window_is_there_before_what_speaks_to_the_network() -> None:
    late = ("httpx2", "boto3", "globus_sdk", "keyring", "desktop.services")
    code = f"import sys, desktop.app; print([name for name in {late} if name in sys.modules])"
    ended = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert ended.stdout == "[]\n", ended.stderr


@pytest.mark.skipif(sys.platform != "linux", reason="other systems always have a screen")
def test_without_a_screen_there_is_one_sentence() -> None:
    ended = app()
    assert (ended.returncode, ended.stderr) == (2, f"{NO_DISPLAY}\n")


@pytest.mark.skipif(sys.platform != "linux", reason="other systems always have a screen")
def test_a_screen_that_does_not_answer_is_none(tmp_path: Path) -> None:
    named = {"DISPLAY": ":59999", "WAYLAND_DISPLAY": "wayland-0", "XDG_RUNTIME_DIR": str(tmp_path)}
    ended = app(**named, GAS_DESKTOP_DATA=str(tmp_path / "data"))
    assert (ended.returncode, ended.stderr) == (2, f"{NO_DISPLAY}\n")
    # The next start is not to say that the app crashed.
    assert not (tmp_path / "data").exists()


def test_the_command_line_goes_before_the_environment() -> None:
    environ = {"GAS_SERVER": "https://gas.example.org/", "GAS_DESKTOP_DATA": "/data"}
    assert Settings.read(environ, HOME).server == "https://gas.example.org"
    assert Settings.read(environ, HOME, "http://127.0.0.1:9").server == "http://127.0.0.1:9"
    assert Settings.read(environ, HOME).data == Path("/data")
    assert Settings.read({}, HOME).server == LOCAL_SERVER
    assert Settings.read({}, HOME).downloads == HOME / "Downloads"


@pytest.mark.parametrize(
    "url",
    [
        "https://checkout.stripe.com/pay",
        "https://auth.globus.org/v2/oauth2/authorize",
        "https://gas.lab/account",
        "http://127.0.0.1:8080/upgrade",
        "http://localhost/x",
        "http://gas.lab:8080/upgrade",
    ],
)
def test_harmless_addresses_are_opened(url: str) -> None:
    opened: list[str] = []

    def note(address: str) -> bool:
        opened.append(address)
        return True

    Opener("http://gas.lab:8080", note).open(url)
    assert opened == [url]


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "smb://host/share",
        "javascript:alert(1)",
        "http://elsewhere.example.org",
        "https://elsewhere.example.org",
        "https://stripe.com.example.org",
        "http://gas.lab:8081/other-port",
        "https://user@host/",
        "https://[broken",
        "",
    ],
)
def test_other_addresses_are_refused(url: str) -> None:
    def fail(_url: str) -> bool:
        raise AssertionError(url)

    with pytest.raises(ForbiddenError):
        Opener("http://gas.lab:8080", fail).open(url)


def test_a_generator_that_nobody_closed_is_closed_by_the_loop(arun: Run) -> None:
    closed_in: list[asyncio.AbstractEventLoop] = []

    async def numbers() -> AsyncGenerator[int, None]:
        try:
            yield 1
        finally:
            await asyncio.sleep(0)
            closed_in.append(asyncio.get_running_loop())

    async def begin() -> None:
        forgotten = numbers()
        assert await anext(forgotten) == 1

    arun(begin())
    arun(eventually(lambda: closed_in))
    assert len(closed_in) == 1


def test_errors_of_tasks_are_shown_and_bugs_reported(
    arun: Run, loop: asyncio.AbstractEventLoop
) -> None:
    shown: list[DesktopError] = []
    bugs: list[object] = []
    tasks = Tasks(shown.append)
    offline, bug = OfflineError(), ZeroDivisionError()

    async def raise_(error: Exception) -> None:
        raise error

    async def both() -> None:
        loop.set_exception_handler(lambda _loop, context: bugs.append(context["exception"]))
        tasks.start(raise_(offline), "offline")
        tasks.start(raise_(bug), "bug")
        await tasks.idle()

    try:
        arun(both())
    finally:
        loop.set_exception_handler(None)
    assert (shown, bugs) == ([offline], [bug])
