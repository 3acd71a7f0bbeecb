"""A download goes on where it ended, and is never put together from two versions."""

from __future__ import annotations

import asyncio
import hashlib
import os
import threading
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import httpx2
import pytest

from backend.wire import Download
from desktop.errors import DamagedError, ForbiddenError, OfflineError
from desktop.ports import Progress
from desktop.store.journal import Journal
from desktop.transfer.bandwidth import Bandwidth
from desktop.transfer.downloader import Downloader
from desktop.transfer.ledger import BegunDownload
from desktop.transfer.source import StoppedError
from desktop.transfer.transfers import FileTransfers
from tests.desktop.http_service import HttpService, serving

KEY = "0123456789"
DATA = os.urandom(3_000_000)
LATER = datetime(2100, 1, 1, tzinfo=UTC)


@pytest.fixture
def service() -> Iterator[HttpService]:
    with serving() as made:
        made.fakes.outputs.objects["a"] = DATA
        yield made


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    with closing(Journal(tmp_path / "data" / "transfers.sqlite")) as made:
        yield made


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "Downloads"


def link(service: HttpService, *, known: bool = True) -> Download:
    return Download(
        url=f"{service.url}/files/outputs/a",
        name="a.vcf.gz",
        size=len(DATA) if known else None,
        sha256=hashlib.sha256(DATA).hexdigest() if known else None,
        expires_at=LATER,
    )


def save(
    journal: Journal,
    wanted: Download,
    folder: Path,
    *,
    name: str | None = None,
    key: str | None = KEY,
    progress: Progress | None = None,
) -> Path:
    with httpx2.Client() as http:
        worker = Downloader(
            http, journal, Bandwidth(), progress or Progress(), threading.Event(), key
        )
        return worker.save(wanted, folder, name)


def cut_off(service: HttpService, journal: Journal, wanted: Download, folder: Path) -> int:
    """Have the connection end in the middle; return how much is there."""
    service.cut = 2_500_000
    with pytest.raises(OfflineError):
        save(journal, wanted, folder)
    begun = journal.download(KEY)
    assert begun is not None
    (part,) = folder.iterdir()
    assert part == begun.part
    assert part.name.startswith(".")
    assert part.stat().st_mode & 0o077 == 0
    return part.stat().st_size


@pytest.mark.parametrize("known", [True, False], ids=["with a checksum", "with a version alone"])
def test_a_download_that_was_cut_off_goes_on(
    service: HttpService,
    journal: Journal,
    folder: Path,
    known: bool,  # noqa: FBT001 - a table
) -> None:
    wanted = link(service, known=known)
    have = cut_off(service, journal, wanted, folder)
    assert 0 < have < len(DATA)
    progress = Progress()
    saved = save(journal, wanted, folder, progress=progress)
    assert saved.read_bytes() == DATA
    assert service.ranges == [f"bytes={have}-"]
    assert progress.done == len(DATA)
    assert list(folder.iterdir()) == [saved]


@pytest.mark.parametrize("name", [None, "mine.vcf.gz"], ids=["its own name", "a chosen name"])
def test_what_ended_before_the_queue_was_saved_is_not_saved_twice(
    service: HttpService, journal: Journal, folder: Path, name: str | None
) -> None:
    # Of the same length, and yet another file.
    folder.mkdir()
    (folder / "a.vcf.gz").write_bytes(bytes(len(DATA)))
    saved = save(journal, link(service), folder, name=name)
    service.refusals.append(503)
    progress = Progress()
    assert save(journal, link(service), folder, name=name, progress=progress) == saved
    assert (service.refusals, progress.done) == ([503], len(DATA))
    assert len(list(folder.iterdir())) == 2
    journal.save_items("ada", [], [KEY])
    service.refusals.clear()
    again = save(journal, link(service), folder)
    assert again.name == ("a (2).vcf.gz" if name is None else "a (1).vcf.gz")


def test_what_was_there_before_a_download_began_does_not_stand_for_it(
    service: HttpService, journal: Journal, folder: Path
) -> None:
    first = save(journal, link(service), folder, key=None)
    assert save(journal, link(service), folder) != first


