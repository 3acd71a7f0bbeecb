"""From a file to a job in the queue."""

from __future__ import annotations

import hashlib
from datetime import timedelta

import pytest

from backend.domain.errors import ConflictError, NotFoundError, RejectedError, TooLargeError
from backend.domain.files import MIN_PART_BYTES
from backend.domain.job import Input, Job, Options, Status
from backend.services.submission import PART_VALID, Upload, owned
from tests.unit.services.world import FREE, OWNER, PREMIUM, VCF, World, checksum


def test_submitted_file_is_asked_to_be_annotated() -> None:
    world = World()
    job = world.submitted()

    assert job.status is Status.PENDING
    assert world.inputs.objects[f"in/{OWNER}/{job.id}/input"] == VCF
    assert [message.job_id for message in world.topics.requests] == [job.id]


def test_submitting_twice_is_submitting_once() -> None:
    world = World()
    upload = world.create()
    etags = world.send(upload)
    first = world.submissions.submit(upload.job, etags)
    again = world.submissions.submit(upload.job, etags)

    assert again == first
    assert len(world.topics.requests) == 1


def test_file_over_the_limit_is_refused_before_anything_is_stored() -> None:
    world = World()
    source = Input("big.vcf", FREE.max_input_bytes + 1, "0" * 64)

    with pytest.raises(TooLargeError):
        world.submissions.create(OWNER, source, Options(), FREE, [checksum(b"")])
    assert not world.inputs.uploads
    assert not world.topics.changes


def test_large_file_comes_in_parts() -> None:
    world = World()
    part = MIN_PART_BYTES
    source = Input("big.vcf", 2 * part + 1, "0" * 64)
    checksums = [checksum(bytes([n])) for n in range(3)]
    upload = world.submissions.create(OWNER, source, Options(), PREMIUM, checksums)

    lengths = [int(request.headers["Content-Length"]) for request in upload.requests]
    assert lengths == [part, part, 1]
    assert upload.valid_until == world.clock() + PART_VALID


def test_each_part_needs_its_checksum() -> None:
    world = World()
    source = Input("big.vcf", 2 * MIN_PART_BYTES + 1, "0" * 64)

    with pytest.raises(RejectedError, match="3 parts"):
        world.submissions.create(OWNER, source, Options(), PREMIUM, [checksum(b"")])


def test_address_of_a_part_can_be_renewed() -> None:
    world = World()
    upload = world.create()
    world.clock.advance(timedelta(hours=1))
    renewed = world.submissions.renew_parts(upload.job, {1: checksum(VCF)})

    assert renewed.valid_until == world.clock() + PART_VALID
    with pytest.raises(RejectedError, match="no part 2"):
        world.submissions.renew_parts(upload.job, {2: checksum(VCF)})


def test_missing_part_is_named_in_words() -> None:
    world = World()
    upload = world.create()

    with pytest.raises(RejectedError, match="Send it again"):
        world.submissions.submit(upload.job, [(1, '"wrong"', checksum(VCF))])
    assert world.jobs.get(upload.job.id).status is Status.AWAITING_UPLOAD


def test_whole_of_another_size_is_refused_and_removed() -> None:
    world = World()
    upload = world.create()
    world.inputs.uploads[upload.job.upload_id or ""].parts[1] = VCF + b"more"
    etags = [(1, _etag_of(world, upload.job.upload_id or ""), checksum(VCF + b"more"))]

    with pytest.raises(RejectedError, match="seems to have changed"):
        world.submissions.submit(upload.job, etags)
    assert world.jobs.get(upload.job.id).status is Status.CANCELLED
    assert not world.inputs.objects


def _etag_of(world: World, upload_id: str) -> str:
    return f'"{hashlib.sha256(world.inputs.uploads[upload_id].parts[1]).hexdigest()[:32]}"'


def test_cancelled_job_takes_no_file() -> None:
    world = World()
    upload = world.create()
    etags = world.send(upload)
    cancelled = world.submissions.cancel(upload.job)

    assert cancelled.status is Status.CANCELLED
    assert not world.inputs.uploads
    with pytest.raises(ConflictError):
        world.submissions.submit(cancelled, etags)
    with pytest.raises(ConflictError):
        world.submissions.renew_parts(cancelled, {1: checksum(VCF)})


def test_job_of_another_looks_like_none() -> None:
    world = World()
    job = world.submitted()

    assert owned(world.jobs, job.id, OWNER) == job
    with pytest.raises(NotFoundError) as theirs:
        owned(world.jobs, job.id, "somebody else")
    with pytest.raises(NotFoundError) as nobodys:
        owned(world.jobs, "0" * 32, OWNER)
    assert str(theirs.value) == f"There is no job {job.id}."
    assert str(nobodys.value) == f"There is no job {'0' * 32}."


REQUEST = "5" * 32


def requested(world: World, data: bytes = VCF, owner: str = OWNER, name: str = "a.vcf") -> Upload:
    source = Input(name, len(data), hashlib.sha256(data).hexdigest())
    return world.submissions.create(
        owner, source, Options(), FREE, [checksum(data)], request=REQUEST
    )


def test_request_whose_answer_was_lost_makes_one_job() -> None:
    world = World()
    first, again = requested(world), requested(world)

    assert again.job == first.job
    assert len(world.inputs.uploads) == 1
    assert world.submissions.submit(again.job, world.send(again)).status is Status.PENDING


def test_same_request_for_another_file_or_by_another_person_is_another() -> None:
    world = World()
    made = [
        requested(world),
        requested(world, VCF + b"\n"),
        requested(world, name="b.vcf"),
        requested(world, owner="somebody else"),
    ]
    assert len({upload.job.id for upload in made}) == len(made)


def test_request_is_new_once_its_job_awaits_no_file() -> None:
    world = World()
    first = requested(world)
    world.submissions.cancel(first.job)
    second = requested(world)

    assert second.job.id != first.job.id
    assert second.job.status is Status.AWAITING_UPLOAD


def test_request_that_is_asked_twice_at_once_makes_one_job(monkeypatch: pytest.MonkeyPatch) -> None:
    world = World()
    first = requested(world)
    get = world.jobs.get
    # When the second one looked, the first was not there yet.
    looks = iter([NotFoundError("There is none.")])

    def late(job_id: str) -> Job:
        for error in looks:
            raise error
        return get(job_id)

    monkeypatch.setattr(world.jobs, "get", late)
    second = requested(world)

    assert second.job == first.job
    assert len(world.inputs.uploads) == 1
