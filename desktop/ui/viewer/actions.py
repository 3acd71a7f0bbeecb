"""Results are opened, their pages fetched as they are scrolled to, and what goes wrong is told."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any, TypeVar

from PySide6.QtCore import QObject, QTimer

from backend.wire import JobView, ResultSummary, VariantColumns
from desktop.errors import (
    ConflictError,
    DesktopError,
    ForbiddenError,
    KeyringLockedError,
    OfflineError,
    QueryError,
    ServerFaultError,
    SignedOutError,
)
from desktop.ui.aio import Tasks
from desktop.ui.error_words import error_words
from desktop.ui.language import lowered, tr
from desktop.ui.viewer.columns import ShownColumn, needed_columns
from desktop.ui.viewer.missing import say_missing
from desktop.ui.viewer.pages import PageRequest
from desktop.ui.viewer.query import VariantQuery
from desktop.ui.viewer.troubles import AGAIN, BACK, Trouble, of_error, of_job, titled
from desktop.ui.views.main_window import MainWindow
from desktop.ui.views.sidebar import Page
from desktop.ui.wording import URGENT_SECONDS, left_text, seconds_left, when_text
from desktop.variant_ports import Variants
from desktop.waits import Pause, growing

_TICK_MILLISECONDS = 1000
_ENDED = (SignedOutError, KeyringLockedError)
_PASSING = (OfflineError, ServerFaultError)

_Answer = TypeVar("_Answer")


class ViewerActions(QObject):
    """Opens results, and keeps what is shown of them true.

    Args:
        pause: waits, in seconds; for tests that do not want to.
    """

    def __init__(
        self,
        window: MainWindow,
        *,
        variants: Variants,
        tasks: Tasks,
        pause: Pause = asyncio.sleep,
    ) -> None:
        super().__init__(window)
        self._window, self._page = window, window.results
        self._variants, self._tasks, self._pause = variants, tasks, pause
        self._offered: VariantColumns | None = None
        self._trouble: Trouble | None = None
        self._losses, self._order = 0, VariantQuery()
        self._opening: asyncio.Task[Any] | None = None
        self._retrying: asyncio.Task[Any] | None = None
        self._fetching: set[asyncio.Task[Any]] = set()
        self._ticker = QTimer(self, interval=_TICK_MILLISECONDS)
        self._connect()

    def open(self, job_id: str) -> None:
        """Show the result of a job; where there is no such job, say so and show nothing else."""
        if self._window.model.book.row(job_id) is None:
            say_missing(self._window, job_id)
            return
        self._losses = 0
        self._window.open_page(Page.RESULTS)
        self._begin(job_id)

    def _begin(self, job_id: str) -> None:
        job = self._window.model.book.get(job_id)
        if job is None:
            return
        self._stop()
        self._keep_order(job_id)
        now = self._window.model.clock()
        when = when_text(job.finished_at or job.created_at, now)
        self._page.show_loading(job, tr("annotated {when}").format(when=lowered(when)))
        self._offered = None
        self._trouble = of_job(job, now, can_upgrade=self._window.model.can_upgrade)
        self._opening = self._tasks.start(self._open(job), "opening a result")
        self._ticker.start()
        self.tick()

    def _keep_order(self, job_id: str) -> None:
        """Note in which order the same result is to be shown when it is read again."""
        if job_id != self._page.job_id:
            self._order = VariantQuery()
        elif self._offered is not None:
            self._order = self._page.model.query

    def reload(self) -> None:
        """Read the open result again; filter, order and current variant stay."""
        self._losses = 0
        self._begin(self._page.job_id)

    def close(self) -> None:
        """Forget the result, as after a sign-out."""
        self._stop()
        self._ticker.stop()
        self._offered = None
        self._page.close_result()

    def tick(self) -> None:
        """Show the time that is left; when it is over, or the job changed, show that."""
        job = self._window.model.book.get(self._page.job_id)
        if job is None:
            self.close()
            return
        now = self._window.model.clock()
        left = seconds_left(job, now)
        text = ""
        if left:
            text = tr("{time} left on the free plan").format(time=left_text(left))
        self._page.show_countdown(text, urgent=left is not None and left < URGENT_SECONDS)
        trouble = of_job(job, now, can_upgrade=self._window.model.can_upgrade)
        if titled(trouble) != titled(self._trouble):
            self._begin(job.id)

    def _connect(self) -> None:
        page, view = self._page, self._page.variants
        self._ticker.timeout.connect(self.tick)
        page.model.wanted.connect(self._fetch)
        page.acted.connect(self._act)
        view.filters.changed.connect(lambda _wanted: self._ask())
        view.columns_changed.connect(self._ask)
        view.table.sort_wanted.connect(self._sort)
        view.retry_wanted.connect(self._try_again)
        self._window.pages.currentChanged.connect(lambda _place: page.find_focus())
        self._window.banners.acted.connect(
            lambda key: self._try_again() if key == "offline" else None
        )

    def _act(self, key: str) -> None:
        if key == AGAIN:
            self.reload()
        elif key == BACK:
            self._window.open_page(Page.ANNOTATIONS)

    async def _open(self, job: JobView) -> None:
        """Show the variants as soon as their columns are there, and the counts when they come."""
        columns, summary = await asyncio.gather(
            self._show_variants(job.id), _or_error(self._variants.summary, job.id)
        )
        counts = summary if isinstance(summary, ResultSummary) else None
        if isinstance(columns, VariantColumns):
            if isinstance(summary, _PASSING):
                await self._count(job.id, columns)
            else:
                self._page.add_counts(columns, counts)
            return
        trouble = self._trouble
        if isinstance(columns, DesktopError):
            trouble = of_error(columns, can_upgrade=self._window.model.can_upgrade)
        if trouble is not None and counts is None:
            self._page.show_trouble(trouble)
        else:
            self._page.show_result(None, counts, trouble)
        if isinstance(columns, _PASSING) or isinstance(summary, _PASSING):
            self._retry_later(lambda: self._begin(job.id))

    async def _show_variants(self, job_id: str) -> VariantColumns | DesktopError | None:
        """Show the variants if they can be looked at; return their columns, or what is wrong."""
        if self._trouble is not None:
            return None
        columns = await _or_error(self._variants.columns, job_id)
        # The sign-in may have ended meanwhile.
        if isinstance(columns, VariantColumns) and job_id == self._page.job_id:
            self._offered = columns
            self._page.show_result(columns, None)
            self._ask(self._order)
            if self._page.variants.isVisible():
                self._page.variants.table.setFocus()
        return columns

    async def _count(self, job_id: str, columns: VariantColumns) -> None:
        """Ask for the counts until they come; the variants can be looked at meanwhile."""
        for losses in itertools.count():
            await self._pause(growing(losses))
            summary = await _or_error(self._variants.summary, job_id)
            if not isinstance(summary, _PASSING):
                counts = summary if isinstance(summary, ResultSummary) else None
                self._page.add_counts(columns, counts)
                return

    def _ask(self, query: VariantQuery | None = None) -> None:
        """Ask for what the filter and the columns say now, in the order of *query*."""
        if self._offered is None:
            return
        view, model = self._page.variants, self._page.model
        names = needed_columns(view.chosen, self._offered)
        asked = query or model.query
        asked = replace(asked, wanted=view.filters.wanted, columns=tuple(names))
        self._cancel_fetches()
        model.ask(asked, view.chosen)
        view.refresh()

    def _sort(self, column: ShownColumn) -> None:
        self._ask(self._page.model.query.sorted_by(column.sort))

    def _fetch(self, request: PageRequest) -> None:
        work = self._get(self._page.job_id, request)
        task = self._tasks.start(work, "reading variants")
        self._fetching.add(task)
        task.add_done_callback(self._fetching.discard)

    async def _get(self, job_id: str, request: PageRequest) -> None:
        model, view = self._page.model, self._page.variants
        try:
            page = await self._variants.page(job_id, request.wanted)
        except _ENDED:
            raise
        except DesktopError as error:
            if request.turn == model.turn:
                model.drop(request)
                self._tell(error)
        else:
            self._losses = 0
            if request.turn == model.turn:
                view.show_trouble("")
            model.take(request, page)

    def _tell(self, error: DesktopError) -> None:
        """Say why rows did not come, where it belongs."""
        view, model = self._page.variants, self._page.model
        if isinstance(error, _PASSING):
            view.show_trouble(error_words(error)[0])
            self._retry_later(model.ask_again)
        elif isinstance(error, ConflictError):
            trouble = of_error(error, can_upgrade=self._window.model.can_upgrade)
            self._page.show_variants_trouble(trouble)
        elif isinstance(error, ForbiddenError):
            position = error.position if isinstance(error, QueryError) else None
            view.filters.show_problem(error_words(error)[1], position)
            model.give_up()
            view.refresh()

    def _try_again(self) -> None:
        """Ask now for what did not come."""
        if self._retrying is not None:
            self._retrying.cancel()
            self._retrying = None
        if self._offered is None and self._page.job_id and self._trouble is None:
            self.open(self._page.job_id)
        elif self._offered is not None:
            self._page.model.ask_again()

    def _retry_later(self, again: Callable[[], None]) -> None:
        """Try once more in a while, and wait longer each time."""
        if self._retrying is not None and not self._retrying.done():
            return
        wait = growing(self._losses)
        self._losses += 1

        async def retry() -> None:
            await self._pause(wait)
            self._retrying = None
            again()

        self._retrying = self._tasks.start(retry(), "waiting to read variants")

    def _cancel_fetches(self) -> None:
        """What an earlier query wanted is not worth the network."""
        for task in list(self._fetching):
            task.cancel()

    def _stop(self) -> None:
        self._cancel_fetches()
        for task in (self._opening, self._retrying):
            if task is not None:
                task.cancel()
        self._opening = self._retrying = None


async def _or_error(
    ask: Callable[[str], Awaitable[_Answer]], job_id: str
) -> _Answer | DesktopError:
    """Return the answer, or what went wrong; the end of a sign-in rises."""
    try:
        return await ask(job_id)
    except _ENDED:
        raise
    except DesktopError as error:
        return error
