"""An upload begins anew when the service lost it, and for no other reason."""

from __future__ import annotations

import asyncio
from contextlib import closing
from pathlib import Path

import httpx2
import pytest

from backend.domain.attention import UPLOAD_PATIENCE
from backend.wire import MIN_PART_BYTES, JobView, NewJob, NewJobCreated, SentPart
from desktop.client.api import ApiClient
from desktop.client.connection import Connection
from desktop.errors import ConflictError, ForbiddenError, OfflineError, ServerFaultError
from desktop.ports import Progress
from desktop.sentences import quoted
from desktop.store.journal import Journal
from desktop.transfer.bandwidth import TransferLimits
from desktop.transfer.transfers import FileTransfers
from desktop.transfer.upload import PATIENCE
from tests.desktop.authorization import FakeAuthorization
from tests.desktop.http_service import HttpService
from tests.fakes.clock import FakeClock
from tests.unit.desktop.upload_child import KEY
from tests.unit.desktop.upload_steps import (
    DATA,
    PARTS,
    begun_job,
    cancel,
    cut_off,
    delete,
    job_ids,
    transferring,
    upload,
)


def test_an_upload_id_that_the_file_store_forgot_begins_anew(
    service: HttpService, journal: Journal, path: Path
) -> None:
    cut_off(service, journal, path)
    service.fakes.inputs.uploads.clear()
    progress = Progress()
    assert upload(service, journal, path, progress).status == "pending"
    assert progress.anew
    assert list(service.fakes.inputs.objects.values()) == [DATA]


def test_an_upload_that_is_lost_while_several_parts_move_begins_anew(
    service: HttpService, journal: Journal, path: Path
) -> None:
    service.refusals += [404]
    progress = Progress()
    job = upload(service, journal, path, progress, parts_at_once=PARTS)
    assert job.status == "pending"
    assert progress.anew
    assert progress.done == len(DATA)
    assert list(service.fakes.inputs.objects.values()) == [DATA]
    assert len(job_ids(service)) == 2


def test_an_upload_that_the_service_gave_up_begins_anew(
    service: HttpService, journal: Journal, path: Path
) -> None:
    cut_off(service, journal, path)
    first, clock = begun_job(journal), service.fakes.clock
    assert isinstance(clock, FakeClock)
    clock.advance(UPLOAD_PATIENCE)
    cancel(service, first)
    progress = Progress()
    job = upload(service, journal, path, progress)
    assert job.id != first
    assert progress.anew
    assert list(service.fakes.inputs.objects.values()) == [DATA]


def test_the_app_knows_how_long_the_service_awaits_a_file() -> None:
    assert PATIENCE == UPLOAD_PATIENCE


def test_a_job_that_somebody_called_off_is_not_sent_anew_by_itself(
    service: HttpService, journal: Journal, path: Path
) -> None:
    cut_off(service, journal, path)
    first = begun_job(journal)
    cancel(service, first)
    service.parts.clear()
    with pytest.raises(ConflictError, match=r"The job of genome\.vcf was cancelled"):
        upload(service, journal, path)
    assert service.parts == []
    assert job_ids(service) == [first]
    # Whoever tries again after that wants it sent.
    assert upload(service, journal, path).id != first


def delete_begun(service: HttpService, journal: Journal, path: Path) -> str:
    """Begin to send a file, and delete its job; return which it was."""
    cut_off(service, journal, path)
    first = begun_job(journal)
    cancel(service, first)
    delete(service, first)
    return first


def test_a_job_that_somebody_deleted_is_not_sent_anew_by_itself(
    service: HttpService, journal: Journal, path: Path
) -> None:
    delete_begun(service, journal, path)
    service.parts.clear()
    with pytest.raises(ConflictError, match=r"The job of genome\.vcf was cancelled or deleted"):
        upload(service, journal, path)
    assert service.parts == []
    assert job_ids(service) == []
    # Whoever tries again after that wants it sent.
    again = upload(service, journal, path)
    assert job_ids(service) == [again.id]


