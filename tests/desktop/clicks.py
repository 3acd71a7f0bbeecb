"""What a person does at the window, for tests of several of its parts."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from backend.wire import JobStatus
from desktop.ui.views.dialogs import Decision
from tests.desktop.desk import Desk, eventually
from tests.desktop.http_service import VCF


def click(widget: QWidget) -> None:
    """Click with the mouse: what is hidden or disabled is not clicked."""
    assert widget.isVisible()
    assert widget.isEnabled()
    QTest.mouseClick(widget, Qt.MouseButton.LeftButton)


async def enter(desk: Desk) -> None:
    """Come in with a sign-in that was kept."""
    desk.sign_in.token, desk.sign_in.found = "token-of-ada", True
    desk.actions.session.begin()
    page = desk.window.annotations
    await eventually(lambda: page.states.currentWidget() is page.nothing_yet)


async def submit(desk: Desk, folder: Path) -> str:
    """Send a file; return its job."""
    path = folder / "sample.vcf"
    path.write_bytes(VCF)
    desk.drop(path)
    await eventually(lambda: status(desk) is JobStatus.PENDING)
    job = desk.model.job_at(0)
    assert job is not None
    return job.id


def status(desk: Desk) -> JobStatus | None:
    """Return the status of the first row."""
    job = desk.model.job_at(0)
    return job.status if job else None


async def answer(desk: Desk, which: str) -> None:
    """Click *which* button, "go" or "back", of the question that is asked."""
    await eventually(lambda: desk.window.findChild(Decision))
    question = desk.window.findChild(Decision)
    assert question is not None
    click(getattr(question, which))
    await eventually(lambda: not desk.window.findChildren(Decision))
