"""The pages of jobs: the list, one job, its log, its files."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import RedirectResponse, Response

from backend import wire
from backend.api.dependencies import TheApi
from backend.api.web import words
from backend.api.web.dependencies import OwnJob, SignedIn, Visitor
from backend.api.web.errors import PageRoute
from backend.api.web.rendering import the_pages
from backend.domain.job import Job
from backend.services.access_log import Via
from backend.services.job_log import LONGEST_SHOWN, log_text
from backend.services.results import Kind, Link
from backend.views import job_view

router = APIRouter(route_class=PageRoute)
of_one = APIRouter(prefix="/jobs/{job_id}", route_class=PageRoute)

PAGE = 25
# Seconds until a page on what is under way is loaded anew.
_RUNNING, _LIST = 5, 10


@dataclass(frozen=True, slots=True)
class Row:
    """A job as a page shows it."""

    job: wire.JobView
    status: str
    tone: words.Tone
    result: words.ResultWords


def _row(job: Job, visitor: Visitor, now: datetime) -> Row:
    view = job_view(job, visitor.limits, now)
    status, tone = words.status_words(view)
    return Row(view, status, tone, words.result_words(view, now, premium=visitor.premium))


LinkTo = Callable[[Kind], Link]


def links_to(request: Request, job: OwnJob, api: TheApi, visitor: SignedIn) -> LinkTo:
    """Return what gives the addresses of the visitor's job's files, and records that it did."""

    def link(kind: Kind) -> Link:
        number = str(request.scope["gas.request_id"])
        return api.links.link(job, kind, visitor.limits, via=Via.WEB, request_id=number)

    return link


Links = Annotated[LinkTo, Depends(links_to)]


@router.get("/jobs")
def show_jobs(
    request: Request,
    api: TheApi,
    visitor: SignedIn,
    after: Annotated[str | None, Query(min_length=1, max_length=1024)] = None,
) -> Response:
    """Show a page of the visitor's jobs, newest first."""
    page = api.jobs.by_owner(visitor.account.id, limit=PAGE, after=after)
    now = api.clock()
    rows = [_row(job, visitor, now) for job in page.jobs]
    return the_pages(request).render(
        "jobs",
        visitor,
        rows=rows,
        is_first=after is None,
        older=f"/jobs?{urlencode({'after': page.after})}" if page.after else None,
        refresh=_LIST if any(words.is_changing(row.job) for row in rows) else None,
    )


@of_one.get("")
def show_job(request: Request, job: OwnJob, api: TheApi, visitor: SignedIn) -> Response:
    """Show one job: how it is, what came of it, and what can be had of it."""
    row = _row(job, visitor, api.clock())
    return the_pages(request).render(
        "job",
        visitor,
        row=row,
        job=row.job,
        refresh=_RUNNING if words.is_changing(row.job) else None,
    )


@of_one.get("/log")
def show_log(
    request: Request, job: OwnJob, api: TheApi, visitor: SignedIn, links: Links
) -> Response:
    """Show the log, or how it begins; who looks at it is recorded as who downloads it."""
    links(Kind.LOG)
    log = log_text(job, api.results.results)
    return the_pages(request).render(
        "log", visitor, job=job, text=log.text, whole=log.whole, longest=LONGEST_SHOWN
    )


@of_one.get("/log/download")
def download_log(links: Links) -> Response:
    """Send the browser to the log itself."""
    return _to(links(Kind.LOG))


@of_one.get("/result")
def download_result(links: Links) -> Response:
    """Send the browser to the annotated VCF; 409 when there is none, or not any more."""
    return _to(links(Kind.RESULT))


@of_one.get("/table")
def download_table(links: Links) -> Response:
    """Send the browser to the result as Parquet; 409 when there is none, or not any more."""
    return _to(links(Kind.TABLE))


@of_one.get("/report")
def download_report(links: Links) -> Response:
    """Send the browser to the result in pictures; 409 when there is none."""
    return _to(links(Kind.REPORT))


@of_one.get("/input")
def download_input(links: Links) -> Response:
    """Send the browser to the file as it was sent."""
    return _to(links(Kind.INPUT))


def _to(link: Link) -> Response:
    """The address was made at the click, for a minute; no page ever has it in it."""
    return RedirectResponse(link.url, 303, {"referrer-policy": "no-referrer"})
