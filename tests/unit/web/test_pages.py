"""What the pages say and offer."""

from __future__ import annotations

import re
from datetime import timedelta
from html import escape
from pathlib import Path

import pytest

from backend.domain.errors import UnavailableError
from backend.domain.files import file_keys
from backend.domain.job import RESULT_EXISTS, Job, Status
from backend.services.access_log import Via
from backend.services.job_log import LONGEST_SHOWN
from tests.fakes.clock import FakeClock
from tests.unit.web.browser import Browser
from tests.unit.web.conftest import Site

EVIL = '<script>alert("x")</script>&.vcf'


def refresh(html: str) -> str | None:
    found = re.search(r'http-equiv="refresh" content="(\d+)"', html)
    return found[1] if found else None


def test_the_start_page_says_what_this_is_to_everybody(anonymous: Browser) -> None:
    page = anonymous.get("/")
    assert page.status_code == 200
    assert "Files up to 150 KB; results can be downloaded for 3 minutes." in page.text
    assert 'href="/sign-in"' in page.text
    assert "/sign-out" not in page.text


def test_the_start_page_knows_who_is_signed_in(alice: Browser) -> None:
    page = alice.get("/?notice=signed-out").text
    assert 'href="/jobs"' in page
    assert "You are signed out" not in page


def test_nobody_has_jobs_at_first(alice: Browser) -> None:
    page = alice.get("/jobs").text
    assert "No jobs yet" in page
    assert refresh(page) is None


def test_the_list_goes_from_the_newest_job_to_the_oldest_in_pages(
    site: Site, alice: Browser, clock: FakeClock
) -> None:
    made = []
    for _ in range(27):
        clock.advance(timedelta(seconds=1))
        made.append(site.job("alice"))
    site.job("bob")
    seen: list[str] = []
    page = alice.get("/jobs").text
    seen += re.findall(r'class="id" href="/jobs/(\w+)"', page)
    older = re.search(r'<a href="(/jobs\?after=.*?)" rel="next">', page)
    assert older
    page = alice.get(older[1].replace("&amp;", "&")).text
    seen += re.findall(r'class="id" href="/jobs/(\w+)"', page)
    assert seen == made[::-1]
    assert 'rel="next"' not in page
    assert '<a href="/jobs">Newest</a>' in page


def test_a_page_of_the_list_that_was_never_named_is_refused(alice: Browser) -> None:
    answer = alice.get("/jobs?after=nowhere")
    assert answer.status_code == 422
    assert "begin at the first" in answer.text


def test_a_row_has_time_name_status_and_result(site: Site, alice: Browser) -> None:
    job_id = site.job("alice", status=Status.COMPLETED)
    page = alice.get("/jobs").text
    for said in (job_id, "sample.vcf", "2026-11-23 12:00", "Completed", "3:00 left"):
        assert said in page
    assert f'href="/jobs/{job_id}/result"' in page


def test_a_page_on_what_is_under_way_is_loaded_anew_and_no_other(
    site: Site, alice: Browser
) -> None:
    pending, running = site.job("alice"), site.job("alice", status=Status.RUNNING)
    thawing = site.job("alice", status=Status.COMPLETED)
    site.change(thawing, status=Status.THAWING)
    for job_id in (pending, running, thawing):
        assert refresh(alice.get(f"/jobs/{job_id}").text) == "5"
    assert refresh(alice.get("/jobs").text) == "10"
    done = site.job("alice", status=Status.COMPLETED)
    assert refresh(alice.get(f"/jobs/{done}").text) is None


def test_a_running_job_shows_how_far_it_is(site: Site, alice: Browser) -> None:
    job_id = site.job("alice", status=Status.RUNNING)
    site.change(job_id, done=1_200, total=24_410)
    page = alice.get(f"/jobs/{job_id}").text
    assert "1,200 of 24,410 variants" in page
    assert '<progress value="1200" max="24410"' in page


