"""Signed addresses of a job's files: a client downloads from the file store itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Depends, Request

from backend import wire
from backend.api.dependencies import OwnJob, Person, TheApi
from backend.api.openapi import problem_responses
from backend.services.access_log import Via
from backend.services.results import Kind
from backend.views import download_view

router = APIRouter(
    prefix="/v1/jobs/{job_id}",
    tags=["downloads"],
    responses=problem_responses(401, 403, 404, 409, 422, 503),
)

LinkTo = Callable[[Kind], wire.Download]


def links(request: Request, job: OwnJob, api: TheApi, person: Person) -> LinkTo:
    """Return what gives the addresses of the person's job's files, and records that it did."""

    def link(kind: Kind) -> wire.Download:
        number = str(request.scope["gas.request_id"])
        given = api.links.link(job, kind, person.limits, via=Via.API, request_id=number)
        return download_view(given)

    return link


Links = Annotated[LinkTo, Depends(links)]


@router.get("/result")
def get_result(link: Links) -> wire.Download:
    """Give the annotated VCF's address; 409 when there is no result, or not any more."""
    return link(Kind.RESULT)


@router.get("/table")
def get_table(link: Links) -> wire.Download:
    """Give the address of the result as Parquet; 409 when there is none, or not any more."""
    return link(Kind.TABLE)


@router.get("/report")
def get_report(link: Links) -> wire.Download:
    """Give the address of the result in pictures, a page of HTML; 409 when there is none."""
    return link(Kind.REPORT)


@router.get("/log")
def get_log(link: Links) -> wire.Download:
    """Give the address of the annotation's log."""
    return link(Kind.LOG)


@router.get("/input")
def get_input(link: Links) -> wire.Download:
    """Give the address of the file as it was sent."""
    return link(Kind.INPUT)
