"""Workers and utility node are killed at random; every job ends once, with one result, one mail."""

from __future__ import annotations

import hashlib
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest

from annotator.pipeline import Request, annotate
from annotator.reference.bundle import demo_bundle
from backend.assets import asset
from backend.local.stack import Stack
from tests.faults.killer import TRIES, Killer
from tests.stack import Person, running_stack, shards_kept, until

JOBS = 20
KILLS = 20
SHARED_JOBS, SHARED_KILLS = 4, 12
SHARD_RECORDS = 20
KILLS_EVERY = (0.3, 1.5)
ANNOTATORS = 2
WORKERS = tuple(f"annotator-{n}" for n in range(1, ANNOTATORS + 1))
# Short, so that a killed worker's jobs are taken over within the test's time.
LEASE = timedelta(seconds=4)


@pytest.mark.faults
def test_twenty_jobs_survive_killed_workers(tmp_path: Path) -> None:
    demo = asset("demo/demo.vcf").read_bytes()
    with running_stack(tmp_path / "s", annotators=ANNOTATORS, lease=LEASE) as stack:
        ada = Person.signed_in(stack.api_url, stack.aws_url)
        cursor = ada.ask("GET", "/v1/jobs").json()["cursor"]
        killer = _killer(stack, ada, ("utility", *WORKERS), most=KILLS, seed=20261123)
        killer.start()
        ids = [ada.submit(demo, f"{n}.vcf") for n in range(JOBS)]
        until(lambda: killer.killed >= KILLS, "twenty kills")
        killer.stop()
        jobs = [ada.ended(job_id) for job_id in ids]

        assert {job["status"] for job in jobs} == {"completed"}, [j["failure"] for j in jobs]
        results = {hashlib.sha256(ada.download(job_id, "result")).hexdigest() for job_id in ids}
        assert len(results) == 1
        assert {job["result_sha256"] for job in jobs} == results
        for job_id in ids:
            until(lambda job_id=job_id: ada.mails(job_id), "the mail")
        assert Counter(len(ada.mails(job_id)) for job_id in ids) == {1: JOBS}
        _all_were_told(ada, cursor, ids)
        assert len(killer.kills) == ANNOTATORS + 1, killer.kills


@pytest.mark.faults
def test_files_that_are_shared_out_survive_killed_workers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Planners die, and so do those who work on shards; the bytes are what one process makes."""
    monkeypatch.setenv("GAS_WORKER_PROCESSES", "1")
    demo = asset("demo/demo.vcf")
    setup = {"annotators": ANNOTATORS, "lease": LEASE, "shard_records": SHARD_RECORDS}
    with running_stack(tmp_path / "s", **setup) as stack:
        ada = Person.signed_in(stack.api_url, stack.aws_url)
        killer = _killer(stack, ada, WORKERS, most=SHARED_KILLS, seed=20261124)
        killer.start()
        ids = [ada.submit(demo.read_bytes(), "demo.vcf") for _ in range(SHARED_JOBS)]
        until(lambda: killer.killed >= SHARED_KILLS, "twelve kills")
        killer.stop()
        jobs = [ada.ended(job_id) for job_id in ids]

        assert {job["status"] for job in jobs} == {"completed"}, [j["failure"] for j in jobs]
        request = Request(demo, tmp_path, (demo_bundle(),), "demo.vcf", most_records=SHARD_RECORDS)
        expected = annotate(request, lambda done, total: None).result.read_bytes()
        for job_id in ids:
            assert ada.download(job_id, "result") == expected
        until(lambda: not shards_kept(stack), "the removal of all shards")


def _killer(stack: Stack, ada: Person, victims: tuple[str, ...], *, most: int, seed: int) -> Killer:
    def some_job_is_at_risk(_victim: str) -> bool:
        jobs = ada.ask("GET", "/v1/jobs").json()["jobs"]
        return any(job["status"] == "running" and job["attempt"] >= TRIES for job in jobs)

    return Killer(
        stack, victims, every=KILLS_EVERY, spares=some_job_is_at_risk, most=most, seed=seed
    )


def _all_were_told(ada: Person, cursor: int, ids: list[str]) -> None:
    """Check that the live events have no gap and end with each job's completion."""

    def ends() -> dict[str, str] | None:
        seen, after = [], cursor
        while batch := ada.ask("GET", f"/v1/events/poll?after={after}&wait=0").json()["events"]:
            seen += batch
            after = batch[-1]["seq"]
        assert [event["seq"] for event in seen] == list(range(cursor + 1, cursor + 1 + len(seen)))
        last = {e["data"]["job"]["id"]: e["data"]["job"]["status"] for e in seen}
        return last if all(last.get(job_id) == "completed" for job_id in ids) else None

    until(ends, "the events of completion")