def test_a_finished_job_shows_counts_times_and_files(site: Site, alice: Browser) -> None:
    job_id = site.job("alice", status=Status.COMPLETED)
    page = alice.get(f"/jobs/{job_id}").text
    for said in (job_id, "2026-11-23 12:00:00 UTC", "GRCh37", "b" * 12, "as they were"):
        assert said in page
    for kind in ("result", "table", "report", "log", "input"):
        assert f'href="/jobs/{job_id}/{kind}"' in page
    assert "can be downloaded until 2026-11-23 12:03:00 UTC" in page


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("result", "sample.annotated.vcf.gz"),
        ("table", "sample.annotated.parquet"),
        ("report", "sample.report.html"),
        ("log/download", "sample.annotation.log"),
        ("input", "sample.vcf"),
    ],
)
def test_a_click_on_a_file_leads_to_an_address_made_for_it(
    site: Site, alice: Browser, kind: str, name: str
) -> None:
    job_id = site.job("alice", status=Status.COMPLETED)
    answer = alice.get(f"/jobs/{job_id}/{kind}")
    assert answer.status_code == 303
    url = answer.headers["location"]
    files = site.service.inputs if kind == "input" else site.service.outputs
    assert url.endswith(f"name={name}")
    assert files.validities[url] == timedelta(seconds=60)
    assert "no-store" in answer.headers["cache-control"]
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert url not in alice.get(f"/jobs/{job_id}").text
    (noted,) = site.service.access_log.of_job(job_id)
    assert (noted.account_id, noted.via) == (site.account().id, Via.WEB)
    assert noted.what == kind.partition("/")[0]
    assert noted.request_id == answer.headers["x-request-id"]


@pytest.mark.parametrize("kind", ["result", "log", "input"])
def test_what_cannot_be_recorded_is_not_handed_out(site: Site, alice: Browser, kind: str) -> None:
    job_id = site.job("alice", status=Status.COMPLETED)
    site.service.access_log.down = True
    answer = alice.get(f"/jobs/{job_id}/{kind}")
    assert answer.status_code == 503
    assert "location" not in answer.headers


def test_the_address_of_a_result_ends_with_the_retention_and_then_there_is_none(
    site: Site, alice: Browser, clock: FakeClock
) -> None:
    job_id = site.job("alice", status=Status.COMPLETED)
    clock.advance(timedelta(seconds=170))
    assert 'class="tag bad">0:10 left' in alice.get(f"/jobs/{job_id}").text
    url = alice.get(f"/jobs/{job_id}/result").headers["location"]
    assert site.service.outputs.validities[url] == timedelta(seconds=10)
    clock.advance(timedelta(seconds=10))
    for kind in ("result", "table"):
        answer = alice.get(f"/jobs/{job_id}/{kind}")
        assert answer.status_code == 409
        assert "Upgrade to Premium" in answer.text
    page = alice.get(f"/jobs/{job_id}").text
    assert "Upgrade to Premium for download" in page
    assert f"/jobs/{job_id}/result" not in page
    assert alice.get(f"/jobs/{job_id}/log").status_code == 200
    assert alice.get(f"/jobs/{job_id}/input").status_code == 303


@pytest.mark.parametrize("status", [Status.ARCHIVING, Status.ARCHIVED])
def test_an_archived_result_is_offered_for_an_upgrade_and_comes_back_with_it(
    site: Site, alice: Browser, status: Status
) -> None:
    job_id = site.job("alice", status=Status.COMPLETED)
    site.change(job_id, status=status)
    assert "Upgrade to Premium for download" in alice.get(f"/jobs/{job_id}").text
    assert ">Archived</span>" in alice.get("/jobs").text
    site.pay()
    page = alice.get(f"/jobs/{job_id}").text
    assert "asked back by itself" in page
    assert "Upgrade" not in page


def test_a_result_that_is_being_restored_says_when_it_is_expected(
    site: Site, alice: Browser, clock: FakeClock
) -> None:
    site.pay()
    job_id = site.job("alice", status=Status.COMPLETED)
    later = clock.now + timedelta(hours=3)
    site.change(job_id, status=Status.THAWING, thaw_expected=later)
    page = alice.get(f"/jobs/{job_id}").text
    assert "being restored from the archive, expected in about 3 hours" in page
    assert alice.get(f"/jobs/{job_id}/result").status_code == 409
    clock.advance(timedelta(hours=4))
    assert "expected soon" in alice.get(f"/jobs/{job_id}").text


def test_with_premium_a_result_stays(site: Site, alice: Browser, clock: FakeClock) -> None:
    site.pay()
    job_id = site.job("alice", status=Status.COMPLETED)
    clock.advance(timedelta(days=400))
    browser = site.signed_in("alice")
    page = browser.get(f"/jobs/{job_id}").text
    assert "Download the result" in page
    assert "left</span>" not in page
    assert browser.get(f"/jobs/{job_id}/result").status_code == 303


