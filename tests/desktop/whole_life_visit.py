"""From the sign-in to the restored result after the upgrade; run by `test_end_to_end`.

Argument: the folder for the pictures.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication

from backend.assets import asset
from backend.wire import JobStatus
from desktop.ui.models.columns import Column
from desktop.ui.views.sidebar import Page
from desktop.ui.wording import Action, Group
from tests.desktop.visit import Visit

RECORDS = 157
_COUNTDOWN = re.compile(r"0:\d\d left, Download")
_TIME = r"(\d+ \w+ )?\d\d:\d\d:\d\d"
_ARCHIVED = re.compile(rf"; Archived {_TIME} · back on Premium$")
_THERE_AND_BACK = re.compile(rf"; Archived {_TIME}; Restored {_TIME}$")


async def live(visit: Visit) -> None:
    """Use the app as somebody does who gets to know it, and pays for it in the end."""
    watch_row(visit)
    await sign_in(visit)
    await upload(visit)
    await see_it_done(visit)
    await download(visit)
    await look_at_variants(visit)
    await see_it_archived(visit)
    await upgrade(visit)
    await download(visit)
    await sign_out(visit)


def watch_row(visit: Visit) -> None:
    """Note whatever the first row says in the course of time."""
    said: list[list[str]] = []
    visit.found["said"] = said

    def note() -> None:
        now = [visit.says(Column.STATUS), visit.says(Column.RESULT)]
        if now not in said[-1:]:
            said.append(now)

    visit.window.model.flushed.connect(note)
    visit.window.annotations.table.ticker.timeout.connect(note)


async def sign_in(visit: Visit) -> None:
    window = visit.window
    await visit.until(window.sign_in.sign_in.isVisible, "the sign-in is offered")
    visit.reach("sign-in offered")
    await visit.click(window.sign_in.sign_in)
    await visit.until(lambda: window.is_signed_in, "somebody is signed in")
    page = window.annotations
    await visit.until(page.nothing_yet.isVisible, "the empty list")
    await visit.until(window.sidebar.upgrade.isVisible, "the free plan in the sidebar")
    visit.reach("signed in")


async def upload(visit: Visit) -> None:
    """Drop the sample on the window, as Qt tells of a drag from another program."""
    window, mime = visit.window, QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(asset("demo/demo.vcf")))])
    how = (Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton)
    where, none = QPoint(400, 300), Qt.KeyboardModifier.NoModifier
    enters = QDragEnterEvent(where, *how, none)
    QApplication.sendEvent(window, enters)
    assert enters.isAccepted()
    assert window.overlay.isVisible()
    visit.reach("dragged over the window")
    QApplication.sendEvent(window, QDropEvent(QPointF(where), *how, none))
    assert not window.overlay.isVisible()
    # No picture here: it takes a tenth of a second, of the half that the row is running.
    await visit.until(lambda: visit.says(Column.STATUS), "a row for the file")


async def see_it_done(visit: Visit) -> None:
    def status() -> JobStatus:
        job = visit.window.model.job_at(0)
        assert job is not None
        return job.status

    await visit.until(lambda: status() is JobStatus.RUNNING, "the row is running")
    visit.reach("running")
    await visit.until(lambda: status() is JobStatus.COMPLETED, "the row is completed")
    first = await visit.until(
        lambda: _COUNTDOWN.fullmatch(visit.says(Column.RESULT)), "the countdown"
    )
    visit.reach("completed")
    await visit.until(lambda: visit.says(Column.RESULT) != first[0], "the countdown to go on")
    assert visit.says(Column.VARIANTS) == str(RECORDS)
    job = visit.window.model.job_at(0)
    assert job is not None
    visit.found["job"] = job.id


async def download(visit: Visit) -> None:
    """Download the result by a click in its row; it is there when the app says so."""
    saved = visit.found.setdefault("saved", [])
    visit.click_result(Action.DOWNLOAD)
    toasts = visit.window.toasts
    folder = Path.home() / "Downloads"
    new = await visit.until(
        lambda: [
            str(path)
            for path in folder.glob("*.vcf.gz")
            if str(path) not in saved and f"Saved {path.name}" in " ".join(toasts.texts)
        ],
        "the saved result",
    )
    saved.extend(new)
    visit.reach("downloaded")


async def look_at_variants(visit: Visit) -> None:
    window, results = visit.window, visit.window.results
    window.annotations.table.selectRow(0)
    await visit.click(window.annotations.details.view)
    await visit.until(lambda: results.has_variants and results.model.row_at(0), "the variants")
    await visit.until(results.variants.table.isVisible, "the table of variants")
    assert results.model.count >= RECORDS
    assert results.tiles.buttons[0].accessibleName() == f"Records: {RECORDS}"
    visit.reach("variants")
    await visit.click(window.sidebar.entries[Page.ANNOTATIONS])


async def see_it_archived(visit: Visit) -> None:
    details = visit.window.annotations.details
    await visit.until(
        lambda: visit.says(Column.RESULT) == "Archived, Upgrade", "the row to be archived"
    )
    await visit.until(
        lambda: _ARCHIVED.search(details.timeline.accessibleName()),
        "the details to say so",
    )
    assert details.upgrade.isVisible()
    assert not details.download.isVisible()
    visit.reach("archived")


async def upgrade(visit: Visit) -> None:
    window = visit.window
    visit.click_result(Action.UPGRADE)
    await visit.until(
        lambda: visit.says(Column.RESULT).startswith("Restoring"), "the result on its way back"
    )
    visit.reach("restoring")
    await visit.until(lambda: visit.says(Column.RESULT) == "Download", "the result to be back")
    details = window.annotations.details
    await visit.until(details.download.isVisible, "the details to offer it")
    told = details.timeline.accessibleName()
    assert _THERE_AND_BACK.search(told), told
    chip = window.annotations.chips.chips[Group.COMPLETED]
    await visit.until(lambda: chip.accessibleName() == "Completed, 1", "the chip to count it")
    await visit.until(lambda: not window.sidebar.upgrade.isVisible(), "the premium plan")
    visit.reach("restored")


async def sign_out(visit: Visit) -> None:
    window = visit.window
    await visit.click(window.sidebar.entries[Page.ACCOUNT])
    assert window.account.values["Plan"].text() == "Premium"
    visit.reach("account")
    await visit.click(window.account.sign_out)
    await visit.until(window.sign_in.sign_in.isVisible, "the sign-in is offered again")
    assert window.model.rowCount() == 0
    visit.reach("signed out")


if __name__ == "__main__":
    sys.exit(Visit(live, Path(sys.argv[1])).run())
