"""Browsers that are signed in."""

from __future__ import annotations

from datetime import timedelta

from backend.services.web_sessions import IDLE, LONGEST, Browsers
from tests.fakes.clock import FakeClock, FakeIds
from tests.fakes.web_sessions import FakeWebSessions


class Fixture:
    def __init__(self) -> None:
        self.clock, self.kept = FakeClock(), FakeWebSessions()
        self.browsers = Browsers(self.kept, self.clock, FakeIds())


def test_a_browser_is_known_by_its_secret_only() -> None:
    f = Fixture()
    secret = f.browsers.sign_in("alice")
    assert f.browsers.account_id(secret) == "alice"
    assert f.browsers.account_id(secret + "x") is None
    assert secret not in repr(f.kept.kept)


def test_use_keeps_a_session_but_not_beyond_its_longest() -> None:
    f = Fixture()
    secret, used = f.browsers.sign_in("alice"), timedelta(0)
    while f.browsers.account_id(secret):
        f.clock.advance(IDLE - timedelta(seconds=1))
        used += IDLE - timedelta(seconds=1)
    assert LONGEST <= used < LONGEST + IDLE


def test_a_session_ends_when_it_is_not_used() -> None:
    f = Fixture()
    secret = f.browsers.sign_in("alice")
    f.clock.advance(IDLE)
    assert f.browsers.account_id(secret) is None


def test_not_every_use_is_a_write() -> None:
    f = Fixture()
    secret = f.browsers.sign_in("alice")
    for _ in range(60):
        f.clock.advance(timedelta(minutes=1))
        assert f.browsers.account_id(secret) == "alice"
    assert f.kept.extended == 4


def test_a_new_sign_in_ends_the_browsers_earlier_one() -> None:
    f = Fixture()
    first = f.browsers.sign_in("alice")
    elsewhere = f.browsers.sign_in("alice")
    second = f.browsers.sign_in("bob", earlier=first)
    assert f.browsers.account_id(first) is None
    assert f.browsers.account_id(second) == "bob"
    assert f.browsers.account_id(elsewhere) == "alice"


def test_signing_out_is_for_one_browser_or_for_all() -> None:
    f = Fixture()
    one, two, three = (f.browsers.sign_in("alice") for _ in range(3))
    bobs = f.browsers.sign_in("bob")
    f.browsers.sign_out(one)
    assert f.browsers.account_id(one) is None
    assert f.browsers.account_id(two) == "alice"
    f.browsers.sign_out_everywhere("alice")
    assert f.browsers.account_id(two) is f.browsers.account_id(three) is None
    assert f.browsers.account_id(bobs) == "bob"


def test_sessions_that_have_ended_do_not_pile_up() -> None:
    f = Fixture()
    for _ in range(3):
        f.browsers.sign_in("alice")
        f.clock.advance(IDLE)
    f.browsers.sign_in("alice")
    assert len(f.kept.kept) == 1
