"""A click on Download does something, or says why not, whatever became of the click before."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QFrame

from desktop.ports import FileKind
from desktop.transfer.items import Incoming, Item, State
from desktop.ui.models.transfer_row import Deed
from tests.desktop.desk import Desk, eventually
from tests.desktop.http_service import ANNOTATED, HttpService
from tests.desktop.test_dragging import completed

NAME = "sample.annotated.vcf.gz"


def download(desk: Desk, job_id: str) -> None:
    desk.window.annotations.download_wanted.emit(job_id, FileKind.RESULT)


def downloads(desk: Desk) -> list[Item]:
    return [item for item in desk.actions.board.queue.items if isinstance(item.work, Incoming)]


def download_states(desk: Desk) -> list[State]:
    return [item.state for item in downloads(desk)]


async def fail(desk: Desk, job_id: str) -> None:
    """Have a download fail: a file stands where its folder belongs."""
    desk.settings.downloads.write_text("no folder")
    download(desk, job_id)
    await eventually(lambda: download_states(desk) == [State.FAILED])


async def test_after_a_failure_it_goes_to_the_folder_that_was_chosen_since(
    desk: Desk, service: HttpService, tmp_path: Path
) -> None:
    job_id = await completed(desk, service, tmp_path)
    await fail(desk, job_id)
    desk.actions.downloads.folder = tmp_path / "elsewhere"
    download(desk, job_id)
    await eventually(lambda: download_states(desk) == [State.DONE])
    assert (tmp_path / "elsewhere" / NAME).read_bytes() == ANNOTATED


async def test_after_a_failure_the_same_folder_is_tried_again(
    desk: Desk, service: HttpService, tmp_path: Path
) -> None:
    job_id = await completed(desk, service, tmp_path)
    await fail(desk, job_id)
    before = downloads(desk)[0].id
    desk.settings.downloads.unlink()
    download(desk, job_id)
    await eventually(lambda: download_states(desk) == [State.DONE])
    # What has come of it already belongs to the transfer, and is not fetched twice.
    assert downloads(desk)[0].id == before
    assert (desk.settings.downloads / NAME).read_bytes() == ANNOTATED


async def test_what_is_paused_goes_on(desk: Desk, service: HttpService, tmp_path: Path) -> None:
    job_id = await completed(desk, service, tmp_path)
    service.refusals += [503] * 100
    download(desk, job_id)
    await eventually(lambda: download_states(desk) == [State.RETRYING])
    (item,) = downloads(desk)
    desk.window.transfers.deed_wanted.emit([item.id], Deed.PAUSE)
    assert download_states(desk) == [State.PAUSED]
    service.refusals.clear()
    download(desk, job_id)
    await eventually(
        lambda: [(each.id, each.state) for each in downloads(desk)] == [(item.id, State.DONE)]
    )


async def test_what_is_under_way_says_how_it_is_with_it(
    desk: Desk, service: HttpService, tmp_path: Path
) -> None:
    job_id = await completed(desk, service, tmp_path)
    service.refusals += [503] * 100
    download(desk, job_id)
    await eventually(lambda: download_states(desk) == [State.RETRYING])
    download(desk, job_id)
    assert len(downloads(desk)) == 1
    said = f"Already in the queue. {NAME}, Retrying, "
    toasts = desk.window.toasts.findChildren(QFrame)
    assert [each for each in toasts if each.accessibleName().startswith(said)]
    service.refusals.clear()
    desk.actions.board.retry([downloads(desk)[0].id])
    await eventually(lambda: download_states(desk) == [State.DONE])
