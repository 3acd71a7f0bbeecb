"""Signed addresses of a job's files: a client downloads from the file store itself."""

from __future__ import annotations

from fastapi import APIRouter

from backend import wire
from backend.api.dependencies import OwnJob, Person, TheApi
from backend.api.openapi import problem_responses
from backend.services.results import Kind
from backend.views import download_view

router = APIRouter(
    prefix="/v1/jobs/{job_id}",
    tags=["downloads"],
    responses=problem_responses(401, 403, 404, 409, 422, 503),
)


@router.get("/result")
def get_result(job: OwnJob, api: TheApi, person: Person) -> wire.Download:
    """Give the annotated VCF's address; 409 when there is no result, or not any more."""
    return download_view(api.results.link(job, Kind.RESULT, person.limits))


@router.get("/table")
def get_table(job: OwnJob, api: TheApi, person: Person) -> wire.Download:
    """Give the address of the result as Parquet; 409 when there is none, or not any more."""
    return download_view(api.results.link(job, Kind.TABLE, person.limits))


@router.get("/report")
def get_report(job: OwnJob, api: TheApi, person: Person) -> wire.Download:
    """Give the address of the result in pictures, a page of HTML; 409 when there is none."""
    return download_view(api.results.link(job, Kind.REPORT, person.limits))


@router.get("/log")
def get_log(job: OwnJob, api: TheApi, person: Person) -> wire.Download:
    """Give the address of the annotation's log."""
    return download_view(api.results.link(job, Kind.LOG, person.limits))


@router.get("/input")
def get_input(job: OwnJob, api: TheApi, person: Person) -> wire.Download:
    """Give the address of the file as it was sent."""
    return download_view(api.results.link(job, Kind.INPUT, person.limits))
