"""The pages in a real browser, signed in at the stand-in of Globus."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from backend.domain.plans import Plan
from tests.integration.chromium import Chromium, chromium
from tests.integration.globus_stand_in import ADA, GRACE
from tests.integration.web_site import RESULT, WebSite, running_site
from tests.stack import until

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="it looks for Debian's Chromium")

EVIL = "<img src=x onerror=document.title='taken'> é.vcf"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WebSite]:
    with running_site(tmp_path_factory.mktemp("site")) as running:
        yield running


@pytest.fixture
def browser(tmp_path: Path) -> Iterator[Chromium]:
    with chromium(tmp_path / "profile") as tab:
        yield tab


def sign_in(browser: Chromium, site: WebSite, page: str, username: str = ADA.username) -> None:
    """Go to a page of the site, and choose who to be at the stand-in."""
    browser.open(f"{site.url}{page}")
    browser.click(f'button[value="{username}"]')
    browser.at(page.partition("?")[0])


def test_a_mails_link_leads_through_the_sign_in_to_the_job_and_its_files(
    site: WebSite, browser: Chromium, tmp_path: Path
) -> None:
    job_id = site.job(ADA, "sample.vcf")
    sign_in(browser, site, f"/jobs/{job_id}")
    for said in ("sample.vcf", job_id, "Completed", "Download the result", "GRCh37"):
        assert said in browser.text()
    downloads = tmp_path / "downloads"
    browser.save_downloads_in(downloads)
    browser.click("a.button")
    saved = downloads / "sample.annotated.vcf.gz"
    assert until(lambda: saved.exists() and saved.read_bytes(), "the download") == RESULT
    browser.click('a[href$="/log"]')
    browser.at(f"/jobs/{job_id}/log")
    assert "fake log" in browser.text()
    assert browser.complaints == []


def test_forms_work_in_a_browser_and_lead_where_they_should(
    site: WebSite, browser: Chromium
) -> None:
    sign_in(browser, site, "/upgrade")
    browser.click('main form[action="/upgrade"] button')
    # Nobody answers there, but the browser did go: no policy held it back.
    browser.wait("document.documentElement.innerHTML.includes('pay.test')")
    browser.open(f"{site.url}/account")
    browser.click('form[action="/sign-out"] button')
    browser.at("/")
    assert "You are signed out here" in browser.text()
    browser.open(f"{site.url}/jobs")
    assert "LOCAL TEST LOGIN" in browser.text()


def test_an_account_is_deleted_by_who_types_it(site: WebSite, browser: Chromium) -> None:
    sign_in(browser, site, "/account", GRACE.username)
    browser.value(f"document.querySelector('#confirmation').value = '{GRACE.email}'")
    browser.click("button.danger")
    browser.at("/")
    assert "is being deleted" in browser.text()
    (closed,) = site.service.deletions.stored
    assert site.service.accounts.get(closed).sub == GRACE.id


def test_a_name_runs_nothing(site: WebSite, browser: Chromium) -> None:
    job_id = site.job(ADA, EVIL)
    sign_in(browser, site, f"/jobs/{job_id}")
    assert EVIL in browser.text()
    assert browser.value("document.images.length") == 1
    assert browser.value("document.title") != "taken"
    assert browser.complaints == []


def test_the_page_of_a_payment_changes_by_itself(site: WebSite, browser: Chromium) -> None:
    sign_in(browser, site, "/billing/done")
    assert "being confirmed" in browser.text()
    site.service.accounts.set_plan(site.account(ADA).id, Plan.PREMIUM)
    browser.wait("document.body.innerText.includes('You have Premium')")
    site.service.accounts.set_plan(site.account(ADA).id, Plan.FREE)


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_is_wider_than_the_window(
    site: WebSite, browser: Chromium, width: int, scheme: str
) -> None:
    job_id = site.job(ADA, "a_rather_long_name_without_a_space_" * 5 + ".vcf")
    browser.look(width=width, scheme=scheme)
    sign_in(browser, site, "/jobs")
    dark = "getComputedStyle(document.body).backgroundColor === 'rgb(18, 21, 27)'"
    assert browser.value(dark) is (scheme == "dark")
    for page in ("/", "/jobs", f"/jobs/{job_id}", f"/jobs/{job_id}/log", "/upgrade", "/account"):
        browser.open(f"{site.url}{page}")
        browser.at(page)
        assert browser.value("document.documentElement.scrollWidth") <= width, page
        assert browser.value("document.querySelectorAll('main h1').length") == 1
    assert browser.complaints == []
