"""A job's log as text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from backend.domain.errors import ConflictError, NotFoundError
from backend.domain.files import file_keys
from backend.services.job_log import LONGEST_SHOWN, log_text
from tests.fakes.files import FakeFiles
from tests.fakes.people import a_job

JOB = a_job("alice", log_stored=True)


def stored(log: bytes) -> FakeFiles:
    files = FakeFiles()
    files.objects[file_keys(JOB.owner, JOB.id).log] = log
    return files


def test_a_log_is_shown_whole() -> None:
    shown = log_text(JOB, stored(b"a\nb \xc3\xa4"))
    assert (shown.text, shown.whole) == ("a\nb ä", True)


def test_a_log_of_just_the_longest_size_is_whole() -> None:
    shown = log_text(JOB, stored(b"x" * LONGEST_SHOWN))
    assert (len(shown.text), shown.whole) == (LONGEST_SHOWN, True)


def test_a_longer_one_ends_with_a_line_or_where_there_is_none() -> None:
    shown = log_text(JOB, stored(b"line\n" * LONGEST_SHOWN))
    assert not shown.whole
    assert len(shown.text) == LONGEST_SHOWN - LONGEST_SHOWN % 5
    assert len(log_text(JOB, stored(b"x" * (LONGEST_SHOWN + 1))).text) == LONGEST_SHOWN


def test_a_log_without_end_is_not_read_to_its_end() -> None:
    @dataclass
    class Endless(FakeFiles):
        pieces: int = 0

        def read(self, key: str) -> Iterator[bytes]:
            while True:
                self.pieces += 1
                yield b"x" * 100_000

    files = Endless()
    log_text(JOB, files)
    assert files.pieces == LONGEST_SHOWN // 100_000 + 1


def test_there_is_no_log_before_it_is_stored() -> None:
    with pytest.raises(ConflictError):
        log_text(a_job("alice"), FakeFiles())
    with pytest.raises(NotFoundError):
        log_text(JOB, FakeFiles())
