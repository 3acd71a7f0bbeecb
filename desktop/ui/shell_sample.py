"""Settings, a log and reports as they are in pictures: plainly synthetic."""

from __future__ import annotations

import logging
from pathlib import Path

from PySide6.QtWidgets import QWidget

from desktop.choices import Choices
from desktop.settings import Settings
from desktop.support.activity import Activity
from desktop.support.bugs import bug_report, report_text
from desktop.support.bundle import support_files
from desktop.ui.actions.crashes import crash_dialog
from desktop.ui.language import tr
from desktop.ui.sample import NOW
from desktop.ui.views.main_window import MainWindow
from desktop.ui.views.report import Report
from desktop.ui.views.sidebar import Page

SETTINGS = Settings(
    server="https://gas.example.org",
    data=Path("/home/sample/.local/share/genomics-annotation-service"),
    downloads=Path("/home/sample/Downloads"),
    choices=Choices(bandwidth=20_000_000, certificates=Path("/etc/ssl/hospital.pem")),
)
_LOG = (
    (logging.INFO, "ui.actions.session", "signed in"),
    (logging.INFO, "ui.actions.jobs", "list read: 10 jobs"),
    (logging.DEBUG, "client.connection", "GET /v1/me: 200"),
    (logging.INFO, "ui.actions.jobs", "live events connected"),
    (logging.INFO, "ui.actions.jobs", "job 2a90cc41: running"),
    (logging.INFO, "ui.actions.jobs", "job 2a90cc41: completed"),
    (logging.WARNING, "ui.actions.jobs", "service lost: OfflineError, next try in 2 s"),
    (logging.INFO, "ui.actions.jobs", "live events connected"),
    (logging.INFO, "ui.actions.account", "a page of the payment service opened"),
)

_CRASH = """\
Fatal Python error: Segmentation fault

Thread 0x00007f1c2ebfe6c0 (most recent call first):
  File "desktop/transfer/uploader.py", line 96 in send
  File "desktop/transfer/workers.py", line 61 in _work

Current thread 0x00007f1c4a0d7740 (most recent call first):
  File "desktop/ui/views/toast.py", line 88 in paintEvent
  File "desktop/app.py", line 152 in _run

Extension modules: PySide6.QtCore, PySide6.QtGui, PySide6.QtWidgets (total: 3)
"""


def sample_activity() -> Activity:
    """Return a log of a few minutes."""
    activity = Activity(Path("/home/sample"))
    for place, (level, source, text) in enumerate(_LOG):
        record = logging.LogRecord(f"desktop.{source}", level, "", 0, text, None, None)
        record.created = NOW.timestamp() + 7 * place
        activity.emit(record)
    return activity


def show_settings(window: MainWindow) -> None:
    """Show the settings."""
    window.settings.show_settings(SETTINGS)
    window.open_page(Page.SETTINGS)


def show_activity(window: MainWindow) -> None:
    """Show the log."""
    window.activity.model.activity = sample_activity()
    window.activity.model.set_filter(logging.INFO, "")
    window.open_page(Page.ACTIVITY)


def bug(parent: QWidget | None = None) -> Report:
    """Return the report of a bug."""
    try:
        _fail()
    except ZeroDivisionError as raised:
        error = raised
    return Report(
        parent,
        title=tr("Something went wrong in the app"),
        sentence=tr("It goes on as well as it can."),
        files={"gas-bug.txt": bug_report(error, NOW, Path("/home/sample"))},
    )


def _fail() -> None:
    raise ZeroDivisionError("a sample of a bug")


def crash(parent: QWidget | None = None) -> Report:
    """Return the report of a crash."""
    text = report_text(_CRASH.splitlines(), NOW, Path("/home/sample"))
    return crash_dialog(parent, text)


def bundle(parent: QWidget | None = None) -> Report:
    """Return a support bundle before it is saved."""
    return Report(
        parent,
        title=tr("Support bundle"),
        sentence=tr("This is all that is in it."),
        files=support_files(sample_activity().entries(), SETTINGS, {"Qt": "6"}),
    )
