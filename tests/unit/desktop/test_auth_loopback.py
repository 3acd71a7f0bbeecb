"""The address that the browser comes back to, driven over real loopback sockets."""

from __future__ import annotations

import socket
import threading

import httpx2
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from desktop.auth.endpoints import GlobusEndpoints
from desktop.auth.errors import SignInCancelledError, SignInTimedOutError
from desktop.auth.loopback import LoopbackReceiver


def test_answer_with_the_state_is_taken_once() -> None:
    with LoopbackReceiver() as receiver:
        url = f"{receiver.redirect_uri}/"
        query = {"code": "c1", "state": receiver.state}

        page = httpx2.get(url, params=query)

        assert page.status_code == 200
        assert "close this tab" in page.text
        assert "c1" not in page.text
        assert page.headers["content-security-policy"] == "default-src 'none'"
        assert page.headers["cache-control"] == "no-store"
        assert receiver.wait(5)["code"] == "c1"
        assert httpx2.get(url, params=query).status_code == 404


def test_stray_requests_are_not_found_and_end_nothing() -> None:
    with LoopbackReceiver() as receiver:
        url = receiver.redirect_uri
        for stray in ("/favicon.ico", "/", "/?code=x", "/?code=x&state=wrong", "/?state=%FF"):
            assert httpx2.get(f"{url}{stray}").status_code == 404
        assert httpx2.get(f"{url}/x?code=x&state={receiver.state}").status_code == 404
        assert httpx2.post(f"{url}/?code=x&state={receiver.state}").status_code == 501

        httpx2.get(url, params={"code": "good", "state": receiver.state})

        assert receiver.wait(5)["code"] == "good"


def test_silent_connection_holds_nothing_up() -> None:
    with LoopbackReceiver() as receiver:
        port = int(receiver.redirect_uri.rpartition(":")[2])
        with socket.create_connection(("127.0.0.1", port)):
            httpx2.get(receiver.redirect_uri, params={"code": "c", "state": receiver.state})
            assert receiver.wait(5)["code"] == "c"


def test_denial_is_an_answer() -> None:
    with LoopbackReceiver() as receiver:
        query = {"error": "access_denied", "state": receiver.state}

        page = httpx2.get(receiver.redirect_uri, params=query)

        assert "refused" in page.text
        assert receiver.wait(5)["error"] == "access_denied"


def test_waiting_ends_by_itself() -> None:
    with LoopbackReceiver() as receiver, pytest.raises(SignInTimedOutError):
        receiver.wait(0.01)


def test_waiting_can_be_cancelled_from_another_thread() -> None:
    with LoopbackReceiver() as receiver:
        canceller = threading.Thread(target=receiver.cancel)
        canceller.start()
        with pytest.raises(SignInCancelledError):
            receiver.wait(5)
        canceller.join()


def test_cancelling_before_it_begins_counts() -> None:
    receiver = LoopbackReceiver()
    receiver.cancel()

    with receiver, pytest.raises(SignInCancelledError):
        receiver.wait(5)


def test_only_this_machine_is_listened_to() -> None:
    with LoopbackReceiver() as receiver:
        assert receiver.redirect_uri.startswith("http://127.0.0.1:")

    with pytest.raises(RuntimeError, match="no address"):
        _ = receiver.redirect_uri


def test_states_differ() -> None:
    assert len({LoopbackReceiver().state for _ in range(50)}) == 50


@given(st.text())
@example("//[")
@example("/?code=x&state=")
def test_nothing_without_the_state_is_taken(target: str) -> None:
    assert LoopbackReceiver().take(target) is None


def test_entries_of_real_and_local_sign_ins_have_different_names() -> None:
    real = GlobusEndpoints("https://auth.globus.org/", "d", "r", "s")
    local = GlobusEndpoints("http://127.0.0.1:9410", "d", "r", "s")

    assert real.vault_service != local.vault_service
    assert "https://auth.globus.org" in real.vault_service
