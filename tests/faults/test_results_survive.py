"""Results move, come back and stay while any process of the stack may be killed at any time."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from backend.assets import asset
from backend.domain.job import UNFINISHED
from tests.faults.aftermath import Aftermath
from tests.faults.customer import Customer
from tests.faults.killer import TRIES, Killer
from tests.stack import running_stack, until

# A round is a file of each person, perhaps a change of somebody's plan, and a kill.
ROUNDS = 25
KILLS_EVERY = (0.2, 2.5)
ANNOTATORS = 2
# All that the supervisor starts again.
VICTIMS = (
    *("aws", "globus", "stripe", "api", "utility"),
    *(f"annotator-{number}" for number in range(1, ANNOTATORS + 1)),
)
# How people end; all begin on the free plan.
FREE = ("stays@local.test", "leaves@local.test")
PREMIUM = ("joins@local.test", "returns@local.test")
# Who changes to which plan in which round.
UPGRADES = {
    4: "joins@local.test",
    6: "returns@local.test",
    8: "leaves@local.test",
    16: "leaves@local.test",
    18: "returns@local.test",
}
DOWNGRADES = {
    11: "returns@local.test",
    13: "leaves@local.test",
    21: "leaves@local.test",
}
# People change their plan when so many of their results are where the old one has them.
ENOUGH = 4
# Files that wait or are worked on: with more the results would move when the kills are over.
MOST_UNFINISHED = 8
SECOND = timedelta(seconds=1)
SETUP = {
    "annotators": ANNOTATORS,
    "lease": 4 * SECOND,
    "free_retention": 6 * SECOND,
    "downgrade_grace": 6 * SECOND,
    "free_jobs_per_hour": 10 * ROUNDS,
    "delays": {"expedited": 1.0, "standard": 2.0, "bulk": 2.0, "inventory": 1.0},
    # The shortest that a function may have, and what follows from it for the age of an orphan.
    "move_timeout": 10 * SECOND,
    "inventory_age": 5 * SECOND,
    "orphan_age": 30 * SECOND,
}


@dataclass(frozen=True, slots=True)
class People:
    """Everybody who uses the stack, by name."""

    by_name: dict[str, Customer]

    @property
    def free(self) -> list[Customer]:
        """Those who are on the free plan at the end."""
        return [self.by_name[name] for name in FREE]

    @property
    def premium(self) -> list[Customer]:
        """Those who are premium at the end."""
        return [self.by_name[name] for name in PREMIUM]

    def unfinished(self) -> int:
        """Return how many files are not annotated yet."""
        return sum(
            job["status"] in UNFINISHED for one in self.by_name.values() for job in one.all_jobs()
        )

    def risk_a_job(self, victim: str) -> bool:
        """Whether the queue might give up somebody's job if *victim* were killed now."""
        return victim.startswith("annotator") and any(
            job["status"] == "running" and job["attempt"] >= TRIES
            for one in self.by_name.values()
            for job in one.all_jobs()
        )


@pytest.mark.faults
@pytest.mark.parametrize("archive", ["vault", "storage_class"])
def test_results_survive_kills_of_everything(tmp_path: Path, archive: str) -> None:
    who = _sign_in_file(tmp_path)
    with running_stack(tmp_path / "s", archive=archive, sign_in=who, **SETUP) as stack:
        people = People({name: Customer.of(stack, name) for name in stack.users})
        killer = Killer(
            stack, VICTIMS, every=KILLS_EVERY, spares=people.risk_a_job, most=0, seed=20261129
        )
        killer.start()
        for number in range(ROUNDS):
            _play_round(people, killer, number)
        killer.stop()

        assert killer.killed == ROUNDS
        assert set(killer.kills) == set(VICTIMS), killer.kills
        aftermath = Aftermath.of(stack)
        aftermath.settle(free=people.free, premium=people.premium)
        _check_results(aftermath, people)
        _check_told(people)
        _check_mails(aftermath, people, most_twice=killer.kills["aws"])
        assert aftermath.waiting(dead=True) == {}
        assert aftermath.failed_executions() == []


def _sign_in_file(folder: Path) -> Path:
    users = [
        {"username": name, "name": name.partition("@")[0].title(), "email": name}
        for name in FREE + PREMIUM
    ]
    file = folder / "people.json"
    file.write_text(json.dumps({"users": users}), "utf-8")
    return file


def _play_round(people: People, killer: Killer, number: int) -> None:
    """Have everybody do what they do in this round; one process is killed meanwhile."""
    demo = asset("demo/demo.vcf").read_bytes()
    until(lambda: people.unfinished() <= MOST_UNFINISHED, "the annotation of most files")
    killer.most = number + 1
    for customer in people.by_name.values():
        customer.submit(demo, f"{number}.vcf")
    if number in UPGRADES:
        upgrading = people.by_name[UPGRADES[number]]
        until(lambda: upgrading.count("archived") >= ENOUGH, "results in the archive")
        upgrading.upgrade()
    if number in DOWNGRADES:
        leaving = people.by_name[DOWNGRADES[number]]
        until(lambda: leaving.count("completed") >= ENOUGH, "results to download")
        leaving.downgrade()
    until(lambda: killer.killed > number, "a kill")


def _check_results(aftermath: Aftermath, people: People) -> None:
    """Premium owners have all of theirs; of free ones all is archived, once, and told so."""
    jobs = [job for one in people.by_name.values() for job in aftermath.of_owner(one).values()]
    assert len(jobs) == len(people.by_name) * ROUNDS
    assert sum(job.generation for job in jobs) >= ENOUGH * len(UPGRADES)
    (recorded,) = {job.result.sha256 for job in jobs if job.result is not None}
    aftermath.check_archive(people.free)
    for one in people.premium:
        aftermath.check_files(one, free=False)
        for job_id in one.jobs:
            found = hashlib.sha256(one.person.download(job_id, "result")).hexdigest()
            assert found == recorded
    for one in people.free:
        aftermath.check_files(one, free=True)
        aftermath.check_archived_bytes(one)
        _check_refusals(one)


def _check_refusals(customer: Customer) -> None:
    """Archived results are not to be had, the offer says how they are, and the log is there."""
    for job_id in customer.jobs:
        refusal = customer.ask("GET", f"/v1/jobs/{job_id}/result")
        assert refusal.status_code == 409, refusal.text
        assert "Upgrade to Premium" in refusal.json()["detail"]
        assert b"written" in customer.person.download(job_id, "log")
    assert customer.me()["upgrade_url"]


def _check_told(people: People) -> None:
    """The live events of each job end with how it is."""
    for group, status in ((people.free, "archived"), (people.premium, "completed")):
        for one in group:
            wanted = dict.fromkeys(one.jobs, status)
            until(lambda one=one, wanted=wanted: one.told() == wanted, f"events of {one.jobs}")


def _check_mails(aftermath: Aftermath, people: People, *, most_twice: int) -> None:
    """One a job; another only where the mail service was killed between its yes and our note."""
    mails = sum((aftermath.mails(one) for one in people.by_name.values()), Counter[str]())
    assert set(mails) == {job_id for one in people.by_name.values() for job_id in one.jobs}
    assert mails.total() - len(mails) <= most_twice, mails
