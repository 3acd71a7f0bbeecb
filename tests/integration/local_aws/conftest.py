"""One local AWS a module, with the real template and handlers of the tests' own."""

from __future__ import annotations

import hashlib
import http.client
import json
import signal
import subprocess
import sys
import urllib.parse
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config

from backend.local.aws.server import LocalAws
from tests.integration.local_aws.vaults import DELAYS
from tests.integration.local_aws.vaults import TEMPLATE as VAULT_TEMPLATE

HANDLERS = Path(__file__).parent / "handlers"
ROOT = Path(__file__).parents[3]
TEMPLATE = ROOT / "resources" / "infrastructure" / "gas.yaml"
READY_SECONDS = 60


@pytest.fixture(scope="module")
def aws() -> Iterator[LocalAws]:
    with LocalAws(None, TEMPLATE, {"VisibilityTimeout": "30"}, code=HANDLERS) as running:
        yield running


@pytest.fixture(scope="module")
def cold(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalAws]:
    folder = tmp_path_factory.mktemp("glacier")
    template = folder / "template.yaml"
    template.write_text(VAULT_TEMPLATE, encoding="utf-8")
    with LocalAws(folder / "data", template, delays=DELAYS) as running:
        yield running


@pytest.fixture
def glacier(cold: LocalAws) -> Any:
    return cold.client("glacier")


@pytest.fixture
def vault(glacier: Any, request: pytest.FixtureRequest) -> str:
    """Return the name of a vault of the test's own."""
    name = hashlib.sha256(request.node.name.encode()).hexdigest()
    glacier.create_vault(vaultName=name)
    return name


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes


def send(
    method: str, url: str, body: bytes | None = None, headers: dict[str, str] | None = None
) -> Answer:
    """Send a request with exactly these headers, and Host and Content-Length."""
    parts = urllib.parse.urlsplit(url)
    connection = http.client.HTTPConnection(parts.netloc, timeout=30)
    try:
        connection.request(method, f"{parts.path}?{parts.query}", body, headers or {})
        got = connection.getresponse()
        fields = {name.lower(): value for name, value in got.getheaders()}
        return Answer(got.status, fields, got.read())
    finally:
        connection.close()


class Process:
    """The process itself, as the supervisor starts it."""

    def __init__(self, data: Path, *more: str, template: Path = TEMPLATE) -> None:
        self.data = data
        command = [sys.executable, "-m", "backend.local.aws", "--port", "0", "--data", str(data)]
        command += ["--template", str(template), "--code", str(HANDLERS), *more]
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT)
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        assert line, "the process ended before it was ready"
        said = json.loads(line)
        assert said["ready"] is True
        self.port: int = said["port"]
        self.outputs: dict[str, str] = said["outputs"]
        self.endpoint = f"http://127.0.0.1:{self.port}"

    def client(self, service: str) -> Any:
        pair = json.loads((self.data / "credentials.json").read_text())
        return boto3.client(
            service,
            endpoint_url=self.endpoint,
            region_name="us-east-1",
            aws_access_key_id=pair["access_key_id"],
            aws_secret_access_key=pair["secret_access_key"],
            config=Config(retries={"total_max_attempts": 1}, proxies={}),
        )

    def end(self, number: signal.Signals) -> int:
        assert self._process.stdout is not None
        self._process.send_signal(number)
        status = self._process.wait(20)
        self._process.stdout.close()
        return status


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., Process]]:
    started: list[Process] = []

    def make(*more: str) -> Process:
        started.append(Process(tmp_path / "data", *more))
        return started[-1]

    yield make
    for process in started:
        if process._process.poll() is None:
            process.end(signal.SIGKILL)
