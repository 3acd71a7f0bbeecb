"""Files on their way: whole, checked, stopped at once, and never over another file."""

from __future__ import annotations

import asyncio
import base64
import errno
import hashlib
import logging
import os
import string
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.domain.files import part_size as service_part_size
from backend.domain.plans import Plans
from backend.wire import MAX_INPUT_BYTES, MIN_PART_BYTES, Download, UploadPart
from desktop.client.api import ApiClient
from desktop.client.connection import Connection
from desktop.errors import (
    DamagedError,
    DesktopError,
    FileAwayError,
    FileChangedError,
    ForbiddenError,
    OfflineError,
    QuotaReachedError,
    ServerFaultError,
)
from desktop.ports import Progress
from desktop.transfer.bandwidth import Bandwidth
from desktop.transfer.downloader import LONGEST_TEXT, Downloader, read_text
from desktop.transfer.ledger import NoLedger
from desktop.transfer.names import numbered, safe_name, suffix_of
from desktop.transfer.source import StoppedError, part_size, read_source, reading
from desktop.transfer.told import Told
from desktop.transfer.transfers import FileTransfers
from desktop.transfer.uploader import Uploader
from tests.desktop.authorization import FakeAuthorization
from tests.desktop.http_service import VCF, HttpService, serving
from tests.fakes.service import FakeService

LATER = datetime(2100, 1, 1, tzinfo=UTC)


@pytest.fixture
def service() -> Iterator[HttpService]:
    with serving(FakeService(plans=Plans(free_max_input_bytes=10**9))) as made:
        yield made


def upload(service: HttpService, path: Path, limit: int | None = None) -> Progress:
    progress = Progress()

    async def send() -> None:
        async with httpx2.AsyncClient(base_url=service.url) as http:
            api = ApiClient(Connection(http, FakeAuthorization(["token-of-ada"])))
            transfers = FileTransfers(api, httpx2.Client())
            try:
                job = await transfers.upload(path, progress, limit)
                assert job.status == "pending"
            finally:
                await asyncio.to_thread(transfers.close)

    asyncio.run(send())
    return progress


def link(data: bytes, name: str = "a.vcf.gz", sha256: str | None = None) -> Download:
    return Download(
        url="http://files.test/a",
        name=name,
        size=len(data),
        sha256=sha256 or hashlib.sha256(data).hexdigest(),
        expires_at=LATER,
    )


def save(data: bytes, wanted: Download, folder: Path, stop: threading.Event | None = None) -> Path:
    answer = httpx2.MockTransport(lambda _request: httpx2.Response(200, content=iter([data])))
    with httpx2.Client(transport=answer) as http:
        ended = stop or threading.Event()
        worker = Downloader(http, NoLedger(), Bandwidth(), Progress(), ended)
        return worker.save(wanted, folder)


def test_a_file_of_several_parts_arrives_whole(service: HttpService, tmp_path: Path) -> None:
    data = os.urandom(MIN_PART_BYTES * 2 + 12_345)
    path = tmp_path / "large.vcf"
    path.write_bytes(data)
    progress = upload(service, path)
    assert list(service.fakes.inputs.objects.values()) == [data]
    assert sorted(service.puts) == [12_345, MIN_PART_BYTES, MIN_PART_BYTES]
    assert (progress.done, progress.total, progress.step) == (len(data), len(data), "uploading")


def test_addresses_that_expired_are_renewed(service: HttpService, tmp_path: Path) -> None:
    path = tmp_path / "a.vcf"
    path.write_bytes(VCF)
    service.refusals.append(403)
    upload(service, path)
    assert list(service.fakes.inputs.objects.values()) == [VCF]


def test_a_file_store_that_always_refuses_ends_the_upload(
    service: HttpService, tmp_path: Path
) -> None:
    path = tmp_path / "a.vcf"
    path.write_bytes(VCF)
    service.refusals += [403] * 9
    with pytest.raises(ServerFaultError):
        upload(service, path)


def test_a_file_over_the_limit_is_not_even_read(service: HttpService, tmp_path: Path) -> None:
    path = tmp_path / "a.vcf"
    path.write_bytes(VCF)
    with pytest.raises(QuotaReachedError) as caught:
        upload(service, path, limit=len(VCF) - 1)
    assert caught.value.limit == len(VCF) - 1
    assert service.puts == []


