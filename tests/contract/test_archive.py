"""The port `Archive`: the fake, a Glacier vault and S3's cold class keep the same promises."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from backend.domain.archive import ArchivedCopy, ThawState, Tier
from backend.domain.errors import (
    DamagedError,
    NoCapacityError,
    NotFoundError,
    RejectedError,
    UnavailableError,
)
from tests.contract.archives import MIB, SMALL, Subject, aws_subject, fake_subject, new_job
from tests.stack import until

NOBODYS = "n" * 138


@pytest.fixture(params=["fake", "vault", "storage_class"])
def subject(request: pytest.FixtureRequest) -> Iterator[Subject]:
    if request.param == "fake":
        yield fake_subject()
        return
    real = aws_subject(request.getfixturevalue("aws"), request.param)
    yield real
    real.capacity(there=True)


@pytest.mark.parametrize("size", [1, MIB, 4 * MIB, 8 * MIB, 17 * MIB + 1])
def test_what_was_put_comes_back(subject: Subject, size: int) -> None:
    job_id = new_job()
    data = hashlib.shake_256(job_id.encode()).digest(size)
    archive_id = subject.put(job_id, data)
    thaw_id = subject.archive.request(archive_id, job_id, Tier.EXPEDITED)
    subject.ready(archive_id, thaw_id)

    assert b"".join(subject.archive.read(archive_id, thaw_id)) == data


def test_equal_bytes_are_two_archives(subject: Subject) -> None:
    job_id = new_job()
    first, second = subject.put(job_id), subject.put(job_id)
    subject.archive.delete(first)

    with pytest.raises(NotFoundError):
        subject.archive.request(first, job_id, Tier.STANDARD)
    assert subject.archive.request(second, job_id, Tier.STANDARD)


@pytest.mark.parametrize("whole", [0, 5, 20])
def test_content_that_breaks_off_leaves_no_archive(subject: Subject, whole: int) -> None:
    """Whatever it raised rises, after however many parts were on their way."""
    job_id, other = new_job(), new_job()

    def content() -> Iterator[bytes]:
        for _ in range(whole):
            yield bytes(MIB)
        raise DamagedError("broken")

    with pytest.raises(DamagedError, match="broken"):
        subject.archive.put(job_id, content(), size=21 * MIB)
    subject.put(other)
    until(lambda: subject.listed(other), "the other job in an inventory", 20)
    assert subject.listed(job_id) == []


@pytest.mark.parametrize("announced", [len(SMALL) - 1, len(SMALL) + 1, 9 * MIB])
def test_content_of_another_size_is_no_archive(subject: Subject, announced: int) -> None:
    with pytest.raises(UnavailableError):
        subject.archive.put(new_job(), [SMALL], size=announced)


def test_what_is_not_at_hand_cannot_be_read(subject: Subject) -> None:
    job_id = new_job()
    archive_id = subject.put(job_id)
    thaw_id = subject.archive.request(archive_id, job_id, Tier.STANDARD)

    assert subject.archive.state(archive_id, thaw_id) is ThawState.RUNNING
    with pytest.raises(UnavailableError):
        list(subject.archive.read(archive_id, thaw_id))


def test_what_was_never_asked_for_is_lost(subject: Subject) -> None:
    archive_id = subject.put(new_job())

    for name in (archive_id, NOBODYS):
        assert subject.archive.state(name, "never") is ThawState.LOST
        with pytest.raises(NotFoundError):
            list(subject.archive.read(name, "never"))


def test_archive_that_is_not_there_cannot_be_asked_for(subject: Subject) -> None:
    with pytest.raises(NotFoundError):
        subject.archive.request(NOBODYS, new_job(), Tier.EXPEDITED)


def test_asking_twice_is_a_yes(subject: Subject) -> None:
    job_id = new_job()
    archive_id = subject.put(job_id)
    subject.archive.request(archive_id, job_id, Tier.EXPEDITED)
    thaw_id = subject.archive.request(archive_id, job_id, Tier.STANDARD)
    subject.ready(archive_id, thaw_id)

    assert b"".join(subject.archive.read(archive_id, thaw_id)) == SMALL


def test_deleted_archive_is_gone(subject: Subject) -> None:
    job_id = new_job()
    archive_id = subject.put(job_id)
    subject.archive.delete(archive_id)
    subject.archive.delete(archive_id)

    with pytest.raises(NotFoundError):
        subject.archive.request(archive_id, job_id, Tier.STANDARD)


def test_deleting_what_never_was_is_nothing(subject: Subject) -> None:
    subject.archive.delete(NOBODYS)


def test_tier_without_capacity_is_refused(subject: Subject) -> None:
    job_id = new_job()
    archive_id = subject.put(job_id)
    subject.capacity(there=False)

    with pytest.raises(NoCapacityError):
        subject.archive.request(archive_id, job_id, Tier.EXPEDITED)
    assert subject.archive.request(archive_id, job_id, Tier.STANDARD)


def test_archive_says_what_it_has_at_hand(subject: Subject) -> None:
    job_id = new_job()
    archive_id = subject.put(job_id)
    subject.archive.request(archive_id, job_id, Tier.EXPEDITED)
    message = subject.told(job_id)

    assert message.archive_id == archive_id
    assert subject.archive.state(archive_id, message.thaw_id) is ThawState.READY
    assert b"".join(subject.archive.read(archive_id, message.thaw_id)) == SMALL


@pytest.mark.parametrize(
    "body", ["", "x", "null", "[]", "5", "{}", '{"Records": [{}]}', '{"Records": 5}']
)
def test_messages_of_others_are_refused(subject: Subject, body: str) -> None:
    with pytest.raises(RejectedError):
        subject.archive.completions(body)


def test_inventory_names_each_archive_its_job_and_its_age(subject: Subject) -> None:
    job_id = new_job()
    before = datetime.now(UTC) - timedelta(seconds=2)
    kept = {subject.put(job_id), subject.put(job_id)}
    gone = subject.put(job_id)
    subject.archive.delete(gone)

    def look() -> list[ArchivedCopy]:
        listed = subject.listed(job_id)
        return listed if {copy.archive_id for copy in listed} >= kept else []

    copies = until(look, "an inventory", 20)
    assert {copy.archive_id for copy in copies} == kept
    assert all(before <= copy.created_at <= datetime.now(UTC) for copy in copies)


def test_slower_tier_takes_longer(subject: Subject) -> None:
    expected = subject.archive.expected
    assert timedelta(0) < expected(Tier.EXPEDITED) < expected(Tier.STANDARD)