def test_what_takes_the_place_of_a_deleted_job_is_another_one(
    service: HttpService, journal: Journal, path: Path
) -> None:
    first = delete_begun(service, journal, path)

    async def send_twice() -> JobView:
        async with transferring(service, journal) as transfers:
            with pytest.raises(ConflictError):
                await transfers.upload(path, Progress(), None, key=KEY)
            return await transfers.upload(path, Progress(), None, key=KEY)

    # The list of jobs keeps what was thrown away from coming back.
    assert asyncio.run(send_twice()).id != first


def test_a_job_that_is_called_off_while_its_parts_move_is_not_sent_anew(
    service: HttpService, journal: Journal, path: Path
) -> None:
    async def send() -> None:
        async with transferring(service, journal) as transfers:
            transfers.set_limits(TransferLimits(parts_at_once=1, rate=4 * MIN_PART_BYTES))
            task = asyncio.create_task(transfers.upload(path, Progress(), None, key=KEY))
            while not journal.parts(KEY):  # noqa: ASYNC110 - looked at from outside
                await asyncio.sleep(0.002)
            cancel(service, begun_job(journal))
            await task

    with pytest.raises(ConflictError, match=r"The job of genome\.vcf was cancelled"):
        asyncio.run(send())
    assert len(job_ids(service)) == 1


class FullJournal(Journal):
    """A journal on a disk without room."""

    def note_part(self, key: str, part: SentPart) -> None:
        raise ForbiddenError(quoted("What was sent cannot be noted. Make room there."))


def test_a_fault_of_this_machine_is_told_and_loses_nothing(
    service: HttpService, journal: Journal, path: Path, tmp_path: Path
) -> None:
    taken = cut_off(service, journal, path)
    first = begun_job(journal)
    with (
        closing(FullJournal(tmp_path / "transfers.sqlite")) as full,
        pytest.raises(ForbiddenError, match="Make room there"),
    ):
        upload(service, full, path)
    assert job_ids(service) == [first]
    assert [part.number for part in journal.parts(KEY)] == taken
    assert upload(service, journal, path).id == first


def test_a_file_store_that_forgets_everything_is_a_fault_of_the_service(
    service: HttpService, journal: Journal, path: Path
) -> None:
    service.refusals += [404, 404]
    with pytest.raises(ServerFaultError, match=r"genome\.vcf"):
        upload(service, journal, path)
    assert upload(service, journal, path).status == "pending"


class CountedProgress(Progress):
    """Counts how often a file was read for its checksums."""

    read = 0

    def begin(self, step: str, total: int, done: int = 0) -> None:
        self.read += step == "preparing"
        super().begin(step, total, done)


class OftenOffline(ApiClient):
    """A service that cannot be reached when the first jobs are to be made."""

    losses = 3

    async def create_job(self, new: NewJob) -> NewJobCreated:
        self.losses -= 1
        if self.losses >= 0:
            raise OfflineError
        return await super().create_job(new)


def test_without_a_network_a_file_is_read_once_and_again_if_it_changed(
    service: HttpService, journal: Journal, path: Path
) -> None:
    progress = CountedProgress()

    async def send() -> list[int]:
        read = []
        async with httpx2.AsyncClient(base_url=service.url) as http:
            api = OftenOffline(Connection(http, FakeAuthorization(["token-of-ada"])))
            transfers = FileTransfers(api, httpx2.Client(), journal)
            with closing(transfers):
                for _ in range(OftenOffline.losses):
                    with pytest.raises(OfflineError):
                        await transfers.upload(path, progress, None, key=KEY)
                    read.append(progress.read)
                await asyncio.to_thread(path.write_bytes, DATA[::-1])
                await transfers.upload(path, progress, None, key=KEY)
                return [*read, progress.read]

    assert asyncio.run(send()) == [1, 1, 1, 2]
    assert list(service.fakes.inputs.objects.values()) == [DATA[::-1]]