def test_an_empty_and_a_missing_file_are_named(service: HttpService, tmp_path: Path) -> None:
    empty = tmp_path / "empty.vcf"
    empty.touch()
    with pytest.raises(ForbiddenError, match=r"empty.vcf is empty"):
        upload(service, empty)
    with pytest.raises(FileAwayError, match=r"no.vcf cannot be read: No such file"):
        upload(service, tmp_path / "no.vcf")


def test_a_file_that_changed_is_noticed(tmp_path: Path) -> None:
    path = tmp_path / "a.vcf"
    path.write_bytes(VCF)
    source = read_source(path, Progress(), threading.Event())
    source.check_unchanged()
    os.utime(path, ns=(0, source.fingerprint.mtime_ns + 1))
    with pytest.raises(FileChangedError, match=r"a.vcf changed"):
        source.check_unchanged()


def test_a_part_that_cannot_be_read_any_more_is_named(tmp_path: Path) -> None:
    path = tmp_path / "a.vcf"
    path.write_bytes(VCF)
    source = read_source(path, Progress(), threading.Event())
    path.unlink()
    for look in (partial(source.check_part, 1), source.check_unchanged, source.is_unchanged):
        with pytest.raises(FileAwayError, match=r"a\.vcf cannot be read: No such file"):
            look()


@pytest.mark.parametrize(
    ("number", "kind"),
    [
        (errno.ENOENT, FileAwayError),
        (errno.ENOTCONN, FileAwayError),
        (errno.ESTALE, FileAwayError),
        (errno.EIO, FileAwayError),
        (errno.EHOSTDOWN, FileAwayError),
        (errno.EACCES, ForbiddenError),
        (errno.EISDIR, ForbiddenError),
    ],
)
def test_what_may_pass_by_itself_is_told_from_what_does_not(
    number: int, kind: type[DesktopError]
) -> None:
    words = r"a\.vcf cannot be read: "
    with pytest.raises(DesktopError, match=words) as raised, reading(Path("/share/a.vcf")):
        raise OSError(number, "")
    assert type(raised.value) is kind


def test_an_answer_that_a_proxy_garbled_is_asked_for_again(tmp_path: Path) -> None:
    stop = threading.Event()

    def garble(_request: httpx2.Request) -> httpx2.Response:
        # Nobody is to wait for the next try.
        stop.set()
        packed = {"Content-Encoding": "gzip"}
        return httpx2.Response(200, headers=packed, stream=httpx2.ByteStream(b"not packed"))

    path = tmp_path / "a.vcf"
    path.write_bytes(VCF)
    source = read_source(path, Progress(), stop)
    part = UploadPart(number=1, offset=0, size=len(VCF), url="http://files.test/a", headers={})
    with httpx2.Client(transport=httpx2.MockTransport(garble)) as http:
        uploader = Uploader(http, source, Progress(), Bandwidth(), stop)
        with pytest.raises(StoppedError):
            uploader.send(part)
        with pytest.raises(OfflineError):
            read_text(http, link(VCF))


def test_a_part_that_is_not_taken_waits_as_it_is_told_and_is_logged_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    path, told = tmp_path / "a.vcf", Told()
    waits: list[int] = []
    path.write_bytes(VCF)

    def wait(failures: int) -> float:
        waits.append(failures)
        return 0.0

    source = read_source(path, Progress(), threading.Event())
    part = UploadPart(number=1, offset=0, size=len(VCF), url="http://files.test/a", headers={})
    down = httpx2.MockTransport(lambda _request: httpx2.Response(503))
    for _ in range(2):
        with httpx2.Client(transport=down) as http:
            stop, is_news = threading.Event(), partial(told.is_news, "a")
            uploader = Uploader(http, source, Progress(), Bandwidth(), stop, wait, is_news)
            with pytest.raises(ServerFaultError):
                uploader.send(part)
    assert waits == [0, 1] * 2
    said = [line for line in caplog.messages if line.startswith("part ")]
    assert said == ["part 1 was not taken: ServerFaultError 503"]


def read(data: bytes, wanted: Download) -> str:
    answer = httpx2.MockTransport(lambda _request: httpx2.Response(200, content=data))
    with httpx2.Client(transport=answer) as http:
        return read_text(http, wanted)


