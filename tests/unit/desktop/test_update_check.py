"""Newer versions are asked for once a day, remembered, and told of only if they are news."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx2
import pytest

from desktop.store.memory import StoredMemory
from desktop.update.check import DAY, Notes, ReleaseCheck
from desktop.update.manifest import MOST_BYTES
from desktop.update.release import Release
from desktop.update.source import ReleaseSource
from tests.unit.desktop.manifests import (
    ADDRESS,
    OTHER_KEY,
    SOURCE,
    ManifestServer,
    manifest,
    public,
    serving_manifest,
)

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
RUNNING = "1.1.0"


@dataclass
class FakeNotes:
    """What is remembered, as long as the test runs."""

    kept: dict[str, str] = field(default_factory=dict)

    async def note(self, name: str) -> str | None:
        return self.kept.get(name)

    async def write_note(self, name: str, value: str) -> None:
        self.kept[name] = value


@dataclass
class BadDisk(FakeNotes):
    fault: Exception = field(default_factory=OSError)

    async def write_note(self, name: str, value: str) -> None:
        raise self.fault


Answer = bytes | httpx2.Response | Exception


@dataclass
class Lab:
    """An app at a moment, and the server that it asks.

    Attributes:
        answer: of the server.
        asked: the addresses that were asked for.
    """

    notes: Notes = field(default_factory=FakeNotes)
    answer: Answer = field(default_factory=manifest)
    now: datetime = NOW
    running: str = RUNNING
    asked: list[str] = field(default_factory=list)

    def look(self, source: ReleaseSource = SOURCE) -> str | None:
        """Start the app and return the version that it tells of."""
        found = self._do(lambda check: check.look(source, self.now))
        return found.version if found else None

    def postpone(self, version: str = "1.2.0") -> None:
        self._do(lambda check: check.postpone(released(version), self.now))

    def skip(self, version: str = "1.2.0") -> None:
        self._do(lambda check: check.skip(released(version)))

    def _do(self, work: Callable[[ReleaseCheck], Awaitable[Any]]) -> Any:
        async def do() -> Any:
            transport = httpx2.MockTransport(self._handle)
            async with httpx2.AsyncClient(transport=transport, follow_redirects=True) as http:
                return await work(ReleaseCheck(http, self.notes, self.running))

        return asyncio.run(do())

    def _handle(self, request: httpx2.Request) -> httpx2.Response:
        self.asked.append(str(request.url))
        if isinstance(self.answer, Exception):
            raise self.answer
        if isinstance(self.answer, httpx2.Response):
            return self.answer
        return httpx2.Response(200, stream=Pieces(self.answer))


class Pieces(httpx2.AsyncByteStream):
    """A body that does not say how long it is."""

    def __init__(self, body: bytes) -> None:
        self._body = body

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for at in range(0, len(self._body), 1000):
            yield self._body[at : at + 1000]


def released(version: str) -> Release:
    return Release(version, NOW.date(), "https://gas.example.org/download", "New.")


@pytest.fixture
def lab() -> Lab:
    return Lab()


@pytest.fixture
def logged(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    caplog.set_level(logging.DEBUG, "desktop")
    return caplog


def test_a_newer_version_is_told_of(lab: Lab) -> None:
    assert lab.look() == "1.2.0"
    assert lab.asked == [ADDRESS]


@pytest.mark.parametrize("version", ["1.1.0", "1.1", "1.0.9"])
def test_the_same_version_or_an_older_one_is_no_news(lab: Lab, version: str) -> None:
    lab.answer = manifest(version=version)
    assert lab.look() is None


def test_one_day_has_one_question(lab: Lab) -> None:
    assert [lab.look() for _ in range(3)] == ["1.2.0"] * 3
    lab.now += DAY - HOUR
    assert lab.look() == "1.2.0"
    assert len(lab.asked) == 1
    lab.now += HOUR
    lab.answer = manifest(version="1.3.0", released="2026-11-24")
    assert lab.look() == "1.3.0"
    assert len(lab.asked) == 2


def test_a_clock_that_was_put_back_does_not_end_the_asking(lab: Lab) -> None:
    lab.look()
    lab.now -= timedelta(days=2)
    lab.look()
    assert len(lab.asked) == 2


def test_another_address_is_asked_at_once(lab: Lab) -> None:
    lab.look()
    lab.look(replace(SOURCE, address="https://gas.example.org/beta.json"))
    assert lab.asked == [ADDRESS, "https://gas.example.org/beta.json"]


def test_who_cannot_be_reached_was_not_asked(lab: Lab) -> None:
    lab.answer = httpx2.ConnectError("no network")
    assert lab.look() is None
    lab.answer = manifest()
    lab.now += HOUR
    assert lab.look() == "1.2.0"


@pytest.mark.parametrize(
    "answer",
    [
        b"no manifest",
        httpx2.Response(404),
        httpx2.ReadTimeout("slow"),
        httpx2.RemoteProtocolError("garbled"),
    ],
    ids=["text", "missing", "slow", "garbled"],
)
def test_an_answer_that_is_none_is_logged_and_counts_for_the_day(
    lab: Lab, logged: pytest.LogCaptureFixture, answer: Answer
) -> None:
    lab.answer = answer
    assert lab.look() is None
    assert [record.levelname for record in logged.records] == ["WARNING"]
    lab.answer = manifest()
    assert lab.look() is None
    lab.now += DAY
    assert lab.look() == "1.2.0"


@pytest.mark.parametrize(
    "source",
    [
        ReleaseSource(),
        ReleaseSource(address=ADDRESS),
        ReleaseSource(key=public()),
    ],
    ids=["off", "no key", "no address"],
)
def test_without_address_and_key_nobody_is_asked(lab: Lab, source: ReleaseSource) -> None:
    assert lab.look(source) is None
    assert lab.asked == []


def test_an_address_without_a_key_is_told_in_the_log(
    lab: Lab, logged: pytest.LogCaptureFixture
) -> None:
    lab.look(ReleaseSource(address=ADDRESS))
    assert "no key beside it" in logged.text


@pytest.mark.parametrize("address", ["http://gas.example.org/m.json", "ftp://gas.example.org/m"])
def test_without_https_nobody_is_asked(
    lab: Lab, logged: pytest.LogCaptureFixture, address: str
) -> None:
    assert lab.look(replace(SOURCE, address=address)) is None
    assert lab.asked == []
    assert "It must begin with https://" in logged.text


def test_a_redirect_is_not_followed(lab: Lab, logged: pytest.LogCaptureFixture) -> None:
    lab.answer = httpx2.Response(302, headers={"Location": "https://elsewhere.example/m.json"})
    assert lab.look() is None
    assert lab.asked == [ADDRESS]
    assert "not followed" in logged.text


def test_an_answer_without_an_end_is_read_to_the_limit_only(
    lab: Lab, logged: pytest.LogCaptureFixture
) -> None:
    lab.answer = manifest().ljust(MOST_BYTES + 1)
    assert lab.look() is None
    assert "65,536 bytes" in logged.text


def test_an_older_manifest_than_one_that_was_seen_is_refused(
    lab: Lab, logged: pytest.LogCaptureFixture
) -> None:
    lab.answer = manifest(version="1.3.0", released="2026-11-20")
    assert lab.look() == "1.3.0"
    lab.now += DAY
    lab.answer = manifest(version="1.2.0", released="2026-11-19")
    # What was seen goes on to be told of.
    assert lab.look() == "1.3.0"
    assert "older than one that was seen" in logged.text


def test_on_one_day_the_version_decides_what_is_older(lab: Lab) -> None:
    lab.answer = manifest(version="1.3.0")
    lab.look()
    lab.now += DAY
    lab.answer = manifest(version="1.2.0")
    assert lab.look() == "1.3.0"


def test_a_version_is_withdrawn_by_a_later_manifest(lab: Lab) -> None:
    lab.answer = manifest(version="1.3.0", released="2026-11-20")
    lab.look()
    lab.now += DAY
    lab.answer = manifest(version="1.2.0", released="2026-11-21")
    assert lab.look() == "1.2.0"


def test_an_app_that_was_updated_still_refuses_what_is_older(lab: Lab) -> None:
    lab.answer = manifest(version="1.3.0")
    lab.look()
    lab.running, lab.now = "1.3.0", NOW + DAY
    lab.answer = manifest(version="1.4.0", released="2026-11-01")
    assert lab.look() is None


def test_a_manifest_of_a_day_to_come_is_refused(lab: Lab, logged: pytest.LogCaptureFixture) -> None:
    lab.answer = manifest(released="2206-11-20")
    assert lab.look() is None
    assert "still to come" in logged.text
    lab.now += DAY
    lab.answer = manifest()
    assert lab.look() == "1.2.0"


def test_under_another_key_nothing_is_known(lab: Lab) -> None:
    lab.look()
    assert lab.look(replace(SOURCE, key=public(OTHER_KEY))) is None
    assert lab.look() == "1.2.0"


def test_what_is_postponed_is_told_of_again_after_a_day(lab: Lab) -> None:
    lab.look()
    lab.postpone()
    assert lab.look() is None
    lab.now += DAY
    assert lab.look() == "1.2.0"


def test_what_is_skipped_is_not_told_of_again_but_its_successor_is(lab: Lab) -> None:
    lab.look()
    lab.skip()
    lab.now += DAY
    assert lab.look() is None
    lab.now += DAY
    lab.answer = manifest(version="1.2.1", released="2026-11-25")
    assert lab.look() == "1.2.1"


def test_what_is_postponed_does_not_hide_its_successor(lab: Lab) -> None:
    lab.look()
    lab.now += DAY - HOUR
    lab.postpone()
    lab.now += HOUR
    lab.answer = manifest(version="1.2.1", released="2026-11-24")
    assert lab.look() == "1.2.1"


@pytest.mark.parametrize(
    "fault", [sqlite3.OperationalError("database or disk is full"), OSError("read-only")]
)
def test_a_disk_that_takes_nothing_bothers_nobody(
    lab: Lab, logged: pytest.LogCaptureFixture, fault: Exception
) -> None:
    lab.notes = BadDisk(fault=fault)
    assert lab.look() is None
    lab.skip()
    lab.postpone()
    assert len(logged.records) == 3
    # Nobody is asked again and again because it cannot be remembered.
    assert lab.asked == []


@pytest.mark.parametrize("name", ["release asked", "release seen", "release later"])
def test_notes_that_are_damaged_are_as_good_as_none(lab: Lab, name: str) -> None:
    lab.notes = FakeNotes({name: "2026-13-99 nonsense"})
    assert lab.look() == "1.2.0"


def test_the_app_s_own_store_remembers(tmp_path: Path) -> None:
    async def start(server: ManifestServer, answer: str) -> str | None:
        memory = StoredMemory(tmp_path / "app.sqlite")
        try:
            async with httpx2.AsyncClient() as http:
                check = ReleaseCheck(http, memory, RUNNING)
                found = await check.look(server.source, NOW)
                if found and answer == "skip":
                    await check.skip(found)
                return found.version if found else None
        finally:
            memory.close()

    with serving_manifest() as server:
        assert asyncio.run(start(server, "none")) == "1.2.0"
        assert asyncio.run(start(server, "skip")) == "1.2.0"
        assert asyncio.run(start(server, "none")) is None
    (request,) = server.asked
    assert request["accept-encoding"] == "identity"
    assert not {"authorization", "cookie"} & set(request)
