"""Jobs: made, sent, watched, called off, deleted."""

from __future__ import annotations

import base64
from typing import Annotated

from fastapi import APIRouter, Query

from backend import wire
from backend.api.dependencies import OwnJob, Person, TheApi
from backend.api.openapi import problem_responses
from backend.domain.job import Input, Options
from backend.views import job_view, new_job_view, parts_view

router = APIRouter(prefix="/v1/jobs", tags=["jobs"], responses=problem_responses(401, 403, 503))
of_one = APIRouter(
    prefix="/v1/jobs/{job_id}", tags=["jobs"], responses=problem_responses(401, 403, 404, 422, 503)
)
_change = problem_responses(409)
_change_with_body = problem_responses(400, 409, 413)


@router.post("", status_code=201, responses=problem_responses(400, 413, 422))
def create_job(new: wire.NewJob, api: TheApi, person: Person) -> wire.NewJobCreated:
    """Make a job that awaits its file, and say how to send it."""
    with api.limits.new_job(person.account):
        upload = api.submissions.create(
            person.account.id,
            Input(new.name, new.size, new.sha256),
            Options(new.options.assembly, new.options.engine),
            person.limits,
            _part_checksums(new),
            request=new.request,
        )
    return new_job_view(upload, person.limits, api.clock())


def _part_checksums(new: wire.NewJob) -> list[str]:
    """A file of one part has the checksum of the whole, written in another way."""
    if new.part_sha256 or new.size > wire.MIN_PART_BYTES:
        return new.part_sha256
    return [base64.b64encode(bytes.fromhex(new.sha256)).decode()]


@of_one.post("/parts", responses=_change_with_body)
def renew_parts(wanted: wire.PartsWanted, job: OwnJob, api: TheApi) -> wire.Parts:
    """Give fresh addresses for parts of the file."""
    return parts_view(api.submissions.renew_parts(job, wanted.parts))


@of_one.post("/submit", responses=_change_with_body)
def submit_job(sent: wire.Submission, job: OwnJob, api: TheApi, person: Person) -> wire.JobView:
    """Join the parts and put the job in the queue; doing it twice is doing it once."""
    etags = [(part.number, part.etag, part.sha256) for part in sent.parts]
    return job_view(api.submissions.submit(job, etags), person.limits, api.clock())


@router.get("", responses=problem_responses(422))
def list_jobs(
    api: TheApi,
    person: Person,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    after: Annotated[str | None, Query(min_length=1, max_length=1024)] = None,
) -> wire.JobList:
    """Give a page of jobs, newest first."""
    # Read before the table: what changes in between is then sent as an event as well.
    cursor = api.live_events.cursor(person.account.id)
    page = api.jobs.by_owner(person.account.id, limit=limit, after=after)
    now = api.clock()
    views = [job_view(job, person.limits, now) for job in page.jobs]
    return wire.JobList(jobs=views, after=page.after, cursor=cursor)


@of_one.get("")
def get_job(job: OwnJob, api: TheApi, person: Person) -> wire.JobView:
    """Give one job."""
    return job_view(job, person.limits, api.clock())


@of_one.post("/cancel", responses=_change)
def cancel_job(job: OwnJob, api: TheApi, person: Person) -> wire.JobView:
    """Call a job off; doing it twice is doing it once."""
    return job_view(api.submissions.cancel(job), person.limits, api.clock())


@of_one.delete("", status_code=204, responses=_change)
def delete_job(job: OwnJob, api: TheApi) -> None:
    """Delete a job and all its files; a job under way is called off first."""
    api.results.discard(job)