def test_a_failed_job_says_why_and_shows_its_log(site: Site, alice: Browser) -> None:
    job_id = site.job("alice", status=Status.COMPLETED)
    reason = "Line 12 has 7 columns; VCF needs at least 8. <b>"
    site.change(job_id, status=Status.FAILED, failure=reason, result=None)
    page = alice.get(f"/jobs/{job_id}").text
    assert escape(reason) in page
    assert "<b>" not in page
    assert f'href="/jobs/{job_id}/log"' in alice.get("/jobs").text
    assert alice.get(f"/jobs/{job_id}/result").status_code == 409


@pytest.mark.parametrize("status", list(Status))
def test_every_status_can_be_shown(site: Site, alice: Browser, status: Status) -> None:
    begun = Status.COMPLETED if status in RESULT_EXISTS else Status.PENDING
    job_id = site.job("alice", status=begun)
    site.change(job_id, status=status)
    wanted = 404 if status is Status.DELETING else 200
    assert alice.get(f"/jobs/{job_id}").status_code == wanted
    assert alice.get("/jobs").status_code == 200


@pytest.mark.parametrize("place", ["/jobs", "/jobs/{job_id}", "/jobs/{job_id}/log"])
def test_a_name_is_text_and_nothing_else(site: Site, alice: Browser, place: str) -> None:
    job_id = site.job("alice", status=Status.COMPLETED, file=EVIL)
    page = alice.get(place.format(job_id=job_id)).text
    assert "<script" not in page
    assert "&lt;script&gt;alert(&#34;x&#34;)&lt;/script&gt;&amp;.vcf" in page


def test_the_log_is_shown_as_text_and_the_look_is_recorded(site: Site, alice: Browser) -> None:
    job_id = site.job("alice", status=Status.COMPLETED)
    _write_log(site, job_id, b"<script>\xff records read 1\n")
    page = alice.get(f"/jobs/{job_id}/log").text
    assert [noted.what for noted in site.service.access_log.of_job(job_id)] == ["log"]
    assert "&lt;script&gt;\N{REPLACEMENT CHARACTER} records read 1" in page
    assert "the log is long" not in page.lower()


def test_of_a_long_log_the_beginning_is_shown_in_whole_lines(site: Site, alice: Browser) -> None:
    job_id = site.job("alice", status=Status.COMPLETED)
    _write_log(site, job_id, b"123456789\n" * 300_000)
    page = alice.get(f"/jobs/{job_id}/log").text
    shown = re.search(r"<pre.*?>(.*?)</pre>", page, re.DOTALL)
    assert shown
    assert LONGEST_SHOWN - 10 <= len(shown[1]) <= LONGEST_SHOWN
    assert shown[1].endswith("\n123456789\n")
    assert "The log is long" in page


def test_there_is_no_log_before_the_job_has_ended(site: Site, alice: Browser) -> None:
    job_id = site.job("alice")
    answer = alice.get(f"/jobs/{job_id}/log")
    assert answer.status_code == 409
    assert "no log yet" in answer.text
    assert f'href="/jobs/{job_id}"' in answer.text


def test_a_log_that_is_gone_is_said_to_be_and_the_job_is_not(site: Site, alice: Browser) -> None:
    job_id = site.job("alice", status=Status.COMPLETED)
    job = site.service.jobs.get(job_id)
    site.service.outputs.delete([file_keys(job.owner, job.id).log])
    answer = alice.get(f"/jobs/{job_id}/log")
    assert answer.status_code == 404
    assert "The file is not in the file store." in answer.text
    assert "somebody else" not in answer.text
    assert f'href="/jobs/{job_id}"' in answer.text


def test_what_is_wrong_with_the_address_of_a_list_is_said(alice: Browser) -> None:
    answer = alice.get("/jobs", params={"after": "x" * 1025})
    assert answer.status_code == 422
    assert "after: String should have at most 1024 characters." in answer.text
    assert "xxx" not in answer.text
    assert "somebody else" not in answer.text


def _write_log(site: Site, job_id: str, log: bytes) -> None:
    job: Job = site.service.jobs.get(job_id)
    site.service.outputs.objects[file_keys(job.owner, job.id).log] = log


def test_the_upgrade_leads_to_the_payment_and_grants_nothing(site: Site, alice: Browser) -> None:
    answer = alice.submit("/upgrade", "/upgrade")
    assert answer.status_code == 303
    assert answer.headers["location"] == "https://pay.test/cs_1"
    page = alice.get("/billing/done?session=cs_1").text
    assert "The payment is being confirmed" in page
    assert refresh(page) == "3"
    assert "Free" in alice.get("/account").text
    site.pay()
    page = alice.get("/billing/done?session=cs_1").text
    assert "You have Premium" in page
    assert refresh(page) is None


