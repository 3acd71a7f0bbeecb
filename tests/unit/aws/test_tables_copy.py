"""A copy of a table holds what was asked for, whatever fails on the way."""

from __future__ import annotations

import resource
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Event

import pytest

from backend.aws.tables_copy import BLOCK, TableCopy
from backend.domain.errors import UnavailableError
from tests.variant_rows import HeldRanges

FAR = 40 * BLOCK
# Between these lies so much that they are fetched one by one; and behind them, what is at hand.
BOTH = [(0, 1), (FAR - 1, FAR)]
CONTENT = bytes(range(256)) * (2 * FAR // 256)


class FailingRanges(HeldRanges):
    """The first block cannot be read; the far one is when *left* is set, or after a moment."""

    def __init__(self) -> None:
        super().__init__(t=CONTENT)
        self.slow, self.left = Event(), Event()
        self.happened: list[str] = []

    def read(self, key: str, start: int, end: int) -> bytes:
        if start == 0:
            assert self.slow.wait(10)
            raise UnavailableError("The file store is down.")
        self.slow.set()
        self.left.wait(0.2)
        self.happened.append("read")
        return super().read(key, start, end)


@contextmanager
def copy_of(ranges: HeldRanges, folder: Path) -> Iterator[TableCopy]:
    with ThreadPoolExecutor(2) as fetchers:
        copy = TableCopy(ranges, "t", fetchers, folder)
        try:
            yield copy
        finally:
            copy.close()


def test_nothing_is_under_way_when_a_piece_cannot_be_had(tmp_path: Path) -> None:
    ranges = FailingRanges()
    with copy_of(ranges, tmp_path) as copy:
        with pytest.raises(UnavailableError, match="file store is down"):
            copy.require(BOTH)
        ranges.happened.append("left")
        ranges.left.set()
    assert ranges.happened == ["read", "left"]


def test_what_does_not_fit_on_the_disk_is_not_taken_for_there(tmp_path: Path) -> None:
    with copy_of(HeldRanges(t=CONTENT), tmp_path) as copy:
        before = copy.stored
        with files_of(BLOCK // 2), pytest.raises(UnavailableError, match="does not take more"):
            copy.require(BOTH[:1])
        assert copy.stored == before
        copy.require(BOTH)
        assert copy.stored == before + 2 * BLOCK
        assert copy.file.read(BLOCK) == CONTENT[:BLOCK]
        copy.file.seek(FAR - 9)
        assert copy.file.read(9) == CONTENT[FAR - 9 : FAR]


@pytest.mark.parametrize("size", [1, BLOCK, 100 * BLOCK, 100 * BLOCK + 7])
def test_the_end_is_at_hand_by_one_request(tmp_path: Path, size: int) -> None:
    content = bytes(range(256)) * (size // 256) + bytes(size % 256)
    ranges = HeldRanges(t=content)
    with copy_of(ranges, tmp_path) as copy:
        assert copy.size == size
        end = max(size - 2 * BLOCK, 0)
        copy.require([(end, size)])
        assert len(ranges.reads) == 1
        copy.file.seek(end)
        assert copy.file.read() == content[end:]


@pytest.mark.parametrize("odd", [0, 7])
def test_a_block_of_which_the_end_has_a_part_is_fetched(tmp_path: Path, odd: int) -> None:
    content = CONTENT + bytes(odd)
    ranges = HeldRanges(t=content)
    with copy_of(ranges, tmp_path) as copy:
        copy.require([(0, copy.size)])
        assert copy.stored == -(-copy.size // BLOCK) * BLOCK
        assert copy.file.read() == content


def test_a_fetch_that_is_dropped_has_nothing_under_way(tmp_path: Path) -> None:
    ranges = FailingRanges()
    with copy_of(ranges, tmp_path) as copy:
        fetch = copy.fetch(BOTH)
        assert ranges.slow.wait(10)
        fetch.drop()
        ranges.happened.append("left")
    assert ranges.happened == ["read", "left"]


def test_a_copy_for_which_there_is_no_room_leaves_nothing_open(tmp_path: Path) -> None:
    with (
        files_of(BLOCK),
        pytest.raises(UnavailableError, match="does not take more"),
        copy_of(HeldRanges(t=CONTENT), tmp_path),
    ):
        pass
    assert list(open_files(tmp_path)) == []
    assert list(tmp_path.iterdir()) == []


def test_a_copy_is_open_until_it_is_given_up(tmp_path: Path) -> None:
    with copy_of(HeldRanges(t=CONTENT), tmp_path):
        assert len(list(open_files(tmp_path))) == 2
    assert list(open_files(tmp_path)) == []


def open_files(folder: Path) -> Iterator[str]:
    """Yield the files of a folder that this process has open, those without a name too."""
    for link in list(Path("/proc/self/fd").iterdir()):
        # The list itself is one of them, and gone by now.
        with suppress(FileNotFoundError):
            file = str(link.readlink())
            if file.startswith(f"{folder}/"):
                yield file


@contextmanager
def files_of(most: int) -> Iterator[None]:
    """Have the system refuse what is beyond so many bytes of a file, as a full disk does."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
