"""The variants of a result: pages, one in all detail, their counts, and selections as files."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request
from starlette.responses import StreamingResponse

from backend import wire
from backend.api.dependencies import OwnJob, Person, TheApi
from backend.api.openapi import problem_responses
from backend.api.variants_views import (
    asked,
    choice,
    columns_view,
    details_view,
    page_view,
    summary_view,
)
from backend.services.access_log import Via
from backend.services.variants import ResultTable
from backend.services.variants_export import Form

_MOST_RECORDS = 1 << 40
_MOST_ALLELES = 1 << 30

router = APIRouter(
    prefix="/v1/jobs/{job_id}",
    tags=["variants"],
    responses=problem_responses(401, 403, 404, 409, 422, 503),
)


def _table(request: Request, job: OwnJob, api: TheApi, person: Person) -> ResultTable:
    """Return the table of the person's job, and record that they look at it."""
    return api.variants.look(job, person.limits, via=Via.API, request_id=_number(request))


def _number(request: Request) -> str:
    return str(request.scope["gas.request_id"])


Table = Annotated[ResultTable, Depends(_table)]


@router.get("/summary")
def get_summary(request: Request, job: OwnJob, api: TheApi) -> wire.ResultSummary:
    """Give the counts of the result, for pictures; 409 when there is none."""
    return summary_view(api.variants.summary(job, via=Via.API, request_id=_number(request)))


@router.get("/variants")
def list_variants(
    table: Table, wanted: Annotated[wire.VariantsWanted, Query()]
) -> wire.VariantPage:
    """Give a page of the variants that fit a filter, in the order of the file or sorted."""
    return page_view(table.page(asked(wanted), choice(wanted)))


@router.get("/variants/columns")
def list_columns(table: Table) -> wire.VariantColumns:
    """Give what there is to show and to filter by."""
    return columns_view(table.columns())


@router.get("/variants/{record}/{allele}")
def get_variant(
    table: Table,
    record: Annotated[int, Path(ge=1, le=_MOST_RECORDS)],
    allele: Annotated[int, Path(ge=0, le=_MOST_ALLELES)],
) -> wire.VariantDetails:
    """Give all that the result says of one allele; 404 when there is no such allele."""
    return details_view(record, allele, table.details(record, allele))


@router.post(
    "/variants/export",
    responses={
        200: {
            "description": "The file, as it is made: it is complete when the answer ends properly.",
            "content": {
                "text/tab-separated-values": {},
                "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": {},
                "application/gzip": {},
            },
        },
        **problem_responses(400, 413),
    },
    response_class=StreamingResponse,
)
def export_variants(
    wanted: wire.VariantExport, request: Request, job: OwnJob, api: TheApi, person: Person
) -> StreamingResponse:
    """Give the rows or records that fit a filter as a file, without a limit to their number."""
    made = api.variant_exports.export(
        job,
        person.limits,
        asked(wanted.filter),
        Form(wanted.format),
        tuple(wanted.columns),
        via=Via.API,
        request_id=_number(request),
    )
    headers = {"content-disposition": f'attachment; filename="{made.name}"'}
    return StreamingResponse(made.content, media_type=made.media_type, headers=headers)
