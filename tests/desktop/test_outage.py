"""A service that gives no answer that helps: what is said, and that it passes by itself."""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path

import pytest

from backend.wire import JobStatus
from desktop.errors import (
    DesktopError,
    ForbiddenError,
    OfflineError,
    ProxyError,
    ServerFaultError,
    TooManyError,
    UntrustedError,
)
from desktop.sentences import said
from desktop.transfer.items import State
from desktop.ui.actions.jobs import next_wait
from desktop.ui.actions.outage import Outage
from desktop.ui.views.main_window import MainWindow
from desktop.waits import LONGEST_WAIT
from tests.desktop.clicks import enter, status, submit
from tests.desktop.desk import Desk, eventually
from tests.desktop.http_service import HttpService
from tests.desktop.transfer_steps import file, items, states

REFUSED = (
    "The request for your annotations was refused, by the service or by a proxy on the way to it."
)
ALL_EVENTS = ("/v1/events", "/v1/events/poll")


def begin(desk: Desk) -> None:
    """Come in with a sign-in that was kept, whatever the service says then."""
    desk.sign_in.token, desk.sign_in.found = "token-of-ada", True
    desk.actions.session.begin()


def hold(desk: Desk) -> asyncio.Event:
    """Have the list wait for the event that is returned before it is tried again."""
    again = asyncio.Event()

    async def pause(_seconds: float) -> None:
        await again.wait()

    desk.actions.jobs.pause = pause
    return again


def banner(desk: Desk) -> str:
    shown = desk.window.banners.shown.get("offline")
    return shown.sentence.text() if shown else ""


@pytest.mark.parametrize(
    ("path", "code"),
    [("/v1/me", 403), ("/v1/jobs", 404), ("/v1/me", 409), ("/v1/jobs", 403), ("/v1/jobs", 503)],
)
async def test_a_list_that_is_refused_is_said_so_and_tried_again(
    desk: Desk, service: HttpService, path: str, code: int
) -> None:
    service.blocked[path] = (code, "")
    again = hold(desk)
    begin(desk)
    await eventually(lambda: banner(desk))
    page = desk.window.annotations
    assert page.states.currentWidget() is page.offline
    told = "The service has a problem." if code == 503 else REFUSED
    title = "The service has a problem" if code == 503 else "Your annotations cannot be read"
    assert (banner(desk), page.offline.title.text()) == (f"{told} Next try in 1 s.", title)
    assert desk.window.trouble == told
    assert desk.window.account.state.text().startswith(f"{told} Your account ")
    assert not desk.window.toasts.texts
    service.blocked.clear()
    again.set()
    await eventually(lambda: page.states.currentWidget() is page.nothing_yet)
    assert banner(desk) == ""


@pytest.mark.parametrize("code", [403, 404])
async def test_where_streams_are_refused_changes_are_asked_for(
    desk: Desk, service: HttpService, tmp_path: Path, code: int
) -> None:
    service.blocked["/v1/events"] = (code, "")
    await enter(desk)
    await eventually(lambda: banner(desk))
    await eventually(lambda: not banner(desk))
    job_id = await submit(desk, tmp_path)
    service.start(job_id)
    await eventually(lambda: status(desk) is JobStatus.RUNNING)
    assert not desk.window.toasts.texts


async def test_live_changes_come_back_when_they_are_refused_no_longer(
    desk: Desk, service: HttpService, tmp_path: Path
) -> None:
    service.blocked |= dict.fromkeys(ALL_EVENTS, (403, ""))
    await enter(desk)
    await eventually(lambda: banner(desk).startswith(REFUSED))
    service.blocked.clear()
    await eventually(lambda: not banner(desk))
    job_id = await submit(desk, tmp_path)
    service.start(job_id)
    await eventually(lambda: status(desk) is JobStatus.RUNNING)


async def test_a_fault_of_the_stream_is_not_called_offline(
    desk: Desk, service: HttpService
) -> None:
    service.blocked |= dict.fromkeys(ALL_EVENTS, (503, ""))
    await enter(desk)
    await eventually(lambda: banner(desk))
    assert banner(desk).startswith("The service has a problem. Next try in ")


@pytest.mark.parametrize("path", ["/v1/jobs", "/v1/events"])
async def test_a_service_that_says_when_is_asked_again_then(
    desk: Desk, service: HttpService, path: str
) -> None:
    service.blocked[path] = (503, "600")
    begin(desk)
    await eventually(lambda: banner(desk))
    assert banner(desk) == "The service has a problem. Next try in 10 min."


@pytest.mark.parametrize(
    ("losses", "seconds"), [(0, 1), (1, 2), (4, 16), (5, LONGEST_WAIT), (1_100, LONGEST_WAIT)]
)
def test_the_list_is_tried_again_after_a_night_without_network(losses: int, seconds: float) -> None:
    assert next_wait(losses, OfflineError()) == seconds


async def test_an_account_that_is_refused_between_times_is_not_told(
    desk: Desk, service: HttpService, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    await enter(desk)
    service.blocked["/v1/me"] = (403, "")
    desk.actions.session.refresh_me()
    await eventually(lambda: "account not read: ForbiddenError" in caplog.text)
    assert not desk.window.toasts.texts


@pytest.mark.parametrize(
    ("error", "told", "title", "sentence"),
    [
        (
            OfflineError(),
            "Offline: the service cannot be reached.",
            "The service cannot be reached",
            "Your annotations appear here as soon as it answers. The app keeps trying.",
        ),
        (
            ServerFaultError(said("The database is down; try again in ten minutes.")),
            "The database is down; try again in ten minutes.",
            "The service has a problem",
            "Your annotations appear here as soon as it answers. The app keeps trying.",
        ),
        (
            TooManyError(said("Wait a minute.")),
            "Too many requests: Wait a minute.",
            "Too many requests",
            "Your annotations appear here as soon as it answers. The app keeps trying.",
        ),
        (
            ForbiddenError(said("The account is closed.")),
            "Not possible: The account is closed.",
            "Your annotations cannot be read",
            "Not possible: The account is closed. The app keeps trying.",
        ),
        (
            UntrustedError(),
            UntrustedError.remedy,
            "Certificate not trusted",
            f"{UntrustedError.remedy} The app keeps trying.",
        ),
        (
            ProxyError(),
            ProxyError.remedy,
            "The proxy does not let the app through",
            f"{ProxyError.remedy} The app keeps trying.",
        ),
    ],
)
def test_what_is_the_matter_is_said_as_it_is(
    window: MainWindow, error: DesktopError, told: str, title: str, sentence: str
) -> None:
    Outage(window).show(error, 2.0)
    assert window.banners.shown["offline"].sentence.text() == f"{told} Next try in 2 s."
    drawn = window.annotations.offline
    assert (drawn.title.text(), drawn.words.text()) == (title, sentence)
    Outage(window).end()
    assert window.banners.shown == {}
    assert not window.is_offline


async def test_a_transfer_waits_as_long_as_the_service_wants(
    desk: Desk, service: HttpService, tmp_path: Path
) -> None:
    await enter(desk)
    service.blocked["/v1/jobs"] = (503, "600")
    before = desk.actions.board.now()
    desk.drop(file(tmp_path))
    await eventually(lambda: states(desk) == {"sample.vcf": State.RETRYING})
    (item,) = items(desk)
    assert before <= item.due - 600 <= desk.actions.board.now()
