"""A large file on a real local stack: shared out among annotators, and nothing left of it."""

from __future__ import annotations

import gzip
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from annotator.pipeline import Request, annotate
from annotator.reference.bundle import demo_bundle
from backend.assets import asset
from backend.local.stack import Stack
from tests.stack import Person, running_stack, shards_kept, until

pytestmark = pytest.mark.stack

SHARD_RECORDS = 50
ANNOTATORS = 2


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    data = tmp_path_factory.mktemp("stack")
    with pytest.MonkeyPatch.context() as environ:
        environ.setenv("GAS_WORKER_PROCESSES", "1")
        with running_stack(data, annotators=ANNOTATORS, shard_records=SHARD_RECORDS) as stack:
            yield stack


@pytest.fixture(scope="module")
def ada(stack: Stack) -> Person:
    return Person.signed_in(stack.api_url, stack.aws_url)


def twice(text: str) -> str:
    """The demo's records, and each of them once more behind itself: some 300, sorted."""
    lines = text.splitlines(keepends=True)
    return "".join(line if line.startswith("#") else 2 * line for line in lines)


def alone(source: bytes, folder: Path) -> tuple[bytes, bytes]:
    """What one process makes of the file: the result, and the log."""
    file = folder / "input"
    file.write_bytes(source)
    request = Request(file, folder, (demo_bundle(),), "two.vcf", most_records=SHARD_RECORDS)
    outcome = annotate(request, lambda done, total: None)
    return outcome.result.read_bytes(), outcome.log.read_bytes()


def said(stack: Stack, event: str, job_id: str) -> list[dict[str, Any]]:
    """What the annotators' logs say of the job."""
    folder = Path(stack.environ["GAS_WORK_FOLDER"]).parent / "logs"
    lines = [
        {**json.loads(line), "by": log.stem}
        for log in folder.glob("annotator-*.log")
        for line in log.read_text("utf-8").splitlines()
    ]
    return [each for each in lines if each["event"] == event and each.get("job_id") == job_id]


def test_file_is_shared_out_and_becomes_what_one_makes_of_it(
    stack: Stack, ada: Person, tmp_path: Path
) -> None:
    source = twice(asset("demo/demo.vcf").read_text("utf-8")).encode()
    expected, log = alone(source, tmp_path)
    helpers: set[str] = set()
    # One annotator may be done before the other looks; it is not every time.
    for _ in range(5):
        job_id = ada.submit(source, "two.vcf")
        job = ada.ended(job_id)

        assert job["status"] == "completed", job["failure"]
        assert job["counts"]["variants_in"] == job["counts"]["variants_out"] > 300
        assert ada.download(job_id, "result") == expected
        assert ada.download(job_id, "log") == log
        shards = said(stack, "shard done", job_id)
        assert Counter(each["shard"] for each in shards) == Counter(range(len(shards)))
        assert len(shards) > 300 / SHARD_RECORDS
        until(lambda: not shards_kept(stack), "the removal of the shards")
        helpers |= {each["by"] for each in shards}
        if len(helpers) == ANNOTATORS:
            return
    raise AssertionError(helpers)


def test_bad_line_that_the_survey_does_not_see_is_told_by_its_shard(
    stack: Stack, ada: Person
) -> None:
    padding = ";LONG=" + "A" * 30_000 + "\n"
    text = twice(asset("demo/demo.vcf").read_text("utf-8"))
    lines = [
        line if line.startswith("#") else line.rstrip("\n") + padding
        for line in text.splitlines(keepends=True)
    ]
    lines.append(lines[-1].replace("\t", " "))
    job_id = ada.submit(gzip.compress("".join(lines).encode()), "bad.vcf.gz")
    job = ada.ended(job_id)

    assert job["status"] == "failed"
    assert job["failure"].startswith(f"Line {len(lines)} has 1 column"), job["failure"]
    assert said(stack, "file shared out", job_id)
    assert job["failure"].encode() in ada.download(job_id, "log")
    until(lambda: not shards_kept(stack), "the removal of the shards")


def test_cancelled_job_stops_the_fleet(stack: Stack, ada: Person) -> None:
    source = twice(asset("demo/demo.vcf").read_text("utf-8")).encode()
    job_id = ada.submit(source, "two.vcf")
    until(lambda: said(stack, "file shared out", job_id), "the plan")
    cancelled = ada.ask("POST", f"/v1/jobs/{job_id}/cancel")

    assert cancelled.status_code == 200, cancelled.text
    until(lambda: said(stack, "job lost", job_id), "the end of the work")
    until(lambda: not shards_kept(stack), "the removal of the shards")
    assert ada.job(job_id)["status"] == "cancelled"
