"""The viewer with a synthetic result, as pictures and tests show it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from backend.wire import JobView, VariantFilter
from desktop.errors import OfflineError
from desktop.ui.error_words import error_words, in_words
from desktop.ui.language import lowered, tr
from desktop.ui.sample import NOW, sample_jobs
from desktop.ui.viewer.columns import needed_columns
from desktop.ui.viewer.export import ExportView
from desktop.ui.viewer.page import ResultsPage
from desktop.ui.viewer.pages import PageRequest
from desktop.ui.viewer.query import NO_FILTER
from desktop.ui.viewer.sample import COLUMNS, SUMMARY, SampleTable, sample_details
from desktop.ui.viewer.switch import Tab
from desktop.ui.viewer.troubles import of_error, of_job
from desktop.ui.views.main_window import MainWindow
from desktop.ui.views.sidebar import Page
from desktop.ui.wording import when_text

WRONG = "gnomad_AF < 0.01 and impct = HIGH"
_WRONG_AT = WRONG.index("impct") + 1
_WANTED = VariantFilter(impacts=["HIGH", "MODERATE"], max_frequency=0.05)


def open_sample(window: MainWindow, wanted: VariantFilter = _WANTED) -> ResultsPage:
    """Show the synthetic result in *window*, and return its page."""
    page, table = window.results, SampleTable(600)
    window.open_page(Page.RESULTS)
    page.show_loading(*_job_and_when())
    page.show_result(COLUMNS, SUMMARY)

    def answer(request: PageRequest) -> None:
        found = table.page(request.wanted)
        if page.model.query.wanted == NO_FILTER:
            # As many as the summary counts; the few that there are fill the window.
            found = found.model_copy(update={"count": SUMMARY.variants_out})
        page.model.take(request, found)

    def ask() -> None:
        names = needed_columns(page.variants.chosen, COLUMNS)
        query = replace(page.model.query, wanted=page.variants.filters.wanted, columns=tuple(names))
        page.model.ask(query, page.variants.chosen)
        page.variants.refresh()

    page.model.wanted.connect(answer)
    page.variants.filters.changed.connect(lambda _wanted: ask())
    page.variants.columns_changed.connect(ask)
    ask()
    if wanted != page.variants.filters.wanted:
        page.variants.filters.use(wanted)
    return page


def variants(window: MainWindow) -> MainWindow:
    """The variants, filtered, with one in all detail."""
    page = open_sample(window)
    page.variants.table.selectRow(1)
    row = page.variants.table.current()
    page.variants.panel.show()
    if row is not None:
        page.variants.panel.show_details(sample_details(row.record))
    return window


def no_details(window: MainWindow) -> MainWindow:
    """A variant whose details did not come."""
    panel = variants(window).results.variants.panel
    panel.show_waiting(panel.title.text(), panel.place.text())
    panel.show_problem(error_words(OfflineError())[1])
    return window


def all_variants(window: MainWindow) -> MainWindow:
    """The variants as they are when a result is opened on the free plan, and an export."""
    page = open_sample(window, VariantFilter())
    page.show_countdown(tr("{time} left on the free plan").format(time="2:31"), urgent=False)
    page.strip.show_export(ExportView("sample_family.variants.tsv", 12_400_000))
    return window


def query(window: MainWindow) -> MainWindow:
    """A query that cannot be read."""
    page = open_sample(window, VariantFilter())
    filters = page.variants.filters
    filters.show_filter(VariantFilter(query=WRONG))
    sentence = "there is no column 'impct'. Did you mean impact?"
    said = f"At character {_WRONG_AT} of the query {sentence}"
    filters.show_problem(in_words(said), _WRONG_AT)
    return window


def no_match(window: MainWindow) -> MainWindow:
    """A filter that leaves nothing."""
    open_sample(window, VariantFilter(genes=["NOSUCHGENE"]))
    return window


def placeholders(window: MainWindow) -> MainWindow:
    """Rows that are still on their way, and a service that does not answer."""
    page = open_sample(window, VariantFilter())
    page.model.wanted.disconnect()
    page.variants.show_trouble(tr("Offline"))
    page.variants.table.verticalScrollBar().setValue(10**6)
    return window


def summary(window: MainWindow) -> MainWindow:
    """The counts in pictures."""
    open_sample(window, VariantFilter()).open_tab(Tab.SUMMARY)
    return window


def expired(window: MainWindow) -> MainWindow:
    """The free plan's time is over; the summary is still there."""
    job = sample_jobs()[4]
    window.open_page(Page.RESULTS)
    window.results.show_loading(
        job, _annotated(lowered(tr("Yesterday {time}").format(time="17:03")))
    )
    window.results.show_result(None, SUMMARY, of_job(job, NOW, can_upgrade=True))
    return window


def restoring(window: MainWindow) -> MainWindow:
    """The result is being restored."""
    job = sample_jobs()[5]
    window.open_page(Page.RESULTS)
    window.results.show_loading(
        job, _annotated(lowered(tr("Yesterday {time}").format(time="16:40")))
    )
    window.results.show_result(None, SUMMARY, of_job(job, NOW, can_upgrade=True))
    return window


def loading(window: MainWindow) -> MainWindow:
    """The result is on its way."""
    window.open_page(Page.RESULTS)
    window.results.show_loading(*_job_and_when())
    return window


def offline(window: MainWindow) -> MainWindow:
    """The service cannot be reached, and nothing of the result is there."""
    loading(window).results.show_trouble(of_error(OfflineError(), can_upgrade=True))
    return window


def nothing(window: MainWindow) -> MainWindow:
    """No result was chosen yet."""
    window.open_page(Page.RESULTS)
    return window


VIEWER_SCREENS: dict[str, Callable[[MainWindow], MainWindow]] = {
    "viewer": variants,
    "viewer_all": all_variants,
    "viewer_no_details": no_details,
    "viewer_summary": summary,
    "viewer_query": query,
    "viewer_no_match": no_match,
    "viewer_placeholders": placeholders,
    "viewer_expired": expired,
    "viewer_restoring": restoring,
    "viewer_loading": loading,
    "viewer_offline": offline,
    "viewer_nothing": nothing,
}


def _job_and_when() -> tuple[JobView, str]:
    job = sample_jobs()[7]
    return job, _annotated(lowered(when_text(job.finished_at or NOW, NOW)))


def _annotated(when: str) -> str:
    return tr("annotated {when}").format(when=when)
