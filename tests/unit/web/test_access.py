"""Who may see and change what on the pages: for every route, taken from the app itself."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from backend.api.web.errors import PageRoute
from backend.api.web.site import ROUTERS
from backend.domain.job import Status
from backend.services.web_sessions import IDLE, LONGEST
from tests.fakes.clock import FakeClock
from tests.unit.web.browser import Browser
from tests.unit.web.conftest import Site

OPEN_TO_ALL = {"/", "/static/{name}", "/sign-in", "/sign-in/done"}
MISSING = "0" * 31 + "f"


def _routes() -> Iterator[tuple[str, str]]:
    for router in ROUTERS:
        for route in router.routes:
            assert isinstance(route, PageRoute), route
            for method in route.methods:
                yield method, route.path


ROUTES = sorted(_routes())
OF_JOBS = [route for route in ROUTES if "{job_id}" in route[1]]
CLOSED = [route for route in ROUTES if route[1] not in OPEN_TO_ALL]
FORMS = [route for route in ROUTES if route[0] == "POST"]


def test_the_matrix_of_routes_is_not_empty() -> None:
    assert len(OF_JOBS) >= 7
    assert len(FORMS) >= 4
    assert {method for method, _ in ROUTES} == {"GET", "POST"}


@pytest.mark.parametrize(("method", "path"), OF_JOBS)
def test_somebody_elses_job_looks_like_none(
    site: Site, alice: Browser, bob: Browser, method: str, path: str
) -> None:
    job_id = site.job("alice", status=Status.COMPLETED)
    own = alice.ask(method, path.format(job_id=job_id))
    theirs = bob.ask(method, path.format(job_id=job_id))
    none = bob.ask(method, path.format(job_id=MISSING))
    malformed = bob.ask(method, path.format(job_id="x"))
    assert own.status_code in {200, 303}
    assert {answer.status_code for answer in (theirs, none, malformed)} == {404}
    numberless = {
        answer.text.replace(answer.headers["x-request-id"], "")
        for answer in (theirs, none, malformed)
    }
    assert len(numberless) == 1
    assert job_id not in theirs.text


@pytest.mark.parametrize(("method", "path"), CLOSED)
def test_every_page_but_the_first_asks_who_it_is(
    site: Site, anonymous: Browser, method: str, path: str
) -> None:
    job_id = site.job("alice", status=Status.COMPLETED)
    page = path.format(job_id=job_id)
    answer = anonymous.ask(method, page)
    assert answer.status_code == 303
    if method == "GET":
        assert answer.headers["location"] == f"/sign-in?next={page.replace('/', '%2F')}"
    else:
        assert answer.headers["location"] == "/?notice=ended"
    assert "sample" not in answer.text


@pytest.mark.parametrize(("_method", "path"), FORMS)
@pytest.mark.parametrize("token", ["", "x", "\N{SNOWMAN}", "of another session"])
def test_a_form_without_the_sessions_own_token_does_nothing(
    site: Site, alice: Browser, bob: Browser, _method: str, path: str, token: str
) -> None:
    if token == "of another session":
        token = bob.get("/account").text.split('name="form_token" value="')[1].split('"')[0]
    answer = alice.ask("POST", path, data={"form_token": token, "confirmation": "x"})
    assert answer.status_code == 403
    assert "nothing was done" in answer.text
    assert alice.get("/account").status_code == 200
    assert site.service.deletions.stored == {}


@pytest.mark.parametrize(("_method", "path"), FORMS)
@pytest.mark.parametrize("origin", ["https://evil.test", "null", "http://gas.test"])
def test_a_form_of_another_site_does_nothing(
    site: Site, alice: Browser, _method: str, path: str, origin: str
) -> None:
    token = alice.get("/account").text.split('name="form_token" value="')[1].split('"')[0]
    fields = {"form_token": token, "confirmation": "alice@local.test"}
    answer = alice.ask("POST", path, data=fields, headers={"origin": origin})
    assert answer.status_code == 403
    assert alice.get("/account").status_code == 200
    assert site.service.deletions.stored == {}


@pytest.mark.parametrize(("_method", "path"), FORMS)
@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"{}", "application/json"),
        (b"", "text/plain"),
        (b"a=" + b"x" * 20_000, "application/x-www-form-urlencoded"),
        (b"&".join(b"a=1" for _ in range(30)), "application/x-www-form-urlencoded"),
        (b"\xff", "application/x-www-form-urlencoded"),
    ],
)
def test_what_is_not_a_form_of_ours_is_refused(
    alice: Browser, _method: str, path: str, content: bytes, kind: str
) -> None:
    answer = alice.ask("POST", path, content=content, headers={"content-type": kind})
    assert answer.status_code == 422
    assert "<h1>" in answer.text


@pytest.mark.parametrize(("_method", "path"), FORMS)
def test_nothing_is_changed_by_looking(alice: Browser, _method: str, path: str) -> None:
    twin = ("GET", path) in ROUTES
    assert alice.get(path).status_code == (200 if twin else 405)


def test_a_token_of_the_api_opens_no_page(site: Site, anonymous: Browser) -> None:
    headers = {"authorization": "Bearer token-of-alice"}
    assert anonymous.get("/jobs", headers=headers).status_code == 303


def test_a_session_of_the_pages_opens_nothing_of_the_api(alice: Browser) -> None:
    assert alice.get("/v1/me").status_code == 401


def test_a_browser_that_is_not_used_is_signed_out(alice: Browser, clock: FakeClock) -> None:
    clock.advance(IDLE - timedelta(seconds=1))
    assert alice.get("/jobs").status_code == 200
    clock.advance(IDLE)
    assert alice.get("/jobs").status_code == 303


def test_a_browser_that_is_used_is_signed_out_after_a_week(
    alice: Browser, clock: FakeClock
) -> None:
    hours = 0
    while alice.get("/jobs").status_code == 200:
        clock.advance(timedelta(hours=6))
        hours += 6
    assert timedelta(hours=hours) == LONGEST


def test_a_session_of_an_account_that_is_gone_is_none(site: Site, alice: Browser) -> None:
    site.service.accounts.remove(site.account().id)
    assert alice.get("/jobs").status_code == 303


def test_who_asks_too_often_is_told_when_to_try_again(site: Site, alice: Browser) -> None:
    limits = site.app.app.state.api.limits  # type: ignore[attr-defined]
    limits._requests._step = limits._requests._per
    assert [alice.get("/account").status_code for _ in range(2)] == [200, 429]
    answer = alice.get("/account")
    assert int(answer.headers["retry-after"]) > 0
    assert "Try again in" in answer.text
