"""The supervisor keeps children running, says what went wrong, and leaves none behind."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import sys
from collections.abc import Iterator
from dataclasses import astuple, replace
from pathlib import Path

import pytest

from backend.domain.errors import UnavailableError
from backend.local.child import Child, Command
from backend.local.ports import LOOPBACK, OURS, choose, free_port
from backend.local.supervisor import Supervisor
from tests.processes import is_alive
from tests.stack import until

READY = "import json, sys, time; print(json.dumps({'ready': True}), flush=True); "
SLEEP = READY + "time.sleep(600)"
STUBBORN = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); " + SLEEP


def python(name: str, code: str, **options: float) -> Command:
    return Command(name, (sys.executable, "-c", code), **options)  # type: ignore[arg-type]


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def supervisor(tmp_path: Path, said: list[str]) -> Iterator[Supervisor]:
    supervisor = Supervisor(tmp_path, said.append)
    yield supervisor
    supervisor.stop()


def test_child_that_ends_is_started_again(supervisor: Supervisor, said: list[str]) -> None:
    supervisor.start(python("clock", SLEEP))
    first = supervisor.pid("clock")
    assert first is not None
    os.kill(first, signal.SIGKILL)

    second = until(lambda: (pid := supervisor.pid("clock")) != first and pid, "the restart")
    assert is_alive(second)
    assert said == ["clock ended; it starts again in 0.2 s."]


def test_child_says_what_others_need_to_know(supervisor: Supervisor) -> None:
    assert supervisor.start(python("clock", SLEEP)) == {"ready": True}
    assert supervisor.names == ("clock",)
    assert supervisor.pid("nobody") is None


def test_child_that_does_not_start_shows_its_log(supervisor: Supervisor) -> None:
    with pytest.raises(UnavailableError, match="ZeroDivisionError"):
        supervisor.start(python("broken", "1 / 0"))


def test_child_that_is_never_ready_is_not_waited_for(supervisor: Supervisor) -> None:
    with pytest.raises(UnavailableError, match="silent did not start"):
        supervisor.start(python("silent", "import time; time.sleep(600)", ready_within=0.2))


def test_no_child_outlives_the_stack(tmp_path: Path, said: list[str]) -> None:
    supervisor = Supervisor(tmp_path, said.append)
    supervisor.start(python("clock", SLEEP))
    supervisor.start(python("stubborn", STUBBORN, stop_within=0.3))
    pids = [supervisor.pid(name) for name in supervisor.names]
    supervisor.stop()

    assert not any(is_alive(pid) for pid in pids if pid is not None)
    assert not list(tmp_path.glob("run/*.pid"))


def test_child_of_a_killed_supervisor_is_ended_before_the_next(tmp_path: Path) -> None:
    command = python("clock", SLEEP)
    left = Child(command, tmp_path)
    left.start()
    left.wait_ready()
    left_pid = left.pid
    assert left_pid is not None

    new = Child(command, tmp_path)
    new.start()
    new.wait_ready()
    assert not is_alive(left_pid)
    new.terminate()
    new.wait_ended()
    with contextlib.suppress(ProcessLookupError):
        left.wait_ended()


def test_process_of_somebody_else_with_that_id_is_left_alone(tmp_path: Path) -> None:
    other = Child(python("other", SLEEP), tmp_path)
    other.start()
    other.wait_ready()
    (tmp_path / "run" / "clock.pid").write_text(str(other.pid))
    clock = Child(python("clock", SLEEP + "; 'clock'"), tmp_path)
    clock.start()
    clock.wait_ready()

    assert other.pid is not None
    for child in (clock, other):
        child.terminate()
        child.wait_ended()


def test_ports_stay_the_same(tmp_path: Path) -> None:
    first = choose(tmp_path)

    assert choose(tmp_path) == first
    assert len(set(astuple(first))) == 4


def test_port_that_is_taken_is_another_one_from_then_on(tmp_path: Path) -> None:
    first = choose(tmp_path)
    with socket.create_server((LOOPBACK, first.api)):
        second = choose(tmp_path)
    assert replace(second, api=first.api) == first
    assert second.api != first.api
    assert choose(tmp_path) == second


def test_api_is_where_the_caller_wants_it_unless_somebody_is_there(tmp_path: Path) -> None:
    wanted = free_port()
    assert choose(tmp_path, api=wanted).api == wanted
    with socket.create_server((LOOPBACK, wanted)):
        assert choose(tmp_path, api=wanted).api in OURS


def test_wanted_port_that_was_another_servers_is_the_apis(tmp_path: Path) -> None:
    first = choose(tmp_path)
    second = choose(tmp_path, api=first.aws)
    assert second.api == first.aws
    assert len(set(astuple(second))) == 4


def test_no_outgoing_connection_is_given_a_port_of_ours(tmp_path: Path) -> None:
    linux_gives_from = 32_768
    assert set(astuple(choose(tmp_path))) <= set(OURS)
    assert max(OURS) < linux_gives_from


def test_port_that_is_spoken_for_is_passed_over() -> None:
    left = free_port()
    assert free_port(besides=set(OURS) - {left}) == left
    with pytest.raises(OSError, match=r"no free port on 127\.0\.0\.1"):
        free_port(besides=OURS)
