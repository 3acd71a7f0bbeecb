"""No link to a file of somebody's is handed out without a record of it."""

from __future__ import annotations

import pytest

from backend.domain.errors import ConflictError, UnavailableError
from backend.services.access_log import Access, RecordedLinks, Via
from backend.services.results import Kind
from tests.fakes.deletions import FakeAccessLog
from tests.unit.services.world import FREE, OWNER, World


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def log() -> FakeAccessLog:
    return FakeAccessLog()


@pytest.fixture
def links(world: World, log: FakeAccessLog) -> RecordedLinks:
    return RecordedLinks(world.results, log, world.clock)


def test_link_is_recorded(world: World, log: FakeAccessLog, links: RecordedLinks) -> None:
    job = world.completed()
    link = links.link(job, Kind.RESULT, FREE, via=Via.API, request_id="r1")
    assert world.outputs.get(link.url) == b"annotated"
    assert log.noted == [Access(OWNER, job.id, "result", Via.API, "r1", world.clock())]


def test_what_cannot_be_recorded_is_not_handed_out(
    world: World, log: FakeAccessLog, links: RecordedLinks
) -> None:
    log.down = True
    with pytest.raises(UnavailableError):
        links.link(world.completed(), Kind.RESULT, FREE, via=Via.API, request_id="r1")


def test_what_is_refused_is_not_recorded(
    world: World, log: FakeAccessLog, links: RecordedLinks
) -> None:
    with pytest.raises(ConflictError):
        links.link(world.archived(), Kind.RESULT, FREE, via=Via.API, request_id="r1")
    assert log.noted == []
