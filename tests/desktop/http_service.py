"""The real API and a file store, over fakes, on a port of this machine."""

from __future__ import annotations

import hashlib
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, unquote

import uvicorn

from backend.domain.events import Completed, Failed
from backend.domain.files import file_keys
from backend.domain.job import Counts, Job, Result, Stored
from backend.services.lifecycle import transition
from tests.fakes.files import FakeFiles
from tests.fakes.service import FakeService

VCF = (
    b"##fileformat=VCFv4.2\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n"
    b"MT\t73\t.\tA\tG\t.\t.\t.\n"
)
ANNOTATED = b"not really bgzipped: what matters here is that it comes back unchanged"
LOG, REFUSAL = b"records read  1\n", b"line 12\n"


@dataclass
class HttpService:
    """The service, and what a worker would do to it.

    Attributes:
        url: of the API.
        refusals: the statuses that the file store answers to its next requests.
        puts: the sizes of the bodies that the file store took.
        parts: the key and the number of each part that the file store took.
        ranges: the ranges that the file store was asked for.
        blocked: what a proxy answers on the API's behalf, by path: a status, and Retry-After.
        cut: after so many bytes the file store's next answer to a GET ends; None for whole ones.
        server: what serves both.
    """

    fakes: FakeService
    url: str
    refusals: list[int] = field(default_factory=list)
    puts: list[int] = field(default_factory=list)
    parts: list[tuple[str, int]] = field(default_factory=list)
    ranges: list[str] = field(default_factory=list)
    blocked: dict[str, tuple[int, str]] = field(default_factory=dict)
    cut: int | None = None
    server: uvicorn.Server | None = None

    def connections(self) -> int:
        """Return how many connections there are."""
        return len(self.server.server_state.connections) if self.server else 0

    def hang_up(self) -> None:
        """Close every connection, as a server does whose patience with a silent one is over."""
        for each in list(self.server.server_state.connections) if self.server else ():
            each.loop.call_soon_threadsafe(each.transport.close)

    def start(self, job_id: str) -> Job:
        """Take the job as a worker does."""
        return self.fakes.start(job_id)

    def complete(self, job_id: str, data: bytes = ANNOTATED) -> Job:
        """Finish a job that was started, with a result whose checksum is right."""
        fakes = self.fakes
        job = fakes.jobs.get(job_id)
        keys = file_keys(job.owner, job.id)
        fakes.outputs.objects[keys.result] = data
        fakes.outputs.objects[keys.log] = LOG
        counts = Counts("GRCh37", "b" * 64, 1, 1, 1, 0)
        result = Result(len(data), hashlib.sha256(data).hexdigest(), counts)
        event = Completed(job.attempt, result, fakes.plans.free_retention, _stored(LOG))
        return transition(fakes.jobs, job, event, fakes.clock)

    def fail(self, job_id: str, reason: str) -> Job:
        """Fail a job that was started."""
        fakes = self.fakes
        job = fakes.jobs.get(job_id)
        fakes.outputs.objects[file_keys(job.owner, job.id).log] = REFUSAL
        event = Failed(job.attempt, reason, _stored(REFUSAL))
        return transition(fakes.jobs, job, event, fakes.clock)


def _stored(data: bytes) -> Stored:
    return Stored(len(data), hashlib.sha256(data).hexdigest())


class _FileStore:
    """What S3 does with signed addresses, for two buckets of fakes."""

    def __init__(self, service: HttpService) -> None:
        self._service = service

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        body, more = bytearray(), True
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                return
            body += message["body"]
            more = message.get("more_body", False)
        status, headers, answer = self._answer(scope, bytes(body))
        await send({"type": "http.response.start", "status": status, "headers": headers})
        # An answer that is cut has no end: the connection is closed under it.
        cut, self._service.cut = self._service.cut, None
        await send({"type": "http.response.body", "body": answer[:cut], "more_body": bool(cut)})

    def _answer(self, scope: Any, body: bytes) -> tuple[int, list[tuple[bytes, bytes]], bytes]:
        if self._service.refusals:
            return self._service.refusals.pop(0), [], b""
        bucket, key = unquote(scope["path"]).removeprefix("/files/").split("/", 1)
        files: FakeFiles = getattr(self._service.fakes, bucket)
        told = {name.decode().title(): value.decode() for name, value in scope["headers"]}
        if scope["method"] == "GET":
            return self._get(files.objects[key], told.get("Range"))
        told["x-amz-checksum-sha256"] = told["X-Amz-Checksum-Sha256"]
        query = scope["query_string"].decode()
        try:
            etag = files.put(f"/{key}?{query}", body, told)
        except AssertionError:
            # Another checksum than the signed one: S3 answers BadDigest.
            return 400, [], b""
        except KeyError:
            return 404, [], b""
        self._service.puts.append(len(body))
        self._service.parts.append((key, int(parse_qs(query)["partNumber"][0])))
        return 200, [(b"etag", etag.encode())], b""

    def _get(self, data: bytes, asked: str | None) -> tuple[int, list[tuple[bytes, bytes]], bytes]:
        """Answer as S3 does to one open range; a wrong If-Range is never asked for here."""
        begin = 0
        if asked is not None:
            self._service.ranges.append(asked)
            begin = int(asked.removeprefix("bytes=").removesuffix("-"))
        span = f"bytes {begin}-{len(data) - 1}/{len(data)}"
        headers = [(b"etag", b'"1"'), (b"content-length", str(len(data) - begin).encode())]
        headers += [(b"content-range", span.encode())] if asked else []
        return 206 if asked else 200, headers, data[begin:]


@contextmanager
def serving(fakes: FakeService | None = None) -> Iterator[HttpService]:
    """Serve the API, and below /files the file store, in a thread of its own."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        url = f"http://127.0.0.1:{listening.getsockname()[1]}"
        service = HttpService(fakes or FakeService(), url)
        service.fakes.inputs.base_url = f"{url}/files/inputs"
        service.fakes.outputs.base_url = f"{url}/files/outputs"
        server = service.server = _server(service)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        try:
            yield service
        finally:
            server.should_exit = True
            thread.join()


async def _block(send: Any, status: int, retry_after: str) -> None:
    headers = [(b"retry-after", retry_after.encode())] if retry_after else []
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": b"<html>blocked by the proxy</html>"})


def _server(service: HttpService) -> uvicorn.Server:
    api, files = service.fakes.app(), _FileStore(service)

    async def app(scope: Any, receive: Any, send: Any) -> None:
        path = scope.get("path", "")
        if path in service.blocked:
            await _block(send, *service.blocked[path])
            return
        chosen = files if path.startswith("/files/") else api
        await chosen(scope, receive, send)

    config = uvicorn.Config(
        app, lifespan="on", ws="none", log_level="warning", timeout_graceful_shutdown=1
    )
    return uvicorn.Server(config)
