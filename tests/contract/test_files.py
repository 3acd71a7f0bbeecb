"""The port `Files`: the fake and S3 keep the same promises."""

from __future__ import annotations

import base64
import hashlib
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import httpx2
import pytest

from backend.aws.files import S3Files
from backend.domain.errors import DamagedError, NotFoundError, RejectedError
from backend.services.ports import Files, Part, PartRequest
from tests.fakes.files import FakeFiles

MINUTE = timedelta(minutes=1)
MIB = 1024**2
DATA = b"##fileformat=VCFv4.2\n"


@dataclass
class Subject:
    files: Files
    put: Callable[[PartRequest, bytes], str]
    get: Callable[[str], bytes]


@pytest.fixture(params=["fake", "s3"])
def subject(request: pytest.FixtureRequest) -> Subject:
    if request.param == "fake":
        fake = FakeFiles()
        return Subject(fake, lambda r, data: fake.put(r.url, data, r.headers), fake.get)
    aws = request.getfixturevalue("aws")
    return Subject(S3Files(aws.client("s3"), aws.outputs["InputsBucket"]), _put, _get)


def _put(request: PartRequest, data: bytes) -> str:
    answer = httpx2.put(request.url, content=data, headers=request.headers)
    assert answer.status_code == 200, answer.text
    return answer.headers["etag"]


def _get(url: str) -> bytes:
    answer = httpx2.get(url)
    assert answer.status_code == 200, answer.text
    return answer.content


def checksum(data: bytes) -> str:
    return base64.b64encode(hashlib.sha256(data).digest()).decode()


def new_key() -> str:
    return f"in/owner/{uuid.uuid4().hex}/input"


def upload(subject: Subject, key: str, *parts: bytes) -> tuple[str, list[tuple[int, str, str]]]:
    """Send the parts; return the upload's id and what finishes it."""
    upload_id = subject.files.start_upload(key)
    wanted = [Part(n, len(data), checksum(data)) for n, data in enumerate(parts, 1)]
    requests = subject.files.part_requests(key, upload_id, wanted, valid=MINUTE)
    sent = [
        (request.number, subject.put(request, data), checksum(data))
        for request, data in zip(requests, parts, strict=True)
    ]
    return upload_id, sent


def test_parts_become_the_object(subject: Subject, tmp_path: Path) -> None:
    key, first = new_key(), bytes(8 * 1024**2)
    upload_id, sent = upload(subject, key, first, DATA)

    assert subject.files.finish_upload(key, upload_id, sent[::-1]) == len(first) + len(DATA)
    assert subject.files.size(key) == len(first) + len(DATA)
    subject.files.fetch(key, tmp_path / "back")
    assert (tmp_path / "back").read_bytes() == first + DATA


def test_finishing_twice_is_finishing_once(subject: Subject) -> None:
    key = new_key()
    upload_id, sent = upload(subject, key, DATA)

    assert subject.files.finish_upload(key, upload_id, sent) == len(DATA)
    assert subject.files.finish_upload(key, upload_id, sent) == len(DATA)


def test_missing_part_is_refused(subject: Subject) -> None:
    key = new_key()
    upload_id, sent = upload(subject, key, DATA)

    with pytest.raises(RejectedError):
        subject.files.finish_upload(key, upload_id, [(2, sent[0][1], checksum(DATA))])
    with pytest.raises(RejectedError):
        subject.files.finish_upload(key, upload_id, [(1, '"strange"', checksum(DATA))])
    assert subject.files.size(key) is None
    assert subject.files.finish_upload(key, upload_id, sent) == len(DATA)


def test_upload_that_was_given_up_cannot_be_finished(subject: Subject) -> None:
    key = new_key()
    upload_id, sent = upload(subject, key, DATA)
    subject.files.abort_upload(key, upload_id)
    subject.files.abort_upload(key, upload_id)

    with pytest.raises(RejectedError):
        subject.files.finish_upload(key, upload_id, sent)


def test_link_downloads_the_object(subject: Subject, tmp_path: Path) -> None:
    key = new_key()
    (tmp_path / "source").write_bytes(DATA)
    subject.files.store(key, tmp_path / "source", content_type="text/plain")

    url = subject.files.link(key, name='patient "1" é.vcf', valid=MINUTE)
    assert subject.get(url) == DATA


def test_object_that_is_not_there_is_said_to_be_missing(subject: Subject, tmp_path: Path) -> None:
    assert subject.files.size(new_key()) is None
    with pytest.raises(NotFoundError):
        subject.files.fetch(new_key(), tmp_path / "none")


def test_deleted_objects_are_gone(subject: Subject, tmp_path: Path) -> None:
    key = new_key()
    (tmp_path / "source").write_bytes(DATA)
    subject.files.store(key, tmp_path / "source", content_type="text/plain")
    subject.files.delete([key, new_key()])
    subject.files.delete([])

    assert subject.files.size(key) is None


