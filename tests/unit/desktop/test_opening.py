"""What is opened outside of the app, and what is not."""

from __future__ import annotations

from pathlib import Path

import pytest

from desktop.errors import ForbiddenError
from desktop.platform.opening import Opener


@pytest.fixture
def opened() -> list[str]:
    return []


@pytest.fixture
def opener(opened: list[str]) -> Opener:
    def note(url: str) -> bool:
        opened.append(url)
        return True

    return Opener("https://gas.test", note)


def test_a_saved_page_is_opened(opener: Opener, opened: list[str], tmp_path: Path) -> None:
    page = tmp_path / "sämple 1.report.html"
    page.write_text("<!doctype html>")
    opener.open_page(page)
    assert opened == [page.as_uri()]
    assert opened[0].startswith("file:///")
    assert opened[0].endswith("/s%C3%A4mple%201.report.html")


@pytest.mark.parametrize(
    "name", ["report.desktop", "report.sh", "report.html.exe", "report", "report.htm l", ".html"]
)
def test_what_the_system_might_run_is_not(
    opener: Opener, opened: list[str], tmp_path: Path, name: str
) -> None:
    (tmp_path / name).write_text("#!/bin/sh")
    with pytest.raises(ForbiddenError, match="is no page"):
        opener.open_page(tmp_path / name)
    assert opened == []


def test_what_leads_elsewhere_is_not(opener: Opener, opened: list[str], tmp_path: Path) -> None:
    (tmp_path / "real.html").write_text("<!doctype html>")
    (tmp_path / "link.html").symlink_to(tmp_path / "real.html")
    (tmp_path / "folder.html").mkdir()
    for name in ("link.html", "folder.html", "absent.html"):
        with pytest.raises(ForbiddenError):
            opener.open_page(tmp_path / name)
    assert opened == []


def test_a_system_without_a_browser_is_told_of(tmp_path: Path) -> None:
    page = tmp_path / "a.html"
    page.touch()
    with pytest.raises(ForbiddenError, match=r"to show a\.html"):
        Opener("https://gas.test", lambda _url: False).open_page(page)


def test_only_where_there_is_a_link_to_copy_it_is_said_to_be_copied() -> None:
    opener = Opener("https://gas.test", lambda _url: False)
    with pytest.raises(ForbiddenError, match="Copy the link"):
        opener.open_link("https://auth.globus.org/authorize")
    with pytest.raises(ForbiddenError, match="as the default") as caught:
        opener.open("https://checkout.stripe.com/pay")
    assert "link" not in str(caught.value.words)


def test_no_address_from_the_service_opens_a_file(opener: Opener, opened: list[str]) -> None:
    for url in ("file:///etc/passwd", "file://gas.test/a.html", "smb://gas.test/a"):
        with pytest.raises(ForbiddenError):
            opener.open(url)
    assert opened == []
