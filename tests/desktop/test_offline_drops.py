"""Files that are dropped before the service has said who is signed in."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from desktop.services import JOURNAL
from desktop.store.journal import Journal
from desktop.store.memory import StoredMemory
from desktop.transfer.items import Item, Outgoing, State
from desktop.ui.views.main_window import MainWindow
from tests.desktop.conftest import Run
from tests.desktop.desk import Desk, FakeSignIn, eventually, open_desk
from tests.desktop.http_service import HttpService
from tests.desktop.transfer_steps import enter, file, sent, states

NOWHERE = "http://127.0.0.1:9"


async def remember(desk: Desk, account_id: str) -> None:
    await desk.services.memory.note_account(NOWHERE, account_id)


async def come_back(window: MainWindow, folder: Path) -> Desk:
    """Open the app without a network, with the sign-in of the last time."""
    desk = open_desk(window, NOWHERE, folder, FakeSignIn("token-of-ada", found=True))
    await remember(desk, "ada")
    desk.actions.session.begin()
    await eventually(lambda: desk.window.is_signed_in)
    return desk


def kept(folder: Path, owner: str) -> list[str]:
    with closing(Journal(folder / "data" / JOURNAL)) as journal:
        return [each.name for each in journal.items(owner)]


async def test_files_that_are_dropped_offline_are_looked_at_and_kept(
    window: MainWindow, tmp_path: Path, arun: Run
) -> None:
    desk = await come_back(window, tmp_path)
    desk.drop(file(tmp_path))
    await eventually(lambda: states(desk) == {"sample.vcf": State.WAITING})
    await desk.close()
    assert kept(tmp_path, "ada") == ["sample.vcf"]


async def test_files_of_a_new_sign_in_are_not_kept_for_the_last_one(
    window: MainWindow, tmp_path: Path, arun: Run
) -> None:
    desk = open_desk(window, NOWHERE, tmp_path, FakeSignIn("token-of-bob"))
    await remember(desk, "ada")
    desk.sign_in.browser.set()
    desk.actions.session.sign_in()
    await eventually(lambda: desk.window.is_signed_in)
    desk.drop(file(tmp_path))
    await eventually(lambda: states(desk) == {"sample.vcf": State.WAITING})
    assert await desk.services.memory.account(NOWHERE) == ""
    await desk.close()
    assert kept(tmp_path, "ada") == []


async def test_whoever_signs_out_offline_is_not_expected_again(
    window: MainWindow, tmp_path: Path, arun: Run
) -> None:
    desk = await come_back(window, tmp_path)
    desk.actions.session.sign_out()
    await eventually(lambda: not desk.window.is_signed_in and not desk.sign_in.token)
    assert await desk.services.memory.account(NOWHERE) == ""
    await desk.close()


async def test_files_that_were_kept_are_sent_by_whoever_dropped_them(
    desk: Desk, service: HttpService, tmp_path: Path
) -> None:
    memory, server = desk.services.memory, desk.settings.server
    assert isinstance(memory, StoredMemory)
    await enter(desk)
    me = desk.actions.session.me
    assert me is not None
    assert await memory.account(server) == me.id
    desk.actions.session.sign_out()
    await eventually(lambda: not desk.sign_in.token)
    assert await memory.account(server) == ""
    waiting = Item("1", "sample.vcf", Outgoing(file(tmp_path)), State.CHECKING)
    await desk.services.queue.save(me.id, [waiting])
    await enter(desk)
    await eventually(lambda: sent(desk) == ["sample.vcf"])
