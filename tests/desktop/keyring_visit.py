"""The app where the sign-in is kept in the system's keyring; run by `test_secret_service`.

Arguments: the folder for the pictures, and the visit: `first`, `second` or `third`.
"""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from backend.assets import asset
from backend.wire import JobStatus
from desktop.ui.models.columns import Column
from desktop.ui.views.sidebar import Page
from tests.desktop.secret_service import SecretService
from tests.desktop.visit import Visit

KEYRING = SecretService(os.environ["DBUS_SESSION_BUS_ADDRESS"])


async def come(visit: Visit) -> None:
    """Sign in and have a file annotated."""
    window = visit.window
    await visit.click(window.sign_in.sign_in)
    await visit.until(lambda: window.is_signed_in, "somebody is signed in")
    assert not window.banners.shown
    visit.reach("signed in")
    window.files_dropped.emit([asset("demo/demo.vcf")])
    await visit.until(lambda: is_done(visit), "the file is annotated")
    visit.reach("annotated")


async def come_back(visit: Visit) -> None:
    """Be signed in still; then have the keyring locked meanwhile."""
    await be_signed_in(visit)
    visit.reach("signed in still")
    await asyncio.to_thread(KEYRING.lock)
    QTest.keyClick(visit.window.annotations.table, Qt.Key.Key_F5)
    await be_locked(visit)
    visit.reach("locked meanwhile")
    await unlock(visit)
    visit.reach("unlocked")
    await asyncio.to_thread(KEYRING.lock)


async def leave(visit: Visit) -> None:
    """Begin with a locked keyring, unlock it, and sign out."""
    window = visit.window
    await be_locked(visit)
    visit.reach("locked from the beginning")
    await unlock(visit)
    visit.reach("unlocked")
    await visit.click(window.sidebar.entries[Page.ACCOUNT])
    await visit.click(window.account.sign_out)
    await visit.until(window.sign_in.sign_in.isVisible, "the sign-in is offered")
    await visit.until(KEYRING.is_empty, "an empty keyring")
    visit.reach("signed out")


async def be_signed_in(visit: Visit) -> None:
    """See the pages, and the job that is Ada's."""
    await visit.until(lambda: visit.window.is_signed_in, "the kept sign-in to be found")
    await visit.until(lambda: is_done(visit), "the list")


async def be_locked(visit: Visit) -> None:
    """See that the keyring is locked, and that trying again changes nothing as long as it is."""
    page = visit.window.sign_in
    await visit.until(page.retry.isVisible, "that the keyring is locked")
    assert not page.sign_in.isVisible()
    await visit.click(page.retry)
    await visit.until(lambda: not page.retry.isVisible(), "the app to look")
    await visit.until(page.retry.isVisible, "that the keyring is locked still")
    assert not page.sign_in.isVisible()


async def unlock(visit: Visit) -> None:
    await asyncio.to_thread(KEYRING.unlock)
    await visit.click(visit.window.sign_in.retry)
    await be_signed_in(visit)


def is_done(visit: Visit) -> bool:
    """Whether the first row is a completed job, of the sample."""
    job = visit.window.model.job_at(0)
    named = visit.says(Column.FILE).startswith("demo.vcf")
    return job is not None and named and job.status is JobStatus.COMPLETED


VISITS = {"first": come, "second": come_back, "third": leave}

if __name__ == "__main__":
    sys.exit(Visit(VISITS[sys.argv[2]], Path(sys.argv[1])).run())