def test_a_move_that_was_cut_short_is_finished(
    service: HttpService, journal: Journal, folder: Path
) -> None:
    folder.mkdir()
    part = folder / ".a.part"
    part.write_bytes(DATA)
    (folder / "a.vcf.gz").hardlink_to(part)
    journal.begin_download(KEY, BegunDownload(part, ""))
    assert save(journal, link(service), folder) == folder / "a.vcf.gz"
    assert list(folder.iterdir()) == [folder / "a.vcf.gz"]


def test_a_disk_that_fills_up_leaves_the_piece(
    service: HttpService, journal: Journal, folder: Path
) -> None:
    have = cut_off(service, journal, link(service), folder)
    huge = link(service).model_copy(update={"size": 10**18})
    with pytest.raises(ForbiddenError, match="has room"):
        save(journal, huge, folder)
    assert save(journal, link(service), folder).read_bytes() == DATA
    assert service.ranges == [f"bytes={have}-"]


def test_without_a_key_nothing_is_left(
    service: HttpService, journal: Journal, folder: Path
) -> None:
    service.cut = 2_500_000
    with pytest.raises(OfflineError):
        save(journal, link(service), folder, key=None)
    assert list(folder.iterdir()) == []


def test_two_versions_are_never_put_together(
    service: HttpService, journal: Journal, folder: Path
) -> None:
    cut_off(service, journal, link(service), folder)
    service.fakes.outputs.objects["a"] = bytes(len(DATA))
    with pytest.raises(DamagedError):
        save(journal, link(service), folder)
    assert list(folder.iterdir()) == []
    service.fakes.outputs.objects["a"] = DATA
    assert save(journal, link(service), folder).read_bytes() == DATA


def test_a_store_that_knows_no_ranges_sends_all_of_it(journal: Journal, folder: Path) -> None:
    folder.mkdir()
    part = folder / ".a.part"
    part.write_bytes(DATA[:1000])
    journal.begin_download(KEY, BegunDownload(part, '"1"'))
    asked: list[str] = []

    def answer(request: httpx2.Request) -> httpx2.Response:
        asked.append(request.headers["if-range"])
        return httpx2.Response(200, content=iter([DATA]))

    wanted = Download(url="http://a.test", name="a", size=None, sha256=None, expires_at=LATER)
    with httpx2.Client(transport=httpx2.MockTransport(answer)) as http:
        worker = Downloader(http, journal, Bandwidth(), Progress(), threading.Event(), KEY)
        assert worker.save(wanted, folder).read_bytes() == DATA
    assert asked == ['"1"']


def test_what_was_complete_is_only_moved(
    service: HttpService, journal: Journal, folder: Path
) -> None:
    folder.mkdir()
    part = folder / ".a.part"
    part.write_bytes(DATA)
    journal.begin_download(KEY, BegunDownload(part, ""))
    service.refusals.append(503)
    assert save(journal, link(service), folder).read_bytes() == DATA
    assert service.refusals == [503]


def test_a_chosen_name_takes_the_place_of_what_was_there(
    service: HttpService, journal: Journal, folder: Path
) -> None:
    folder.mkdir()
    (folder / "mine.vcf.gz").write_bytes(b"old")
    saved = save(journal, link(service), folder, name="mine.vcf.gz")
    assert saved.read_bytes() == DATA
    assert list(folder.iterdir()) == [saved]


def test_a_disk_without_room_is_told_before_a_byte_comes(
    service: HttpService, journal: Journal, folder: Path
) -> None:
    huge = link(service).model_copy(update={"size": 10**18})
    with pytest.raises(
        ForbiddenError, match=r"has 1,000,000,000,000,000,000 bytes, and .* has room"
    ):
        save(journal, huge, folder, key=None)
    assert list(folder.iterdir()) == []


def test_a_stopped_download_can_be_abandoned(
    service: HttpService, journal: Journal, folder: Path
) -> None:
    stop = threading.Event()
    stop.set()
    with httpx2.Client() as http:
        worker = Downloader(http, journal, Bandwidth(), Progress(), stop, KEY)
        with pytest.raises(StoppedError):
            worker.save(link(service), folder)
        assert len(list(folder.iterdir())) == 1
        transfers = FileTransfers(None, http, journal)  # type: ignore[arg-type]
        assert asyncio.run(transfers.abandon(KEY)) is None
    assert list(folder.iterdir()) == []
    assert journal.download(KEY) is None
