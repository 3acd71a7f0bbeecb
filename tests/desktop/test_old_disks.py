"""Files of old disks, and what a bad one did to the list of transfers."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel

from desktop.services import FILTERS, JOURNAL
from desktop.store.journal import Journal
from desktop.transfer.items import Item, Outgoing, State
from desktop.ui.actions.saving import tell_lost_queue
from desktop.ui.aio import Tasks
from desktop.ui.views.main_window import MainWindow
from tests.desktop.conftest import Run
from tests.desktop.damage import lose_page
from tests.desktop.desk import Desk, eventually
from tests.desktop.http_service import HttpService
from tests.desktop.transfer_steps import (
    enter,
    file,
    items,
    send_sample,
    sent,
    states,
    stop_store,
)

LATIN = os.fsdecode(b"M\xfcller.vcf")
LOST = "The list of transfers could not be read"


def kept(desk: Desk) -> list[Path]:
    """Return the files of Ada's queue on the disk, once the app has ended."""
    me = desk.actions.session.me
    assert me is not None
    journal = Journal(desk.settings.data / JOURNAL)
    works = [item.work for item in journal.items(me.id)]
    journal.close()
    return [work.path for work in works if isinstance(work, Outgoing)]


def told(desk: Desk) -> str:
    """Return all that the toasts say that are shown."""
    labels = desk.window.toasts.findChildren(QLabel)
    return "\n".join(label.text() for label in labels).replace("\u200b", "")


def leave_list(desk: Desk) -> Path:
    """Have a list of transfers from last time; return where."""
    path = desk.settings.data / JOURNAL
    journal = Journal(path)
    journal.save_items("ada", [Item("1", "b.vcf", Outgoing(Path("/b.vcf")))])
    journal.close()
    return path


async def test_names_that_are_no_text_are_sent_as_the_service_takes_them(
    desk: Desk, tmp_path: Path
) -> None:
    await enter(desk)
    run = tmp_path / "run"
    for name in ("good.vcf", LATIN, "a\nb.vcf"):
        file(run, name)
    desk.drop(run)
    await eventually(lambda: sent(desk) == ["M_ller.vcf", "a_b.vcf", "good.vcf"])
    assert set(states(desk)) == {"M_ller.vcf", "a_b.vcf", "good.vcf"}


async def test_a_queue_with_a_name_that_is_no_text_outlives_the_app(
    desk: Desk, service: HttpService, tmp_path: Path
) -> None:
    await enter(desk)
    stop_store(service)
    paths = [file(tmp_path / "run", name) for name in (LATIN, "good.vcf")]
    desk.drop(tmp_path / "run")
    await eventually(lambda: list(states(desk).values()) == [State.RETRYING] * 2)
    await desk.actions.stop()
    assert sorted(kept(desk)) == sorted(paths)


async def test_a_path_that_cannot_be_looked_at_is_told_and_the_others_are_sent(
    desk: Desk, tmp_path: Path
) -> None:
    await enter(desk)
    desk.drop(tmp_path / ("x" * 300) / "b.vcf", file(tmp_path))
    await eventually(lambda: sent(desk) == ["sample.vcf"])
    await eventually(lambda: states(desk)["b.vcf"] is State.HELD)
    assert str(items(desk)[0].reason) == "b.vcf cannot be read: File name too long."


async def test_a_damaged_list_of_transfers_is_told_once_and_files_are_sent(
    desk: Desk, tmp_path: Path
) -> None:
    path = leave_list(desk)
    lose_page(path, "item")
    await enter(desk)
    await send_sample(desk, tmp_path)
    assert list(desk.window.toasts.texts).count(LOST) == 1
    assert f"kept as {path}.damaged." in told(desk)


async def test_what_the_app_has_of_a_lost_list_is_saved_again(
    window: MainWindow, tmp_path: Path, arun: Run
) -> None:
    saved: list[str] = []

    async def save() -> None:
        saved.append("queue")

    tasks = Tasks(lambda _error: None)
    tell = tell_lost_queue(window.toasts, save, tasks)
    tell(tmp_path)
    await tasks.idle()
    assert saved == ["queue"]
    await tasks.stop()
    # At the end it is saved anyway.
    tell(tmp_path)
    assert saved == ["queue"]


async def test_filters_that_are_lost_are_told(desk: Desk) -> None:
    path = desk.settings.data / FILTERS
    path.parent.mkdir(parents=True)
    path.write_bytes(os.urandom(9000))
    assert await desk.services.filters.load("ada") == {}
    assert list(desk.window.toasts.texts) == ["Your saved filters could not be read"]
    assert f"kept as {path}.damaged." in told(desk)


async def test_a_bug_in_saving_the_queue_keeps_nobody_from_saving_the_list(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    await enter(desk)
    await eventually(lambda: desk.actions.board._owner)
    saved: list[str] = []

    async def fail(*_arguments: object) -> None:
        raise RuntimeError("a bug")

    async def save() -> None:
        saved.append("list")

    monkeypatch.setattr(desk.services.queue, "save", fail)
    monkeypatch.setattr(desk.actions.jobs, "save", save)
    with pytest.raises(RuntimeError, match="a bug"):
        await desk.actions.stop()
    assert saved == ["list"]
    monkeypatch.undo()
