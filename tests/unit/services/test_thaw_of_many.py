"""Ten thousand archived results of one owner, who becomes premium."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

import pytest

from backend.domain.archive import Tier
from backend.domain.errors import ConflictError, UnavailableError
from backend.domain.job import Status
from backend.domain.messages import AccountMessage
from backend.domain.plans import Plan
from backend.services.plan_changes import Ask
from tests.fakes.archive import FakeArchive
from tests.unit.services.world import OWNER, World

ARCHIVES = 10_000
AT_ONCE = 8


@dataclass
class CountedArchive:
    """An archive that counts who asks at the same moment, and how often for what."""

    archive: FakeArchive
    asked: Counter[str] = field(default_factory=Counter)
    at_once: int = 0
    most_at_once: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    @contextmanager
    def counted(self) -> Iterator[None]:
        with self.lock:
            self.at_once += 1
            self.most_at_once = max(self.most_at_once, self.at_once)
        yield
        with self.lock:
            self.at_once -= 1

    def request(self, archive_id: str, job_id: str, tier: Tier) -> str:
        with self.counted(), self.lock:
            self.asked[archive_id] += 1
            return self.archive.request(archive_id, job_id, tier)

    def expected(self, tier: Tier) -> object:
        return self.archive.expected(tier)


def several_at_once(ask: Ask, ids: Iterable[str]) -> list[ConflictError | None]:
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(ask, ids))


def test_ten_thousand_archives_are_asked_for_once_each_also_when_that_is_cut_short() -> None:
    world = World()
    pattern = world.archived()
    for number in range(1, ARCHIVES):
        archive_id = f"archive-of-{number}"
        kept = world.archive.archives[str(pattern.archive_id)]
        world.archive.archives[archive_id] = kept
        world.jobs.add(replace(pattern, id=f"{number:031x}f", archive_id=archive_id))
    world.know_owner(Plan.PREMIUM, version=2)
    archive = CountedArchive(world.archive)
    changes = replace(
        world.plan_changes,
        thaws=replace(world.thaws, archive=archive),
        each=several_at_once,
    )
    pages = 0

    def stop_midway() -> None:
        nonlocal pages
        pages += 1
        if pages == 40:
            raise UnavailableError("The process is told to end.")

    with pytest.raises(UnavailableError):
        changes.follow(AccountMessage(OWNER), stop_midway)
    first = archive.asked.total()
    changes.follow(AccountMessage(OWNER), lambda: None)

    assert 0 < first < ARCHIVES
    assert len(archive.asked) == archive.asked.total() == ARCHIVES
    assert archive.most_at_once <= AT_ONCE
    page = world.jobs.by_owner(OWNER, limit=ARCHIVES)
    assert {job.status for job in page.jobs} == {Status.THAWING}
