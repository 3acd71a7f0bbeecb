"""The viewer put together: its actions, and what it shares with the rest of the window."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from desktop.platform.opening import Opener
from desktop.ports import FileKind
from desktop.ui.actions.session import SessionActions
from desktop.ui.aio import Tasks
from desktop.ui.viewer.actions import ViewerActions
from desktop.ui.viewer.column_actions import ColumnActions
from desktop.ui.viewer.detail_actions import DetailActions
from desktop.ui.viewer.export_actions import ExportActions
from desktop.ui.viewer.saved_actions import SavedFilterActions
from desktop.ui.viewer.troubles import UPGRADE
from desktop.ui.views.main_window import MainWindow
from desktop.variant_ports import ChosenColumns, SavedFilters, Variants


def connect_viewer(
    window: MainWindow,
    session: SessionActions,
    *,
    variants: Variants,
    filters: SavedFilters,
    columns: ChosenColumns,
    opener: Opener,
    folder: Callable[[], Path],
    tasks: Tasks,
    download: Callable[[str, FileKind], None],
    report: Callable[[str], None],
    upgrade: Callable[[], None],
) -> ViewerActions:
    """Connect the results' page with the services, and return what opens a result.

    Args:
        window: the page is in it.
        session: at whose end the result is forgotten.
        variants: of the results.
        filters: that people keep.
        columns: that people chose.
        opener: opens links to other sites.
        folder: returns where exports are suggested to go, as it is chosen now.
        tasks: owns what runs.
        download: saves a file of a job.
        report: opens the report of a job.
        upgrade: leads to where the plan is changed.
    """
    page = window.results
    viewer = ViewerActions(window, variants=variants, tasks=tasks)
    details = DetailActions(window, variants=variants, opener=opener, tasks=tasks)
    ExportActions(window, session, variants=variants, folder=folder, tasks=tasks)
    SavedFilterActions(window, session, filters=filters, tasks=tasks)
    ColumnActions(window, session, columns=columns, tasks=tasks)
    window.annotations.view_wanted.connect(viewer.open)
    page.download_clicked.connect(lambda job_id: download(job_id, FileKind.RESULT))
    page.report_clicked.connect(report)
    page.reload_wanted.connect(viewer.reload)
    page.acted.connect(lambda key: upgrade() if key == UPGRADE else None)
    # Whoever signs in after an interruption may be somebody else.
    for end in (session.signed_out, session.interrupted):
        end.connect(details.stop)
        end.connect(viewer.close)
    return viewer
