"""What each request of Glacier's API asks for; who calls holds the lock of the service."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from urllib.parse import quote

from backend.local.aws.glacier import documents
from backend.local.aws.glacier.archives import Archives, check_description
from backend.local.aws.glacier.exchange import Answer, Request
from backend.local.aws.glacier.intake import Received
from backend.local.aws.glacier.jobs import Jobs
from backend.local.aws.glacier.orders import order
from backend.local.aws.glacier.output import hash_of, read
from backend.local.aws.glacier.ranges import Span, asked_range, content_range
from backend.local.aws.glacier.records import Archive, Job
from backend.local.aws.glacier.store import Store
from backend.local.aws.glacier.uploads import Uploads
from backend.local.aws.glacier.vaults import Vaults
from backend.local.aws.names import ACCOUNT

MOST_VAULTS = 10
MOST_LISTED = 50
UPLOADS = "vaults/*/multipart-uploads"

Route = Callable[[Request], Answer]
Add = Callable[[Request, Received], Answer]


class Routes:
    """The operations, by method and path; a star stands for a name in the path."""

    def __init__(
        self, store: Store, vaults: Vaults, archives: Archives, uploads: Uploads, jobs: Jobs
    ) -> None:
        self._store = store
        self._vaults = vaults
        self._archives = archives
        self._uploads = uploads
        self._jobs = jobs

    def adding(self) -> Mapping[str, Add]:
        """Return the operations that bring bytes; these are in a file already."""
        return {"POST vaults/*/archives": self._add_archive, f"PUT {UPLOADS}/*": self._add_part}

    def others(self) -> Mapping[str, Route]:
        """Return all other operations."""
        vault, job = "vaults/*", "vaults/*/jobs"
        return {
            "GET vaults": self._list_vaults,
            f"PUT {vault}": self._make_vault,
            f"GET {vault}": self._describe_vault,
            f"DELETE {vault}": self._remove_vault,
            f"PUT {vault}/notification-configuration": self._set_notifications,
            f"GET {vault}/notification-configuration": self._get_notifications,
            f"DELETE {vault}/notification-configuration": self._remove_notifications,
            f"DELETE {vault}/archives/*": self._remove_archive,
            f"POST {UPLOADS}": self._begin_upload,
            f"GET {UPLOADS}": self._list_uploads,
            f"GET {UPLOADS}/*": self._list_parts,
            f"POST {UPLOADS}/*": self._complete_upload,
            f"DELETE {UPLOADS}/*": self._abort_upload,
            f"POST {job}": self._begin_job,
            f"GET {job}": self._list_jobs,
            f"GET {job}/*": self._describe_job,
            f"GET {job}/*/output": self._give_output,
        }

    def _list_vaults(self, request: Request) -> Answer:
        vaults, marker = self._store.vaults(request.page(MOST_VAULTS))
        listed = [documents.of_vault(each, *self._store.filled(each.name)) for each in vaults]
        return Answer(200, {"VaultList": listed, "Marker": marker or None})

    def _make_vault(self, request: Request) -> Answer:
        self._vaults.make(request.vault)
        return Answer(201, headers={"Location": _location(request.vault)})

    def _describe_vault(self, request: Request) -> Answer:
        vault = self._vaults.find(request.vault)
        return Answer(200, documents.of_vault(vault, *self._store.filled(vault.name)))

    def _remove_vault(self, request: Request) -> Answer:
        self._vaults.remove(request.vault)
        return Answer(204)

    def _set_notifications(self, request: Request) -> Answer:
        wanted = request.json()
        self._vaults.tell(request.vault, wanted.get("SNSTopic", ""), wanted.get("Events", []))
        return Answer(204)

    def _get_notifications(self, request: Request) -> Answer:
        vault = self._vaults.told(request.vault)
        return Answer(200, {"SNSTopic": vault.topic, "Events": vault.events.split(",")})

    def _remove_notifications(self, request: Request) -> Answer:
        self._vaults.keep_quiet(request.vault)
        return Answer(204)

    def _add_archive(self, request: Request, body: Received) -> Answer:
        self._vaults.find(request.vault)
        description = check_description(request.header("x-amz-archive-description"))
        return _added(self._archives.add(request.vault, description, body))

    def _remove_archive(self, request: Request) -> Answer:
        self._vaults.find(request.vault)
        self._archives.remove(*request.ids)
        return Answer(204)

    def _begin_upload(self, request: Request) -> Answer:
        self._vaults.find(request.vault)
        description = check_description(request.header("x-amz-archive-description"))
        size = request.number("x-amz-part-size")
        upload = self._uploads.begin(request.vault, description, size)
        headers = {
            "Location": _location(request.vault, "multipart-uploads", upload.id),
            "x-amz-multipart-upload-id": upload.id,
        }
        return Answer(201, headers=headers)

    def _list_uploads(self, request: Request) -> Answer:
        self._vaults.find(request.vault)
        uploads, marker = self._store.uploads(request.vault, request.page(MOST_LISTED))
        listed = [documents.of_upload(each) for each in uploads]
        return Answer(200, {"UploadsList": listed, "Marker": marker or None})

    def _add_part(self, request: Request, body: Received) -> Answer:
        upload = self._uploads.find(*request.ids)
        span = content_range(request.needed("content-range"))
        part = self._uploads.add(upload, span, body)
        return Answer(204, headers={"x-amz-sha256-tree-hash": part.tree_hash})

    def _list_parts(self, request: Request) -> Answer:
        upload = self._uploads.find(*request.ids)
        parts, marker = self._uploads.parts(upload, request.page(MOST_LISTED))
        listed = [documents.of_part(each) for each in parts]
        whole = {**documents.of_upload(upload), "Parts": listed, "Marker": marker or None}
        return Answer(200, whole)

    def _complete_upload(self, request: Request) -> Answer:
        size = request.number("x-amz-archive-size")
        checksum = request.needed("x-amz-sha256-tree-hash")
        return _added(self._uploads.complete(*request.ids, size=size, checksum=checksum))

    def _abort_upload(self, request: Request) -> Answer:
        self._uploads.abort(self._uploads.find(*request.ids))
        return Answer(204)

    def _begin_job(self, request: Request) -> Answer:
        job = self._jobs.begin(self._vaults.find(request.vault), order(request.json()))
        location = _location(request.vault, "jobs", job.id)
        return Answer(202, headers={"Location": location, "x-amz-job-id": job.id})

    def _list_jobs(self, request: Request) -> Answer:
        self._vaults.find(request.vault)
        status, ended = request.query("statuscode"), request.query("completed")
        page = request.page(MOST_LISTED)
        jobs, marker = self._store.jobs(request.vault, page, status=status, ended=ended)
        listed = [documents.of_job(each) for each in jobs]
        return Answer(200, {"JobList": listed, "Marker": marker or None})

    def _describe_job(self, request: Request) -> Answer:
        return Answer(200, documents.of_job(self._jobs.find(*request.ids)))

    def _give_output(self, request: Request) -> Answer:
        job = self._jobs.find(*request.ids)
        parts = self._jobs.output(job)
        asked = request.header("range")
        span = asked_range(asked, job.size) if asked else Span(0, job.size)
        headers = {"Content-Length": str(span.size), "Accept-Ranges": "bytes"}
        if asked:
            headers["Content-Range"] = span.of(job.size)
        if job.archive and span.has_tree_hash(job.size):
            headers["x-amz-sha256-tree-hash"] = hash_of(parts, span)
        pieces = [(self._store.path(part), part.size) for part in parts]
        return Answer(
            status=206 if asked else 200,
            headers=headers | self._described(job),
            bytes=read(pieces, span),
        )

    def _described(self, job: Job) -> dict[str, str]:
        if not job.archive:
            return {"Content-Type": "application/json"}
        kind = {"Content-Type": "application/octet-stream"}
        archive = self._store.archive(job.archive)
        if archive is None or not archive.description:
            return kind
        return kind | {"x-amz-archive-description": archive.description}


def _location(vault: str, *more: str) -> str:
    return "/" + "/".join(quote(step, safe="") for step in (ACCOUNT, "vaults", vault, *more))


def _added(archive: Archive) -> Answer:
    headers = {
        "Location": _location(archive.vault, "archives", archive.id),
        "x-amz-archive-id": archive.id,
        "x-amz-sha256-tree-hash": archive.tree_hash,
    }
    return Answer(201, headers=headers)
