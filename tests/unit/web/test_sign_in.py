"""Signing in and out in the browser."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.testclient import TestClient

from backend.api.limits import Rate
from backend.api.web.attempts import begin, is_ours, seal, unseal
from backend.domain.job import Status
from tests.fakes.clock import START, FakeClock
from tests.fakes.service import UNLIMITED, FakeService
from tests.unit.web.browser import Browser
from tests.unit.web.conftest import Site

KEY = b"k" * 32


def done(browser: Browser, state: str, code: str = "code-of-alice") -> int:
    """Come back from Globus; return the status of the answer."""
    return browser.get("/sign-in/done", params={"state": state, "code": code}).status_code


def test_after_the_sign_in_comes_the_page_that_was_asked_for(
    site: Site, anonymous: Browser
) -> None:
    job_id = site.job("alice", status=Status.COMPLETED)
    wanted = f"/jobs/{job_id}/log?x=1&y=%2F"
    asked = anonymous.get(wanted)
    to_globus = anonymous.get(asked.headers["location"])
    state = parse_qs(urlsplit(to_globus.headers["location"]).query)["state"][0]
    back = anonymous.get("/sign-in/done", params={"state": state, "code": "code-of-alice"})
    assert (back.status_code, back.headers["location"]) == (303, wanted)
    assert "fake log" in anonymous.get(wanted).text


def test_who_comes_from_the_start_page_sees_their_jobs(anonymous: Browser) -> None:
    assert anonymous.sign_in("alice").headers["location"] == "/jobs"
    assert "Annotations" in anonymous.get("/jobs").text


@pytest.mark.parametrize(
    "page",
    [
        "https://evil.test/", "//evil.test", "/\\evil.test", "\\\\evil.test", "/\t/evil.test",
        "javascript:alert(1)", "evil", "", "/ /evil.test", "/\n/evil.test", "/x\r\nset-cookie: a=b",
        "/sign-in", "/sign-in?next=/", "/sign-out", "/\N{SNOWMAN}", "/" + "x" * 2000,
    ],
)  # fmt: skip
def test_the_sign_in_leads_to_no_other_site(anonymous: Browser, page: str) -> None:
    if len(page) >= 2000:
        assert anonymous.get("/sign-in", params={"next": page}).status_code == 422
        return
    answer = anonymous.sign_in("alice", page)
    assert answer.headers["location"] == "/jobs"


@given(st.text(max_size=60) | st.text("/\\.:@?#ab\t\n", max_size=12))
def test_a_page_of_ours_is_on_this_host_whatever_a_browser_makes_of_it(page: str) -> None:
    if not is_ours(page):
        return
    assert page[0] == "/"
    assert page[1:2] not in {"/", "\\"}
    assert not {"\\", "\t", "\n", "\r", " "} & set(page)
    assert urlsplit(page).netloc == ""


def test_a_wrong_state_is_refused_and_the_right_one_still_works(anonymous: Browser) -> None:
    state = anonymous.begin_sign_in()
    for wrong in ("", "x", state[:-1], state + "x", "\N{SNOWMAN}"):
        assert done(anonymous, wrong) == 401
    assert anonymous.get("/jobs").status_code == 303
    assert done(anonymous, state) == 303


def test_a_way_back_that_began_in_another_browser_is_refused(site: Site) -> None:
    attackers, victims = site.open_browser(), site.open_browser()
    state = attackers.begin_sign_in()
    assert done(victims, state) == 401
    victims.begin_sign_in()
    assert done(victims, state) == 401
    assert victims.get("/jobs").status_code == 303


def test_a_way_back_works_once(anonymous: Browser, site: Site) -> None:
    state = anonymous.begin_sign_in()
    taken_along = anonymous.cookies
    assert done(anonymous, state) == 303
    assert done(anonymous, state) == 401
    again = site.open_browser()
    again.take(taken_along)
    assert done(again, state) == 401
    assert again.get("/jobs").status_code == 303


def test_a_way_back_after_ten_minutes_is_refused(anonymous: Browser, clock: FakeClock) -> None:
    state = anonymous.begin_sign_in()
    clock.advance(timedelta(minutes=10))
    assert done(anonymous, state) == 401


def test_what_the_browser_takes_along_cannot_be_altered(anonymous: Browser) -> None:
    attempt = begin("/account", START, lambda: "secret")
    assert unseal(seal(attempt, KEY), KEY, START) == attempt
    header, claims, signature = seal(attempt, KEY).split(".")
    for forged in (f"{header}.{claims}.", f"{header}.{claims[:-2]}.{signature}", "", "x.y.z"):
        assert unseal(forged, KEY, START) is None
    assert unseal(seal(attempt, b"another key of 32 bytes ........"), KEY, START) is None
    assert unseal(seal(attempt, KEY), KEY, attempt.expires_at) is None


def test_who_does_not_agree_at_globus_is_told_so_in_our_words(anonymous: Browser) -> None:
    state = anonymous.begin_sign_in()
    query = {"state": state, "error": "access_denied", "error_description": "Call 555-0100 now"}
    answer = anonymous.get("/sign-in/done", params=query)
    assert answer.status_code == 401
    assert "you did not agree" in answer.text
    assert "555" not in answer.text
    assert 'href="/sign-in"' in answer.text


def test_a_sign_in_gets_a_session_that_the_browser_never_had(site: Site) -> None:
    browser = site.open_browser()
    browser.take({"__Host-gas_session": "planted by somebody else"})
    browser.sign_in("alice")
    first = browser.cookies["__Host-gas_session"]
    assert first != "planted by somebody else"
    browser.sign_in("alice")
    second = browser.cookies["__Host-gas_session"]
    assert second != first
    old = site.open_browser()
    old.take({"__Host-gas_session": first})
    assert old.get("/jobs").status_code == 303
    assert len(site.service.web_sessions.kept) == 1


def test_what_is_stored_of_a_session_signs_nobody_in(site: Site, alice: Browser) -> None:
    secret = alice.cookies["__Host-gas_session"]
    assert len(secret) >= 43
    (digest,) = site.service.web_sessions.kept
    assert secret not in str(site.service.web_sessions.kept)
    thief = site.open_browser()
    thief.take({"__Host-gas_session": digest})
    assert thief.get("/jobs").status_code == 303


def test_signing_out_ends_the_session_and_not_only_the_cookie(site: Site, alice: Browser) -> None:
    kept = alice.cookies
    elsewhere = site.signed_in("alice")
    answer = alice.submit("/jobs", "/sign-out")
    assert (answer.status_code, answer.headers["location"]) == (303, "/?notice=signed-out")
    assert "__Host-gas_session" not in alice.cookies
    assert "sign out of Globus too" in alice.get("/?notice=signed-out").text
    alice.take(kept)
    assert alice.get("/jobs").status_code == 303
    assert elsewhere.get("/jobs").status_code == 200


def test_the_cookies_are_seen_by_no_script_and_no_other_site(anonymous: Browser) -> None:
    begun = anonymous.get("/sign-in").headers["set-cookie"]
    ended = anonymous.sign_in("alice").headers.get_list("set-cookie")
    session = next(cookie for cookie in ended if "gas_session" in cookie)
    for cookie, name in ((begun, "__Host-gas_sign_in="), (session, "__Host-gas_session=")):
        flags = {part.strip().lower() for part in cookie.split(";")[1:]}
        assert cookie.startswith(name)
        assert {"httponly", "secure", "samesite=lax", "path=/"} <= flags
        assert not [flag for flag in flags if flag.startswith("domain")]


def test_on_one_machine_the_cookies_go_without_https() -> None:
    service = FakeService(web_url="http://127.0.0.1:8400")
    with TestClient(service.app()) as running:
        browser = Browser(running.app, service.web_url)
        answer = browser.sign_in("alice")
        assert browser.get("/jobs").status_code == 200
    session = next(c for c in answer.headers.get_list("set-cookie") if c.startswith("gas_session="))
    flags = {part.strip().lower() for part in session.split(";")[1:]}
    assert {"httponly", "samesite=lax", "path=/"} <= flags
    assert "secure" not in flags


def test_an_address_that_tries_too_much_has_to_wait() -> None:
    rates = replace(UNLIMITED, refused=Rate(3, timedelta(minutes=1)))
    service = FakeService(rates=rates)
    with TestClient(service.app()) as running:
        browser = Browser(running.app, service.web_url)
        state = browser.begin_sign_in()
        assert [done(browser, "x") for _ in range(5)] == [401, 401, 401, 429, 429]
        assert done(browser, state) == 429


def test_when_sessions_cannot_be_read_nobody_is_signed_out(site: Site, alice: Browser) -> None:
    kept = site.service.web_sessions.kept
    site.service.web_sessions.down = True
    answer = alice.get("/jobs")
    assert answer.status_code == 503
    assert "Try again" in answer.text
    site.service.web_sessions.down = False
    assert alice.get("/jobs").status_code == 200
    assert site.service.web_sessions.kept == kept


def test_the_app_and_the_pages_are_one_account(site: Site, alice: Browser) -> None:
    job_id = site.job("alice")
    assert alice.get(f"/jobs/{job_id}").status_code == 200
