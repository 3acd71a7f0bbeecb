"""The service's calls, one method each, over the wire models."""

from __future__ import annotations

import httpx2

from backend.wire import (
    Download,
    JobList,
    JobView,
    Me,
    NewJob,
    NewJobCreated,
    Parts,
    PartsWanted,
    PaymentPage,
    ServiceConfig,
    Submission,
)
from desktop.client.connection import Connection, problem_error, read, translated
from desktop.ports import FileKind

PAGE = 200
"""How many jobs are asked for at once, the most that the service gives."""


class ApiClient:
    """The service for one person; is `desktop.ports.Api`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def me(self) -> Me:
        """Return who is signed in."""
        return read(await self._connection.send("GET", "/v1/me"), Me)

    async def sign_out_everywhere(self) -> None:
        """End all sign-ins of the person; a token that was ended already ends nothing more."""
        await self._connection.send("POST", "/v1/me/sign-out")

    async def checkout(self) -> PaymentPage:
        """Return where the premium plan is paid."""
        return read(await self._connection.send("POST", "/v1/billing/checkout"), PaymentPage)

    async def portal(self) -> PaymentPage:
        """Return where the subscription is managed."""
        return read(await self._connection.send("POST", "/v1/billing/portal"), PaymentPage)

    async def jobs(self, after: str | None = None) -> JobList:
        """Return a page of jobs, newest first."""
        query: dict[str, str | int] = {"limit": PAGE}
        if after is not None:
            query["after"] = after
        return read(await self._connection.send("GET", "/v1/jobs", query=query), JobList)

    async def create_job(self, new: NewJob) -> NewJobCreated:
        """Make a job that awaits its file."""
        return read(await self._connection.send("POST", "/v1/jobs", new), NewJobCreated)

    async def parts(self, job_id: str, wanted: PartsWanted) -> Parts:
        """Return addresses for parts of a file that is awaited."""
        return read(await self._connection.send("POST", f"/v1/jobs/{job_id}/parts", wanted), Parts)

    async def submit(self, job_id: str, submission: Submission) -> JobView:
        """Say that all parts were sent; doing it twice is doing it once."""
        path = f"/v1/jobs/{job_id}/submit"
        return read(await self._connection.send("POST", path, submission), JobView)

    async def cancel(self, job_id: str) -> JobView:
        """Stop a job that is not finished; doing it twice is doing it once."""
        return read(await self._connection.send("POST", f"/v1/jobs/{job_id}/cancel"), JobView)

    async def delete(self, job_id: str) -> None:
        """Throw a job and its files away."""
        await self._connection.send("DELETE", f"/v1/jobs/{job_id}")

    async def link(self, job_id: str, kind: FileKind) -> Download:
        """Return a short-lived address of one of the job's files."""
        return read(await self._connection.send("GET", f"/v1/jobs/{job_id}/{kind}"), Download)


async def service_config(http: httpx2.AsyncClient) -> ServiceConfig:
    """Return what an app needs to know before anybody is signed in.

    Raises:
        OfflineError: the service cannot be reached.
        ServerFaultError: it is not our service that answered.
    """
    with translated():
        response = await http.get("/v1/config")
    if response.is_error:
        raise problem_error(response)
    return read(response, ServiceConfig)
