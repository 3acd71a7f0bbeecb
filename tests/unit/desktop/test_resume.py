"""An upload goes on where it ended, whatever ended it; a file that changed does not."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from backend.wire import MIN_PART_BYTES, JobView, NewJob, NewJobCreated
from desktop.client.api import ApiClient
from desktop.errors import FileAwayError, FileChangedError, OfflineError, ServerFaultError
from desktop.ports import Progress
from desktop.store.journal import Journal
from desktop.transfer.bandwidth import TransferLimits
from tests.desktop.http_service import HttpService
from tests.stack import until
from tests.unit.desktop.upload_child import KEY
from tests.unit.desktop.upload_steps import (
    DATA,
    PARTS,
    cut_off,
    job_ids,
    sent_numbers,
    transferring,
    upload,
)

ROOT = Path(__file__).parents[3]


def test_a_stopped_upload_goes_on_where_it_ended(
    service: HttpService, journal: Journal, path: Path
) -> None:
    taken = cut_off(service, journal, path)
    assert 2 <= len(taken) < PARTS
    service.parts.clear()
    progress = Progress()
    job = upload(service, journal, path, progress)
    assert job.status == "pending"
    assert set(sent_numbers(service)).isdisjoint(taken)
    assert list(service.fakes.inputs.objects.values()) == [DATA]
    assert (progress.done, progress.anew) == (len(DATA), False)


def test_a_job_that_was_made_but_not_noted_is_not_made_again(
    service: HttpService, journal: Journal, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    create = ApiClient.create_job

    async def lost(api: ApiClient, new: NewJob) -> NewJobCreated:
        # The answer is lost, or the app ends before it has noted it.
        await create(api, new)
        raise OfflineError

    with monkeypatch.context() as patch:
        patch.setattr(ApiClient, "create_job", lost)
        for _ in range(2):
            with pytest.raises(OfflineError):
                upload(service, journal, path)
    assert journal.upload(KEY) is None
    job = upload(service, journal, path)
    assert job_ids(service) == [job.id]


def child(service: HttpService, folder: Path, path: Path, rate: int) -> subprocess.Popen[str]:
    script = Path(__file__).with_name("upload_child.py")
    place = str(folder / "transfers.sqlite")
    return subprocess.Popen(
        [sys.executable, str(script), service.url, place, str(path), str(rate)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        text=True,
    )


@pytest.mark.parametrize("after", [1, 2, 3])
def test_killed_at_any_moment_no_part_that_was_taken_is_sent_again(
    service: HttpService, journal: Journal, path: Path, tmp_path: Path, after: int
) -> None:
    # Two parts more, so that the file is still on its way when its sender is killed.
    data = DATA + os.urandom(2 * MIN_PART_BYTES)
    path.write_bytes(data)
    killed = child(service, tmp_path, path, rate=2 * MIN_PART_BYTES)
    until(lambda: len(journal.parts(KEY)) >= after, f"{after} parts of the upload")
    killed.send_signal(signal.SIGKILL)
    killed.communicate()
    taken = {part.number for part in journal.parts(KEY)}
    assert after <= len(taken) < PARTS + 2
    service.parts.clear()
    again = child(service, tmp_path, path, rate=0)
    told, _ = again.communicate(timeout=60)
    assert again.returncode == 0
    assert told.endswith(" pending\n")
    # A part that was in flight may arrive from the dead as well, but none that was taken.
    assert set(sent_numbers(service)) == set(range(1, PARTS + 3)) - taken
    assert list(service.fakes.inputs.objects.values()) == [data]


def test_an_upload_survives_sleep_in_the_middle_of_a_part(
    service: HttpService, journal: Journal, path: Path, tmp_path: Path
) -> None:
    asleep = child(service, tmp_path, path, rate=2 * MIN_PART_BYTES)
    until(lambda: journal.parts(KEY), "a part of the upload")
    asleep.send_signal(signal.SIGSTOP)
    try:
        os.waitid(os.P_PID, asleep.pid, os.WSTOPPED | os.WNOWAIT)
        taken = {part.number for part in journal.parts(KEY)}
        assert 1 <= len(taken) < PARTS
        # Meanwhile the service's patience ends, and so do the addresses of the parts.
        assert service.connections()
        service.hang_up()
        until(lambda: not service.connections(), "the end of the connections")
        service.parts.clear()
        service.refusals.append(403)
    finally:
        asleep.send_signal(signal.SIGCONT)
    told, _ = asleep.communicate(timeout=60)
    assert asleep.returncode == 0
    assert told.endswith(" pending\n")
    assert set(sent_numbers(service)).isdisjoint(taken)
    assert service.refusals == []
    assert list(service.fakes.inputs.objects.values()) == [DATA]


def test_a_file_that_was_only_touched_or_copied_goes_on(
    service: HttpService, journal: Journal, path: Path
) -> None:
    taken = cut_off(service, journal, path)
    copy = path.with_name("copy")
    shutil.copyfile(path, copy)
    copy.replace(path)
    service.parts.clear()
    assert upload(service, journal, path).status == "pending"
    assert set(sent_numbers(service)).isdisjoint(taken)


def test_a_file_that_changed_meanwhile_is_noticed(
    service: HttpService, journal: Journal, path: Path
) -> None:
    cut_off(service, journal, path)
    with path.open("r+b") as file:
        file.seek(len(DATA) - 1)
        file.write(b"T")
    service.parts.clear()
    with pytest.raises(FileChangedError, match=r"genome\.vcf changed since a part of it was sent"):
        upload(service, journal, path)
    assert service.parts == []


def test_a_file_that_changes_behind_its_fingerprint_is_noticed_by_its_checksum(
    service: HttpService, journal: Journal, path: Path
) -> None:
    cut_off(service, journal, path)
    before = path.stat()
    with path.open("r+b") as file:
        file.seek(len(DATA) - 1)
        file.write(b"T")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    with pytest.raises(FileChangedError, match=r"genome\.vcf changed while it was being sent"):
        upload(service, journal, path)


def test_a_drive_that_drops_in_the_middle_costs_nothing(
    service: HttpService, journal: Journal, path: Path
) -> None:
    taken, away = cut_off(service, journal, path), path.with_name("away")

    def drop(_failures: int) -> float:
        path.rename(away)
        return 0.0

    service.refusals.append(503)
    with pytest.raises(FileAwayError, match=r"genome\.vcf cannot be read: No such file"):
        upload(service, journal, path, wait=drop)
    for _ in range(2):
        with pytest.raises(FileAwayError):
            upload(service, journal, path)
    away.rename(path)
    service.parts.clear()
    assert upload(service, journal, path).status == "pending"
    assert set(sent_numbers(service)).isdisjoint(taken)
    assert len(job_ids(service)) == 1


def test_a_file_that_is_touched_while_it_is_sent_goes_on(
    service: HttpService, journal: Journal, path: Path
) -> None:
    def touch(_failures: int) -> float:
        os.utime(path, ns=(0, 0))
        return 0.0

    taken = cut_off(service, journal, path)
    service.parts.clear()
    service.refusals.append(503)
    assert upload(service, journal, path, wait=touch).status == "pending"
    assert set(sent_numbers(service)).isdisjoint(taken)
    assert len(job_ids(service)) == 1


def test_a_file_that_changes_while_it_is_sent_goes_on_once_it_is_back_as_it_was(
    service: HttpService, journal: Journal, path: Path
) -> None:
    def write(_failures: int) -> float:
        path.write_bytes(DATA[::-1])
        return 0.0

    taken = cut_off(service, journal, path)
    service.refusals.append(503)
    with pytest.raises(FileChangedError, match="put it back as it was and try again"):
        upload(service, journal, path, wait=write)
    path.write_bytes(DATA)
    service.parts.clear()
    assert upload(service, journal, path).status == "pending"
    assert set(sent_numbers(service)).isdisjoint(taken)
    assert list(service.fakes.inputs.objects.values()) == [DATA]


def test_bytes_that_are_damaged_on_their_way_are_sent_again(
    service: HttpService, journal: Journal, path: Path
) -> None:
    service.refusals.append(400)
    assert upload(service, journal, path).status == "pending"
    assert list(service.fakes.inputs.objects.values()) == [DATA]


def test_what_ended_before_the_queue_was_saved_is_only_submitted_again(
    service: HttpService, journal: Journal, path: Path
) -> None:
    job = upload(service, journal, path)
    service.parts.clear()
    assert upload(service, journal, path).id == job.id
    assert service.parts == []
    assert job_ids(service) == [job.id]
    journal.save_items("ada", [], [KEY])
    assert journal.upload(KEY) is None


def test_an_upload_that_is_abandoned_leaves_nothing(
    service: HttpService, journal: Journal, path: Path
) -> None:
    cut_off(service, journal, path)

    async def abandon() -> JobView | None:
        async with transferring(service, journal) as transfers:
            return await transfers.abandon(KEY)

    job = asyncio.run(abandon())
    assert job is not None
    assert job.status == "cancelled"
    assert journal.upload(KEY) is None
    assert service.fakes.inputs.uploads == {}


def test_a_store_that_is_down_gives_up_for_better_times_and_loses_nothing(
    service: HttpService, journal: Journal, path: Path
) -> None:
    taken = cut_off(service, journal, path)
    service.refusals += [503] * 3
    with pytest.raises(ServerFaultError, match="status 503"):
        upload(service, journal, path)
    assert [part.number for part in journal.parts(KEY)] == taken
    assert upload(service, journal, path).status == "pending"


def test_a_store_that_hangs_does_not_hold_the_end_up(
    service: HttpService, journal: Journal, path: Path
) -> None:
    async def send(progress: Progress) -> float:
        async with transferring(service, journal) as transfers:
            transfers.set_limits(TransferLimits(parts_at_once=4))
            task = asyncio.create_task(transfers.upload(path, progress, None, key=KEY))
            while progress.step != "uploading" or not progress.done:  # noqa: ASYNC110 - from outside
                await asyncio.sleep(0.002)
            begun = time.monotonic()
            task.cancel()
            await asyncio.wait([task])
            return time.monotonic() - begun

    # It takes connections, and reads nothing from them.
    with socket.create_server(("127.0.0.1", 0)) as hanging:
        service.fakes.inputs.base_url = f"http://127.0.0.1:{hanging.getsockname()[1]}/files"
        # Half a second is what a thread is waited for; the network's own patience is half a minute.
        assert asyncio.run(send(Progress())) < 20.0
    assert journal.parts(KEY) == []


def test_addresses_are_asked_for_again_once_for_all_parts(
    service: HttpService, journal: Journal, path: Path
) -> None:
    async def send() -> JobView:
        async with transferring(service, journal) as transfers:
            transfers.set_limits(replace(TransferLimits(), parts_at_once=4))
            service.refusals += [403] * 4
            return await transfers.upload(path, Progress(), None, key=KEY)

    assert asyncio.run(send()).status == "pending"
    assert list(service.fakes.inputs.objects.values()) == [DATA]