def test_a_text_that_is_shown_is_compared_with_its_checksum_where_all_of_it_came() -> None:
    log = b"records read  1\n"
    assert read(log, link(log)) == log.decode()
    with pytest.raises(DamagedError, match=r"a\.annotation\.log came damaged\. Open it again\."):
        read(b"records read  7\n", link(log, "a.annotation.log"))
    unknown = link(log).model_copy(update={"size": None, "sha256": None})
    assert read(b"records read  7\n", unknown) == "records read  7\n"
    long = 2 * LONGEST_TEXT * b"x"
    assert read(long, link(long)) == LONGEST_TEXT * "x"


def test_reading_stops_when_it_is_told_to(tmp_path: Path) -> None:
    path = tmp_path / "a.vcf"
    path.write_bytes(VCF)
    stop = threading.Event()
    stop.set()
    with pytest.raises(StoppedError):
        read_source(path, Progress(), stop)


def test_checksums_are_those_of_the_parts(tmp_path: Path) -> None:
    path = tmp_path / "a.vcf"
    path.write_bytes(VCF)
    source = read_source(path, Progress(), threading.Event())
    digest = hashlib.sha256(VCF)
    assert source.sha256 == digest.hexdigest()
    assert source.part_sha256 == (base64.b64encode(digest.digest()).decode(),)


@given(st.integers(min_value=1, max_value=MAX_INPUT_BYTES))
def test_parts_are_cut_as_the_service_cuts_them(size: int) -> None:
    assert part_size(size) == service_part_size(size)


def test_a_download_is_saved_under_its_name_and_none_is_replaced(tmp_path: Path) -> None:
    first = save(b"one", link(b"one"), tmp_path)
    second = save(b"two", link(b"two"), tmp_path)
    assert (first.name, second.name) == ("a.vcf.gz", "a (1).vcf.gz")
    assert (first.read_bytes(), second.read_bytes()) == (b"one", b"two")


@pytest.mark.parametrize(
    "wanted",
    [link(b"one", sha256="0" * 64), link(b"longer")],
    ids=["another checksum", "another length"],
)
def test_a_damaged_download_leaves_nothing(tmp_path: Path, wanted: Download) -> None:
    with pytest.raises(DamagedError):
        save(b"one", wanted, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_stopped_download_leaves_nothing(tmp_path: Path) -> None:
    stop = threading.Event()
    stop.set()
    with pytest.raises(StoppedError):
        save(b"one", link(b"one"), tmp_path, stop)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_none_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ForbiddenError, match=r"a.vcf.gz cannot be saved in"):
        save(b"one", link(b"one"), tmp_path / "file")


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("../../etc/passwd", "passwd"),
        ("..\\x", "x"),
        ("CON.vcf", "download_CON.vcf"),
        ("gene\u202efcv.exe", "gene_fcv.exe"),
        ("", "download"),
        ("..", "download"),
        ("a\x00b\n.vcf", "a_b_.vcf"),
        ("äöü sample.vcf.gz", "äöü sample.vcf.gz"),
        ("x" * 250 + ".annotated.vcf.gz", "x" * 183 + ".annotated.vcf.gz"),
        ("ä" * 250 + ".tsv", "ä" * 118 + ".tsv"),
        ("x" * 195 + " . y.vcf.gz", "x" * 193 + ".vcf.gz"),
        ("x" * 250, "x" * 200),
        ("a .vcf", "a .vcf"),
    ],
)
def test_names_are_made_safe(name: str, safe: str) -> None:
    assert safe_name(name) == safe


@pytest.mark.parametrize(
    ("name", "suffix"),
    [
        ("a.annotated.vcf.gz", ".vcf.gz"),
        ("a.selected.tsv", ".tsv"),
        ("a.VCF.BGZ", ".VCF.BGZ"),
        ("a.gz", ".gz"),
        ("a", ""),
        (".vcf", ""),
    ],
)
def test_the_suffix_of_a_name_says_its_kind(name: str, suffix: str) -> None:
    assert suffix_of(name) == suffix


@given(st.text())
def test_a_safe_name_stays_in_its_folder(name: str) -> None:
    folder = Path("/folder")
    path = folder / safe_name(name)
    assert path.resolve().parent == folder
    assert len(path.name.encode()) <= 255


@given(st.text(alphabet=string.ascii_letters + ".", min_size=1), st.integers(1, 99))
def test_copies_have_names_of_their_own(name: str, number: int) -> None:
    assert numbered(name, number) != numbered(name, number + 1) != name
