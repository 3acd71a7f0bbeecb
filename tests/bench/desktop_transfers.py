"""The desktop's upload beside a raw socket, to the same sink; a part of ``gas bench desktop``."""

from __future__ import annotations

import asyncio
import os
import socket
import ssl
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any

import httpx2

from backend.wire import (
    JobStatus,
    JobView,
    NewJob,
    NewJobCreated,
    Options,
    Parts,
    PartsWanted,
    Submission,
    UploadPart,
)
from desktop.ports import Progress
from desktop.store.journal import Journal
from desktop.transfer.source import part_size
from desktop.transfer.transfers import FileTransfers
from tests.bench import machine
from tests.certificate import write_certificate

TARGET = 0.9
KINDS = ("plain", "tls")

_MIB = 1024**2
_ROOT = Path(__file__).parents[2]
_LATER = datetime(2100, 1, 1, tzinfo=UTC)
_METHOD = {
    "raw": "One PUT on one socket, from connecting to the answer: one thread reads and writes the "
    "file 1 MiB at a time.",
    "upload": "The app's own upload of the same file, from its first part to the last one's place "
    "in the journal, connecting included; several parts at once.",
    "ratio": "The median over the rounds of upload over raw within a round; every other round "
    "measures them in reverse.",
    "preparing": "The pass before it, in which the file is read for its checksums, which the "
    "service wants before it gives an address. It is no part of the ratio.",
    "sink": "A process on the same machine that reads and forgets; under TLS it decrypts, too.",
}


@dataclass(frozen=True, slots=True)
class Size:
    """What to send: a file of so many MiB, so many times."""

    mebibytes: int = 1024
    rounds: int = 9


@dataclass(frozen=True, slots=True)
class Round:
    """One round's speeds, in MiB a second."""

    raw: float
    upload: float
    preparing: float


def run(size: Size, say: Callable[[str], None]) -> dict[str, object]:
    """Measure, plain and under TLS; return the report as values of JSON.

    *say* is told what is going on.
    """
    before = machine.describe()
    with tempfile.TemporaryDirectory(prefix="gas-bench-") as name:
        folder = Path(name)
        path = folder / "genome.vcf"
        path.write_bytes(os.urandom(_MIB) * size.mebibytes)
        certificate = write_certificate(folder)
        found = {}
        for kind, files in zip(KINDS, ((), certificate), strict=True):
            found[kind] = []
            for number in range(size.rounds):
                # How fast a sink is depends on where in memory it happens to lie.
                with _sink(*files) as port:
                    bench = _Bench(folder, path, port, _trust(*files[:1]))
                    found[kind].append(bench.measure(number))
            say(f"{kind}: {_words(found[kind])}")
    return report(found, size, before)


def report(
    rounds: dict[str, list[Round]], size: Size, where: dict[str, object]
) -> dict[str, object]:
    """Return the whole report."""
    return {
        "benchmark": "desktop transfers",
        "target": f"upload >= {TARGET:.0%} of a raw socket to the same sink",
        **{kind: _figures(each) for kind, each in rounds.items()},
        "mebibytes": size.mebibytes,
        "machine": where,
        "method": _METHOD,
    }


def verdicts(made: dict[str, Any]) -> Iterator[str]:
    """Yield a line of each kind of connection in a report: whether the upload is fast enough."""
    for kind in KINDS:
        found = made[kind]
        verdict = "met" if found["met"] else "missed"
        yield f"{kind}: {found['ratio']:.2f} of a raw socket, target {TARGET}: {verdict}"


def ratio(rounds: list[Round]) -> float:
    """Return how fast the upload is beside a raw socket."""
    return median(each.upload / each.raw for each in rounds)


def _figures(rounds: list[Round]) -> dict[str, object]:
    return {
        "ratio": round(ratio(rounds), 3),
        "met": ratio(rounds) >= TARGET,
        "raw_mib_s": round(median(each.raw for each in rounds)),
        "upload_mib_s": round(median(each.upload for each in rounds)),
        "preparing_mib_s": round(median(each.preparing for each in rounds)),
        "rounds": [[round(each.raw), round(each.upload)] for each in rounds],
    }


