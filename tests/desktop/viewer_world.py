"""The viewer in the window, over a result of a few thousand generated variants."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from backend.wire import (
    JobView,
    ResultSummary,
    VariantColumns,
    VariantDetails,
    VariantExport,
    VariantFilter,
    VariantPage,
    VariantsWanted,
)
from desktop.errors import DesktopError
from desktop.platform.opening import Opener
from desktop.ports import FileKind, Progress
from desktop.ui.actions.session import SessionActions
from desktop.ui.aio import Tasks
from desktop.ui.clock import ServiceClock
from desktop.ui.sample import ME, NOW, sample_jobs
from desktop.ui.viewer.actions import ViewerActions
from desktop.ui.viewer.assembly import connect_viewer
from desktop.ui.viewer.page import ResultsPage
from desktop.ui.viewer.sample import COLUMNS, SUMMARY, SampleTable, sample_details
from desktop.ui.views.main_window import MainWindow
from tests.desktop.desk import FakeSignIn

RECORDS = 3000
KEPT, ARCHIVED, RESTORING, SHORT = (sample_jobs()[at] for at in (7, 4, 5, 2))
"""Jobs whose results are kept, archived, on their way back, and there for 151 seconds."""


@dataclass
class FakeVariants:
    """Results of the same variants for every job; is a `Variants`.

    Attributes:
        troubles: what a method raises from now on, by its name.
        asked: the pages that were asked for.
        gate: clear it, and pages are not answered until it is set; `counted` does so for counts.
        most: rows of a page, at most.
        transcripts: how many consequences a variant has.
        exported: what was asked for, and where it was saved.
        offered: the columns of results that have other ones, by job.
        counts: the summary.
    """

    table: SampleTable = field(default_factory=lambda: SampleTable(RECORDS))
    troubles: dict[str, DesktopError] = field(default_factory=dict)
    asked: list[VariantsWanted] = field(default_factory=list)
    detailed: list[tuple[int, int]] = field(default_factory=list)
    gate: asyncio.Event = field(default_factory=asyncio.Event)
    counted: asyncio.Event = field(default_factory=asyncio.Event)
    most: int = 500
    transcripts: int = 3
    last_first: bool = False
    exported: list[tuple[VariantExport, Path]] = field(default_factory=list)
    offered: dict[str, VariantColumns] = field(default_factory=dict)
    counts: ResultSummary = SUMMARY

    def __post_init__(self) -> None:
        self.gate.set()
        self.counted.set()

    async def columns(self, job_id: str) -> VariantColumns:
        self._fail("columns")
        return self.offered.get(job_id, COLUMNS)

    async def summary(self, job_id: str) -> ResultSummary:
        await self.counted.wait()
        self._fail("summary")
        return self.counts

    async def page(self, job_id: str, wanted: VariantsWanted) -> VariantPage:
        self.asked.append(wanted)
        await self.gate.wait()
        self._fail("page")
        fewer = wanted.model_copy(update={"limit": min(self.most, wanted.limit)})
        return self.table.page(fewer)

    async def details(self, job_id: str, record: int, allele: int) -> VariantDetails:
        self.detailed.append((record, allele))
        self._fail("details")
        found = sample_details(record, self.transcripts)
        if self.last_first:
            found.consequences.reverse()
        return found

    async def export(
        self, job_id: str, wanted: VariantExport, path: Path, progress: Progress
    ) -> None:
        self.exported.append((wanted, path))
        progress.begin("exporting", 0)
        progress.add(1000)
        await self.gate.wait()
        self._fail("export")
        await asyncio.to_thread(path.write_bytes, b"x" * 1000)

    def _fail(self, name: str) -> None:
        if name in self.troubles:
            raise self.troubles[name]


@dataclass
class FakeFilters:
    """Filters in memory; is a `SavedFilters`.

    Attributes:
        gate: clear it, and nothing is loaded until it is set.
    """

    kept: dict[str, dict[str, VariantFilter]] = field(default_factory=dict)
    gate: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.gate.set()

    async def load(self, owner: str) -> Mapping[str, VariantFilter]:
        await self.gate.wait()
        return dict(sorted(self.kept.get(owner, {}).items()))

    async def save(self, owner: str, name: str, wanted: VariantFilter) -> None:
        self.kept.setdefault(owner, {})[name] = wanted

    async def remove(self, owner: str, name: str) -> None:
        self.kept.get(owner, {}).pop(name, None)


@dataclass
class FakeColumns:
    """Chosen columns in memory; is a `ChosenColumns`.

    Attributes:
        gate: clear it, and nothing is loaded until it is set.
        trouble: what loading raises.
    """

    kept: dict[str, dict[str, bool]] = field(default_factory=dict)
    gate: asyncio.Event = field(default_factory=asyncio.Event)
    trouble: DesktopError | None = None

    def __post_init__(self) -> None:
        self.gate.set()

    async def load_columns(self, owner: str) -> Mapping[str, bool]:
        await self.gate.wait()
        if self.trouble is not None:
            raise self.trouble
        return dict(self.kept.get(owner, {}))

    async def save_columns(self, owner: str, choices: Mapping[str, bool]) -> None:
        self.kept.setdefault(owner, {}).update(choices)

    async def forget_columns(self, owner: str) -> None:
        self.kept.pop(owner, None)


class _NoApi:
    """Nothing of it is asked for."""


@dataclass
class Viewer:
    """The window with its viewer, and what is behind it."""

    window: MainWindow
    actions: ViewerActions
    session: SessionActions
    variants: FakeVariants
    filters: FakeFilters
    columns: FakeColumns
    tasks: Tasks
    folder: Path
    errors: list[DesktopError] = field(default_factory=list)
    opened: list[str] = field(default_factory=list)
    done: list[str] = field(default_factory=list)

    @property
    def page(self) -> ResultsPage:
        return self.window.results

    async def open(self, job: JobView = KEPT) -> ResultsPage:
        """Open a result and wait until it is there."""
        self.window.annotations.view_wanted.emit(job.id)
        await self.idle()
        return self.page

    async def use(self, **fields: object) -> None:
        """Change the filter, and wait for the rows."""
        self.page.variants.filters.change(fields)
        await self.idle()

    async def idle(self) -> None:
        await self.tasks.idle()


def open_viewer(window: MainWindow, folder: Path) -> Viewer:
    """Connect the viewer of *window*, where the sample person is signed in."""
    window.set_me(ME)
    window.show_pages()
    window.model.put(sample_jobs())
    window.model.flush()
    errors: list[DesktopError] = []
    opened: list[str] = []
    done: list[str] = []
    tasks = Tasks(errors.append)
    clock = ServiceClock(lambda: NOW, lambda: 0.0)
    session = SessionActions(window, FakeSignIn(), _NoApi(), clock, tasks)  # type: ignore[arg-type]
    session.me = ME
    variants, filters, columns = FakeVariants(), FakeFilters(), FakeColumns()

    def open_url(url: str) -> bool:
        opened.append(url)
        return True

    def download(job_id: str, kind: FileKind) -> None:
        done.append(f"download {job_id} {kind}")

    actions = connect_viewer(
        window,
        session,
        variants=variants,
        filters=filters,
        columns=columns,
        opener=Opener("https://gas.test", open_url),
        folder=lambda: made.folder,
        tasks=tasks,
        download=download,
        report=lambda job_id: done.append(f"report {job_id}"),
        upgrade=lambda: done.append("upgrade"),
    )
    made = Viewer(
        window=window,
        actions=actions,
        session=session,
        variants=variants,
        filters=filters,
        columns=columns,
        tasks=tasks,
        folder=folder,
        errors=errors,
        opened=opened,
        done=done,
    )
    return made


def impacts(viewer: Viewer) -> set[object]:
    """Return the impacts of the rows that are there."""
    model = viewer.page.model
    rows = (model.row_at(number) for number in range(model.rowCount()))
    return {model.value(row, "impact") for row in rows if row is not None}
