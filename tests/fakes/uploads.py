"""A file on its way through the API, as the app sends it."""

from __future__ import annotations

import hashlib
from typing import Any

from starlette.testclient import TestClient

from tests.fakes.files import FakeFiles, base64_sha256

VCF = b"##fileformat=VCFv4.2\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n"


def new_job(data: bytes = VCF, name: str = "sample.vcf") -> dict[str, Any]:
    """Return the request for a job on *data*."""
    return {"name": name, "size": len(data), "sha256": hashlib.sha256(data).hexdigest()}


def create(client: TestClient, data: bytes = VCF) -> dict[str, Any]:
    """Make a job and return what the API answered."""
    created: dict[str, Any] = client.post("/v1/jobs", json=new_job(data)).json()
    return created


def send(inputs: FakeFiles, created: dict[str, Any], data: bytes = VCF) -> dict[str, Any]:
    """Send all parts and return the request that submits them."""
    parts = []
    for part in created["parts"]:
        piece = data[part["offset"] : part["offset"] + part["size"]]
        etag = inputs.put(part["url"], piece, part["headers"])
        parts.append({"number": part["number"], "etag": etag, "sha256": base64_sha256(piece)})
    return {"parts": parts}


def submit(client: TestClient, inputs: FakeFiles, data: bytes = VCF) -> str:
    """Make a job, send its file, submit it; return its id."""
    created = create(client, data)
    job_id: str = created["job"]["id"]
    answer = client.post(f"/v1/jobs/{job_id}/submit", json=send(inputs, created, data))
    assert answer.status_code == 200, answer.text
    return job_id
