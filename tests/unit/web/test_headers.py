"""What every page carries, what it may load, and what the log says of it."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from io import StringIO

import pytest
from starlette.testclient import TestClient

from backend import logs
from backend.services.ports import JobPage
from tests.fakes.jobs import FakeJobs
from tests.fakes.service import FakeService
from tests.unit.web.browser import Browser
from tests.unit.web.conftest import Site

POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; "
    "form-action 'self' https://pay.test; "
    "frame-ancestors 'none'; base-uri 'none'"
)
API_POLICY = "default-src 'none'; frame-ancestors 'none'"


@pytest.fixture
def log() -> Iterator[StringIO]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    stream = StringIO()
    logs.configure("api", stream)
    yield stream
    root.handlers[:] = handlers
    root.setLevel(level)


@pytest.mark.parametrize("path", ["/", "/jobs", "/upgrade", "/account", "/jobs/x", "/nowhere"])
def test_a_page_may_load_our_style_and_pictures_and_nothing_else(alice: Browser, path: str) -> None:
    headers = alice.get(path).headers
    assert headers["content-security-policy"] == POLICY
    assert headers["cache-control"] == "no-store"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert headers["strict-transport-security"] == "max-age=31536000"


@pytest.mark.parametrize("path", ["/v1/config", "/v1/me", "/healthz", "/v1/nowhere"])
def test_the_api_keeps_its_own_stricter_policy(anonymous: Browser, path: str) -> None:
    headers = anonymous.get(path).headers
    assert headers["content-security-policy"] == API_POLICY
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["content-type"].startswith("application/")


def test_pages_on_one_machine_do_not_ask_for_https_for_ever() -> None:
    service = FakeService(web_url="http://127.0.0.1:8400")
    with TestClient(service.app()) as running:
        headers = Browser(running.app, service.web_url).get("/").headers
    assert "strict-transport-security" not in headers


def test_the_style_is_kept_by_browsers_and_its_name_changes_with_it(anonymous: Browser) -> None:
    page = anonymous.get("/").text
    style = page.split('rel="stylesheet" href="')[1].split('"')[0]
    answer = anonymous.get(style)
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/css")
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert anonymous.get("/static/style.css").status_code == 404
    assert anonymous.get("/static/..%2fbase.html").status_code == 404


def test_only_browsers_get_a_page_where_there_is_nothing(anonymous: Browser) -> None:
    page = anonymous.get("/nowhere")
    assert (page.status_code, page.headers["content-type"]) == (404, "text/html; charset=utf-8")
    assert page.headers["x-request-id"] in page.text
    for_programs = anonymous.get("/nowhere", headers={"accept": "application/json"})
    assert for_programs.headers["content-type"] == "application/problem+json"
    of_the_api = anonymous.get("/v1/nowhere")
    assert of_the_api.headers["content-type"] == "application/problem+json"


def test_no_part_of_an_unknown_address_is_on_its_page(anonymous: Browser) -> None:
    page = anonymous.get("/%3Cscript%3Ealert(1)%3C/script%3E")
    assert page.status_code == 404
    assert "alert" not in page.text


class BrokenJobs(FakeJobs):
    def by_owner(self, owner: str, *, limit: int, after: str | None = None) -> JobPage:
        raise KeyError("patient Smith.vcf")


def test_a_bug_is_a_page_that_says_nothing_of_the_inside(log: StringIO) -> None:
    service = FakeService(jobs=BrokenJobs())
    with TestClient(service.app()) as running:
        browser = Browser(running.app, service.web_url)
        browser.sign_in("alice")
        log.truncate(0)
        log.seek(0)
        answer = browser.get("/jobs")
    assert answer.status_code == 500
    assert answer.headers["content-type"].startswith("text/html")
    assert answer.headers["content-security-policy"] == POLICY
    assert answer.headers["x-request-id"] in answer.text
    assert "Smith" not in answer.text
    bug, request = (json.loads(line) for line in log.getvalue().splitlines())
    assert (bug["event"], bug["error"]) == ("request failed", "KeyError")
    assert request["status"] == 500


def test_the_log_has_ids_and_no_secrets(site: Site, anonymous: Browser, log: StringIO) -> None:
    answer = anonymous.sign_in("alice", "/account")
    job_id = site.job("alice", file="Smith.vcf")
    anonymous.get(f"/jobs/{job_id}")
    anonymous.get(f"/jobs/{job_id}/input")
    lines = [json.loads(line) for line in log.getvalue().splitlines()]
    assert [line["route"] for line in lines[:2]] == ["/sign-in", "/sign-in/done"]
    assert lines[-1]["job_id"] == job_id
    assert lines[-1]["account_id"] == site.service.jobs.get(job_id).owner
    secrets = [*anonymous.cookies.values(), "code-of", "Smith", "alice@", "files.test"]
    assert answer.status_code == 303
    assert not [secret for secret in secrets if secret in log.getvalue()]
