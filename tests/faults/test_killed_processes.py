"""Workers and utility node are killed at random; every job ends once, with one result, one mail."""

from __future__ import annotations

import contextlib
import hashlib
import os
import random
import signal
import threading
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest

from backend.assets import asset
from backend.local.stack import Stack
from tests.stack import Person, running_stack, until

JOBS = 20
KILLS_EVERY = (0.3, 1.5)
ANNOTATORS = 2
# Short, so that a killed worker's jobs are taken over within the test's time.
LEASE = timedelta(seconds=4)


# The queue gives a message up after five tries, whoever was at fault: nobody is killed while a job
# has used up this many.
TRIES = 3


class Killer(threading.Thread):
    """Kills a process of the stack every now and then, with SIGKILL."""

    def __init__(self, stack: Stack, ada: Person, seed: int) -> None:
        super().__init__(name="killer", daemon=True)
        self._stack = stack
        self._ada = ada
        self._random = random.Random(seed)
        self._ending = threading.Event()
        self.kills: Counter[str] = Counter()

    def run(self) -> None:
        """Kill until stopped."""
        victims = ["utility", *(f"annotator-{n}" for n in range(1, ANNOTATORS + 1))]
        while not self._ending.wait(self._random.uniform(*KILLS_EVERY)):
            victim = self._random.choice(victims)
            pid = self._stack.supervisor.pid(victim)
            if pid is None or self._some_job_is_at_risk():
                continue
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
                self.kills[victim] += 1

    def _some_job_is_at_risk(self) -> bool:
        jobs = self._ada.ask("GET", "/v1/jobs").json()["jobs"]
        return any(job["status"] == "running" and job["attempt"] >= TRIES for job in jobs)

    def stop(self) -> None:
        """Let the processes live from now on."""
        self._ending.set()
        self.join()


@pytest.mark.faults
def test_twenty_jobs_survive_killed_workers(tmp_path: Path) -> None:
    demo = asset("demo/demo.vcf").read_bytes()
    with running_stack(tmp_path / "s", annotators=ANNOTATORS, lease=LEASE) as stack:
        ada = Person.signed_in(stack.api_url, stack.aws_url)
        cursor = ada.ask("GET", "/v1/jobs").json()["cursor"]
        killer = Killer(stack, ada, seed=20261123)
        killer.start()
        ids = [ada.submit(demo, f"{n}.vcf") for n in range(JOBS)]
        until(lambda: sum(killer.kills.values()) >= JOBS, "twenty kills")
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