def test_keys_are_found_by_what_they_begin_with(subject: Subject, tmp_path: Path) -> None:
    (tmp_path / "source").write_bytes(DATA)
    folder = f"work/{uuid.uuid4().hex}/"
    for name in ("b", "a.in", "a.vcf.gz", "ab"):
        subject.files.store(folder + name, tmp_path / "source", content_type="text/plain")

    assert list(subject.files.keys(folder)) == [folder + n for n in ("a.in", "a.vcf.gz", "ab", "b")]
    assert list(subject.files.keys(f"{folder}a.")) == [folder + "a.in", folder + "a.vcf.gz"]
    assert not subject.files.keys(f"{folder}c")


@pytest.mark.parametrize("size", [0, 1, 8 * MIB, 8 * MIB + 1, 17 * MIB])
def test_what_was_written_can_be_read(subject: Subject, size: int) -> None:
    key = new_key()
    data = hashlib.shake_256(key.encode()).digest(size)
    pieces = (data[start : start + 3 * MIB] for start in range(0, size, 3 * MIB))
    subject.files.write(key, pieces, content_type="text/plain")

    assert subject.files.size(key) == size
    assert b"".join(subject.files.read(key)) == data


@pytest.mark.parametrize("whole", [0, 9, 18])
def test_content_that_breaks_off_leaves_no_object(subject: Subject, whole: int) -> None:
    key = new_key()

    def content() -> Iterator[bytes]:
        for _ in range(whole):
            yield bytes(MIB)
        raise DamagedError("broken")

    with pytest.raises(DamagedError, match="broken"):
        subject.files.write(key, content(), content_type="text/plain")
    assert subject.files.size(key) is None


def test_content_that_breaks_off_replaces_nothing(subject: Subject) -> None:
    key = new_key()
    subject.files.write(key, [DATA], content_type="text/plain")

    def content() -> Iterator[bytes]:
        yield bytes(9 * MIB)
        raise DamagedError("broken")

    with pytest.raises(DamagedError):
        subject.files.write(key, content(), content_type="text/plain")
    assert b"".join(subject.files.read(key)) == DATA


def test_what_is_not_there_cannot_be_read(subject: Subject) -> None:
    with pytest.raises(NotFoundError):
        list(subject.files.read(new_key()))


class TestS3:
    """What only S3 can refuse."""

    @pytest.fixture
    def files(self, aws) -> S3Files:  # type: ignore[no-untyped-def]  # noqa: ANN001
        return S3Files(aws.client("s3"), aws.outputs["InputsBucket"])

    def test_address_of_a_part_takes_these_bytes_only(self, files: S3Files) -> None:
        key = new_key()
        part = Part(1, len(DATA), checksum(DATA))
        (request,) = files.part_requests(key, files.start_upload(key), [part], valid=MINUTE)
        signed = request.url.partition("X-Amz-SignedHeaders=")[2].partition("&")[0]

        assert {"content-length", "x-amz-checksum-sha256"} <= set(signed.split("%3B"))
        other = DATA[::-1]
        assert httpx2.put(request.url, content=other, headers=request.headers).is_error
        longer = {**request.headers, "Content-Length": str(len(DATA) + 1)}
        assert httpx2.put(request.url, content=DATA + b"x", headers=longer).status_code == 403
        no_checksum = {"Content-Length": str(len(DATA))}
        assert httpx2.put(request.url, content=DATA, headers=no_checksum).status_code == 403

    def test_link_is_for_one_object_for_a_while(self, files: S3Files, tmp_path: Path) -> None:
        key = new_key()
        (tmp_path / "source").write_bytes(DATA)
        files.store(key, tmp_path / "source", content_type="text/plain")
        url = files.link(key, name="a.vcf", valid=MINUTE)

        answer = httpx2.get(url)
        assert answer.headers["content-disposition"].startswith('attachment; filename="a.vcf"')
        assert httpx2.get(url.replace("Expires=60", "Expires=6000")).status_code == 403
        assert httpx2.get(url.replace(key, new_key())).status_code == 403

    def test_upload_that_breaks_off_is_not_kept(self, files: S3Files) -> None:
        key = new_key()

        def content() -> Iterator[bytes]:
            yield bytes(17 * MIB)
            raise DamagedError("broken")

        with pytest.raises(DamagedError):
            files.write(key, content(), content_type="text/plain")
        answer = files.client.list_multipart_uploads(Bucket=files.bucket, Prefix=key)
        assert not answer.get("Uploads")

    def test_written_object_has_its_type(self, files: S3Files) -> None:
        for size in (1, 9 * MIB):
            key = new_key()
            files.write(key, [bytes(size)], content_type="text/plain")
            head = files.client.head_object(Bucket=files.bucket, Key=key)
            assert head["ContentType"] == "text/plain"