def test_who_has_premium_manages_the_payment(site: Site, alice: Browser) -> None:
    site.pay()
    assert "You have Premium" in alice.get("/upgrade").text
    assert "2026-12-23 12:00:00 UTC" in alice.get("/account").text
    for page in ("/upgrade", "/account"):
        answer = alice.submit(page, "/billing")
        assert answer.status_code == 303
        assert answer.headers["location"].startswith("https://pay.test/portal/")


def test_who_left_the_payment_is_told_that_nothing_was_paid(alice: Browser) -> None:
    assert "your plan is as it was" in alice.get("/billing/cancelled").text


def test_paying_twice_is_a_conflict_that_says_so(site: Site, alice: Browser) -> None:
    token = alice.get("/upgrade").text.split('name="form_token" value="')[1].split('"')[0]
    site.pay()
    answer = alice.ask("POST", "/upgrade", data={"form_token": token})
    assert answer.status_code == 409
    assert "has a subscription already" in answer.text


def test_the_account_says_who_is_signed_in_and_what_the_plan_allows(
    site: Site, alice: Browser
) -> None:
    site.job("alice", status=Status.COMPLETED)
    site.job("alice")
    page = alice.get("/account").text
    for said in ("Alice", "alice@local.test", "up to 150 KB", "for 3 minutes", "2, with"):
        assert said in page
    site.pay()
    assert "of any size" in alice.get("/account").text


@pytest.mark.parametrize("typed", ["", "delete", "bob@local.test", "Alice"])
def test_an_account_is_not_deleted_by_mistake(site: Site, alice: Browser, typed: str) -> None:
    answer = alice.submit("/account", "/account/delete", confirmation=typed)
    assert answer.status_code == 422
    assert "Nothing was deleted" in answer.text
    assert site.service.deletions.stored == {}
    assert alice.get("/jobs").status_code == 200


def test_a_deleted_account_is_signed_out_everywhere(site: Site, alice: Browser) -> None:
    elsewhere, bob = site.signed_in("alice"), site.signed_in("bob")
    answer = alice.submit("/account", "/account/delete", confirmation=" Alice@local.test")
    assert (answer.status_code, answer.headers["location"]) == (303, "/?notice=deleted")
    assert len(site.service.deletions.stored) == 1
    assert alice.get("/jobs").status_code == elsewhere.get("/jobs").status_code == 303
    assert bob.get("/jobs").status_code == 200
    assert "is being deleted" in alice.get("/?notice=deleted").text
    state = alice.begin_sign_in()
    again = alice.get("/sign-in/done", params={"state": state, "code": f"code-of-alice.{state}"})
    assert again.status_code == 403
    assert "This account is being deleted" in again.text
    assert alice.get("/jobs").status_code == 303


def test_who_signs_out_everywhere_in_the_app_is_signed_out_in_every_browser(
    site: Site, alice: Browser
) -> None:
    elsewhere, bob = site.signed_in("alice"), site.signed_in("bob")
    headers = {"authorization": "Bearer token-of-alice"}
    assert site.app.post("/v1/me/sign-out", headers=headers).status_code == 204
    assert alice.get("/jobs").status_code == elsewhere.get("/jobs").status_code == 303
    assert bob.get("/jobs").status_code == 200
    alice.sign_in("alice")
    assert alice.get("/jobs").status_code == 200


def test_templates_have_no_script_and_no_style_of_their_own() -> None:
    folder = Path(__file__).parents[3] / "resources" / "templates" / "web"
    for template in folder.glob("*.html"):
        text = template.read_text("utf-8")
        assert not re.search(r"<script|<style|\sstyle=|\son\w+=|javascript:", text), template.name
        for escape_hatch in re.findall(r"[^{}]*\|\s*safe[^{}]*", text):
            assert re.match(r"\s*'[^']*' \| safe", escape_hatch), template.name


class DownJobs:
    def by_owner(self, *_: object, **__: object) -> None:
        raise UnavailableError("The table of jobs does not answer. Try again in a minute.")


def test_what_is_down_is_said_with_a_way_to_try_again(site: Site, alice: Browser) -> None:
    object.__setattr__(site.app.app.state.api, "jobs", DownJobs())  # type: ignore[attr-defined]
    answer = alice.get("/jobs")
    assert answer.status_code == 503
    assert int(answer.headers["retry-after"]) > 0
    assert "does not answer" in answer.text
    assert '<a class="button" href="/jobs">Try again</a>' in answer.text
    assert answer.headers["x-request-id"] in answer.text