def _words(rounds: list[Round]) -> str:
    return f"{ratio(rounds):.2f} of a raw socket over {len(rounds)} rounds"


@dataclass(frozen=True, slots=True)
class _Bench:
    folder: Path
    path: Path
    port: int
    trust: ssl.SSLContext | None

    def measure(self, number: int) -> Round:
        """Measure both; which comes first alternates."""
        if number % 2:
            upload, preparing = self._upload(number)
            return Round(self._raw(), upload, preparing)
        raw = self._raw()
        return Round(raw, *self._upload(number))

    def _raw(self) -> float:
        size = self.path.stat().st_size
        begun = time.perf_counter()
        plain = socket.create_connection(("127.0.0.1", self.port))
        with (
            self.trust.wrap_socket(plain, server_hostname="localhost") if self.trust else plain as s
        ):
            s.sendall(f"PUT / HTTP/1.1\r\nHost: sink\r\nContent-Length: {size}\r\n\r\n".encode())
            with self.path.open("rb", buffering=0) as file:
                while data := file.read(_MIB):
                    s.sendall(data)
            s.recv(1024)
            return size / _MIB / (time.perf_counter() - begun)

    def _upload(self, number: int) -> tuple[float, float]:
        scheme = "https" if self.trust else "http"
        api = _SinkApi(f"{scheme}://localhost:{self.port}/", self.path.stat().st_size)
        http = httpx2.Client(verify=self.trust or True, timeout=60)
        begun = time.perf_counter()
        with closing(Journal(self.folder / "transfers.sqlite")) as journal:
            transfers = FileTransfers(api, http, journal)  # type: ignore[arg-type]
            asyncio.run(transfers.upload(self.path, Progress(), None, key=f"{scheme} {number}"))
            transfers.close()
        mebibytes = self.path.stat().st_size / _MIB
        return mebibytes / (api.ended - api.begun), mebibytes / (api.begun - begun)


@dataclass(slots=True)
class _SinkApi:
    """As much of `desktop.ports.Api` as an upload asks for; every part goes to the sink."""

    url: str
    size: int
    begun: float = field(default=0.0, init=False)
    ended: float = field(default=0.0, init=False)

    async def create_job(self, new: NewJob) -> NewJobCreated:
        self.begun = time.perf_counter()
        length = part_size(new.size)
        return NewJobCreated(
            job=self._job(JobStatus.AWAITING_UPLOAD),
            part_size=length,
            parts=[self._part(number, length) for number in range(1, len(new.part_sha256) + 1)],
            parts_valid_until=_LATER,
        )

    async def parts(self, job_id: str, wanted: PartsWanted) -> Parts:
        length = part_size(self.size)
        parts = [self._part(number, length) for number in wanted.parts]
        return Parts(parts=parts, parts_valid_until=_LATER)

    async def submit(self, job_id: str, submission: Submission) -> JobView:
        self.ended = time.perf_counter()
        return self._job(JobStatus.PENDING)

    def _part(self, number: int, length: int) -> UploadPart:
        offset = (number - 1) * length
        size = min(length, self.size - offset)
        return UploadPart(number=number, offset=offset, size=size, url=self.url, headers={})

    def _job(self, status: JobStatus) -> JobView:
        return JobView(
            id="0" * 32,
            version=1,
            name="genome.vcf",
            size=self.size,
            status=status,
            options=Options(),
            created_at=_LATER,
        )


@contextmanager
def _sink(*files: Path) -> Iterator[int]:
    """Run the sink, and give its port."""
    command = [sys.executable, "-m", "tests.bench.sink", *map(str, files)]
    process = subprocess.Popen(command, cwd=_ROOT, stdout=subprocess.PIPE, text=True)
    try:
        if process.stdout is None:
            raise RuntimeError("the sink has no output")
        yield int(process.stdout.readline())
    finally:
        process.terminate()
        process.communicate()


def _trust(*certificate: Path) -> ssl.SSLContext | None:
    return ssl.create_default_context(cafile=str(certificate[0])) if certificate else None
