"""The local AWS as a process, one for the whole run, with the real template and Lambdas."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import boto3
import pytest
from botocore.config import Config

from backend.assets import asset
from backend.local.child import Child, Command


@dataclass(frozen=True)
class RunningAws:
    """Where it is and what the template made."""

    endpoint: str
    outputs: dict[str, str]
    key_id: str
    key: str

    def client(self, service: str) -> Any:
        """Return a client with the process's own key."""
        return boto3.client(
            service,
            endpoint_url=self.endpoint,
            region_name="us-east-1",
            aws_access_key_id=self.key_id,
            aws_secret_access_key=self.key,
            config=Config(signature_version="s3v4" if service == "s3" else None, proxies={}),
        )


@pytest.fixture(scope="session")
def aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningAws]:
    """Start it when the first test asks, and stop it after the last."""
    folder = tmp_path_factory.mktemp("aws")
    argv = [sys.executable, "-m", "backend.local.aws", "--port", "0", "--data", str(folder)]
    argv += ["--template", str(asset("infrastructure/gas.yaml")), "--stack", "gas"]
    argv += ["--parameters", "VisibilityTimeout=30", "MailFrom=gas@local.test"]
    child = Child(Command("aws", tuple(argv)), folder)
    child.start()
    try:
        ready = child.wait_ready()
        pair = json.loads((folder / "credentials.json").read_text("utf-8"))
        yield RunningAws(
            f"http://127.0.0.1:{ready['port']}",
            ready["outputs"],
            pair["access_key_id"],
            pair["secret_access_key"],
        )
    finally:
        child.terminate()
        child.wait_ended()
