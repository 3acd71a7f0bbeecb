"""Live events: what is yielded, and how the stream comes back."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import aclosing
from typing import Any

import httpx2
import pytest

from backend.wire import (
    ACCOUNT_DELETED,
    PROBLEM,
    SIGNED_OUT_EVERYWHERE,
    AccountEvent,
    JobView,
    LiveEvents,
    Problem,
)
from desktop.client.connection import Connection
from desktop.client.events import (
    POLL_SECONDS,
    QUIET_POLLS,
    SILENT_STREAMS,
    EventStream,
)
from desktop.errors import (
    AccountDeletedError,
    ForbiddenError,
    OfflineError,
    ServerFaultError,
    SignedOutError,
    SignedOutEverywhereError,
)
from desktop.ports import Changed, Connected, Lost, Reset, Update
from desktop.ui.sample import ME, sample_jobs
from desktop.waits import LONGEST_WAIT
from tests.desktop.authorization import FakeAuthorization

JOB = sample_jobs()[0]
MANY_LOSSES = 1_100
Handle = Callable[[httpx2.Request], httpx2.Response]


class Script:
    """Answers each request with the next of its steps; an exception is raised instead."""

    def __init__(self, *steps: httpx2.Response | Exception) -> None:
        self.steps = list(steps)
        self.asked: list[tuple[str, str | None]] = []
        self.patience: list[float] = []

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        self.asked.append((request.url.raw_path.decode(), request.headers.get("last-event-id")))
        self.patience.append(request.extensions["timeout"]["read"])
        step = self.steps.pop(0)
        if isinstance(step, Exception):
            raise step
        return step


def stream(*events: str) -> httpx2.Response:
    text = "retry: 3000\nid: 0\n\n" + "".join(events)
    return httpx2.Response(200, headers={"content-type": "text/event-stream"}, text=text)


def job_event(seq: int, job: JobView = JOB) -> str:
    return f'id: {seq}\nevent: job\ndata: {{"job":{job.model_dump_json()}}}\n\n'


def polled(*seqs: int, cursor: int, reset: bool = False) -> httpx2.Response:
    events = [{"seq": seq, "type": "job", "data": {"job": JOB.model_dump()}} for seq in seqs]
    answer = LiveEvents.model_validate({"events": events, "cursor": cursor, "reset": reset})
    return httpx2.Response(200, text=answer.model_dump_json())


def gone() -> httpx2.ConnectError:
    return httpx2.ConnectError("gone")


def silence() -> httpx2.ReadTimeout:
    return httpx2.ReadTimeout("silence")


def follow(script: Script, number: int, *tokens: str, cursor: int = 7) -> list[Update]:
    """Return the first *number* updates; waits take no time and are noted in `script.asked`."""

    async def pause(seconds: float) -> None:
        script.asked.append(("pause", str(seconds)))

    async def read() -> list[Update]:
        async with httpx2.AsyncClient(
            base_url="http://gas.test", transport=httpx2.MockTransport(script)
        ) as http:
            connection = Connection(http, FakeAuthorization(list(tokens or ("token",))))
            updates: Any = EventStream(connection, pause, lambda: 1.0).follow(cursor)
            seen: list[Update] = []
            async with aclosing(updates):
                async for update in updates:
                    seen.append(update)
                    if len(seen) == number:
                        break
            return seen

    return asyncio.run(read())


def test_events_come_in_order_and_say_where_to_go_on() -> None:
    script = Script(stream(job_event(8), ": ping\n\n", job_event(9)))
    assert follow(script, 3) == [Connected(), Changed(8, JOB), Changed(9, JOB)]
    assert script.asked == [("/v1/events", "7")]


def test_after_a_loss_the_stream_goes_on_where_it_was() -> None:
    script = Script(stream(job_event(8)), gone(), gone(), stream(job_event(9)))
    seen = follow(script, 6)
    assert seen[2:4] == [Lost(1.0, OfflineError()), Lost(2.0, OfflineError())]
    assert seen[-1] == Changed(9, JOB)
    assert [id_ for path, id_ in script.asked if path == "/v1/events"] == ["7", "8", "8", "8"]


def test_waits_grow_to_half_a_minute_and_no_further() -> None:
    waits = [
        update.retry_in for update in follow(Script(*[gone()] * 8), 8) if isinstance(update, Lost)
    ]
    assert waits == [1, 2, 4, 8, 16, LONGEST_WAIT, LONGEST_WAIT, LONGEST_WAIT]


def test_a_night_without_network_ends_nothing() -> None:
    script = Script(*[gone()] * MANY_LOSSES, stream(job_event(8)))
    seen = follow(script, MANY_LOSSES + 2)
    assert seen[MANY_LOSSES:] == [Connected(), Changed(8, JOB)]
    assert seen[MANY_LOSSES - 1] == Lost(LONGEST_WAIT, OfflineError())


def test_a_reset_is_passed_on() -> None:
    script = Script(stream("id: 40\nevent: reset\ndata: {}\n\n"))
    assert follow(script, 2) == [Connected(), Reset()]


def test_a_plan_that_changed_is_a_reason_to_read_account_and_jobs_anew() -> None:
    data = AccountEvent(me=ME).model_dump_json()
    script = Script(stream(f"id: 8\nevent: account\ndata: {data}\n\n", job_event(9)))
    assert follow(script, 3) == [Connected(), Reset(), Changed(9, JOB)]


def test_a_plan_that_changed_is_told_to_who_polls_as_well() -> None:
    event = {"seq": 8, "type": "account", "data": {"me": ME.model_dump()}}
    answer = LiveEvents.model_validate({"events": [event], "cursor": 8, "reset": False})
    poll = httpx2.Response(200, text=answer.model_dump_json())
    script = Script(*[silence()] * SILENT_STREAMS, poll)
    assert follow(script, SILENT_STREAMS + 2)[SILENT_STREAMS:] == [Connected(), Reset()]


def test_events_of_unknown_kinds_are_passed_over() -> None:
    script = Script(stream("id: 8\nevent: weather\ndata: {}\n\n", job_event(9)))
    assert follow(script, 2) == [Connected(), Changed(9, JOB)]


def test_streams_that_stay_silent_give_way_to_polling() -> None:
    script = Script(
        *[silence()] * SILENT_STREAMS, polled(8, cursor=8), polled(cursor=8, reset=True)
    )
    seen = follow(script, SILENT_STREAMS + 3)
    assert seen[SILENT_STREAMS:] == [Connected(), Changed(8, JOB), Reset()]
    polls = [path for path, _ in script.asked if path.startswith("/v1/events/poll")]
    assert polls == ["/v1/events/poll?after=7&wait=0", "/v1/events/poll?after=8&wait=25"]
    # Who waits with us may be slow as well.
    assert min(script.patience[-2:]) >= POLL_SECONDS + 30


def requested(script: Script) -> list[str]:
    """Return the paths that were asked for, without their queries."""
    return [path.split("?")[0] for path, _ in script.asked if path.startswith("/v1")]


def refused(code: int, **headers: str) -> httpx2.Response:
    return httpx2.Response(code, headers=headers, text="<html>")


@pytest.mark.parametrize("code", [403, 404, 409])
def test_a_stream_that_is_refused_gives_way_to_polling_at_once(code: int) -> None:
    script = Script(refused(code), polled(8, cursor=8))
    seen = follow(script, 3)
    assert seen == [Lost(1.0, ForbiddenError()), Connected(), Changed(8, JOB)]
    assert isinstance(seen[0], Lost)
    assert type(seen[0].error) is ForbiddenError


def test_where_both_are_refused_they_are_tried_in_turns() -> None:
    script = Script(*[refused(403)] * 4, stream(job_event(8)))
    assert follow(script, 6)[4:] == [Connected(), Changed(8, JOB)]
    assert requested(script) == ["/v1/events", "/v1/events/poll"] * 2 + ["/v1/events"]


def test_a_service_that_fails_for_a_while_is_not_polled() -> None:
    failures = 2 * SILENT_STREAMS
    script = Script(*[refused(503)] * failures, stream(job_event(8)))
    assert follow(script, failures + 2)[failures:] == [Connected(), Changed(8, JOB)]
    assert requested(script) == ["/v1/events"] * (failures + 1)


def test_a_proxy_that_waits_in_vain_for_the_end_of_a_stream_is_polled_through() -> None:
    script = Script(*[refused(504)] * SILENT_STREAMS, polled(8, cursor=8))
    assert follow(script, SILENT_STREAMS + 2)[SILENT_STREAMS:] == [Connected(), Changed(8, JOB)]


def test_after_many_quiet_polls_a_stream_is_tried_again() -> None:
    quiet = [polled(cursor=8)] * QUIET_POLLS
    script = Script(refused(403), polled(8, cursor=8), *quiet, stream(job_event(9)))
    assert follow(script, 5)[1:] == [Connected(), Changed(8, JOB), Connected(), Changed(9, JOB)]
    assert requested(script)[-2:] == ["/v1/events/poll", "/v1/events"]


@pytest.mark.parametrize("again", [silence(), refused(403), refused(504)])
def test_a_stream_that_is_held_back_as_before_is_no_loss(
    again: httpx2.Response | Exception,
) -> None:
    quiet = [polled(cursor=7)] * QUIET_POLLS
    script = Script(*[silence()] * SILENT_STREAMS, *quiet, again, polled(8, cursor=8))
    seen = follow(script, SILENT_STREAMS + 3)
    assert seen[SILENT_STREAMS:] == [Connected(), Connected(), Changed(8, JOB)]
    assert requested(script)[-2:] == ["/v1/events", "/v1/events/poll"]


def test_the_service_says_when_it_wants_to_be_asked_again() -> None:
    script = Script(refused(503, **{"Retry-After": "600"}), refused(503, **{"Retry-After": "1"}))
    assert follow(script, 2) == [Lost(600.0, ServerFaultError()), Lost(2.0, ServerFaultError())]


def test_a_refused_token_is_renewed_and_a_second_refusal_ends_it() -> None:
    script = Script(httpx2.Response(401), stream(job_event(8)))
    assert follow(script, 2, "stale", "good") == [Connected(), Changed(8, JOB)]
    with pytest.raises(SignedOutError):
        follow(Script(httpx2.Response(401), httpx2.Response(401)), 1, "stale")


def test_a_sign_out_everywhere_ends_it_without_a_new_token() -> None:
    problem = Problem(type=f"{PROBLEM}{SIGNED_OUT_EVERYWHERE}", title="t", status=401, detail="d")
    script = Script(httpx2.Response(401, text=problem.model_dump_json()), stream(job_event(8)))
    with pytest.raises(SignedOutEverywhereError):
        follow(script, 2, "ended", "good")


def test_a_deleted_account_ends_it_and_is_asked_for_no_more() -> None:
    problem = Problem(type=f"{PROBLEM}{ACCOUNT_DELETED}", title="t", status=403, detail="d")
    script = Script(httpx2.Response(403, text=problem.model_dump_json()), stream(job_event(8)))
    with pytest.raises(AccountDeletedError):
        follow(script, 2)


def test_an_event_that_cannot_be_read_is_a_loss_not_a_crash() -> None:
    script = Script(stream("id: 8\nevent: job\ndata: nonsense\n\n"), stream(job_event(8)))
    seen = follow(script, 4)
    assert [type(update) for update in seen] == [Connected, Lost, Connected, Changed]
