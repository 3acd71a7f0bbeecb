"""``gas bench latency``: from the commit of a change to its arrival in a client."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx2

from backend import wiring, wiring_database
from backend.assets import asset
from backend.aws.jobs import DynamoJobs
from backend.domain.plans import Plan
from backend.local.stack import Stack
from backend.services.billing_ports import BilledAccounts
from backend.services.ports import Jobs
from backend.settings import read
from tests.aws import RunningAws
from tests.bench import machine
from tests.bench.arrivals import Arrival, Follower
from tests.bench.delays import KINDS, PLAN, STEPS, TARGET_MS, Delay, delays_of, figures, is_met
from tests.bench.moves import Moves
from tests.stack import Person, running_stack, until

# Longer than the benchmark takes: nobody else moves a result meanwhile.
_RETENTION = timedelta(hours=1)
# As many requests for comparison as there are jobs, but not fewer.
_FEWEST_TRIPS = 50

_METHOD = {
    "milliseconds": "From the commit of a change to the moment at which a client of the event "
    "stream has read it, by the clock of one machine.",
    "commit": "The time that the job itself carries, which its process reads just before it "
    "writes; of a plan, the time just before the transaction; of a result that moves, which the "
    "bench writes itself, the time just before that. So a little more is measured than from the "
    "commit: the write itself.",
    "round_trip": "GET of a job by the API, with sign-in, on a connection that is open, in the "
    "same run; the ratio is to its median.",
    "load": "One job after the other, each to its end, with its result away and back; the plan is "
    "changed when they are done.",
    "p95": "The smallest figure that 95 in 100 are not above (nearest rank).",
}


@dataclass(frozen=True, slots=True)
class Options:
    """What to measure.

    Attributes:
        jobs: how many are sent, one after the other; the plan is changed as often.
    """

    jobs: int


def run(options: Options, say: Callable[[str], None]) -> dict[str, object]:
    """Measure on a local stack of its own; return the report as values of JSON.

    *say* is told what is going on.
    """
    before = machine.describe()
    with (
        tempfile.TemporaryDirectory(prefix="gas-bench-") as folder,
        running_stack(Path(folder), annotators=1, free_retention=_RETENTION) as stack,
    ):
        say(f"The stack runs at {stack.api_url}.")
        person = Person.signed_in(stack.api_url, stack.aws_url)
        with Follower(person) as follower:
            moves = Moves(_jobs(stack), follower, _when_all_is_due)
            bench = _Run(person, _accounts(stack), follower, moves, say)
            delays, trips = bench.measure(options.jobs)
    return report(delays, trips, before)


def _change(kind: str, delays: list[Delay], trips: list[float]) -> dict[str, object]:
    seconds = [each.seconds for each in delays if each.kind == kind]
    return figures(seconds, trips) | {"met": is_met(seconds)}


def verdicts(made: dict[str, Any]) -> Iterator[str]:
    """Yield a line of each kind of change in a report: whether it arrives in time."""
    for kind, found in made["changes"].items():
        verdict = "met" if found["met"] else "missed"
        yield f"{kind}: p95 {found['p95_ms']:.0f} ms, target {TARGET_MS} ms: {verdict}"


def report(delays: list[Delay], trips: list[float], where: dict[str, object]) -> dict[str, object]:
    """Return the whole report.

    Args:
        delays: of every change.
        trips: what plain requests took, in seconds.
        where: the machine.
    """
    return {
        "benchmark": "latency",
        "target": f"p95 of each kind of change <= {TARGET_MS} ms",
        "changes": {kind: _change(kind, delays, trips) for kind in KINDS},
        "round_trip": figures(trips, trips),
        "machine": where,
        "method": _METHOD,
    }


def _accounts(stack: Stack) -> BilledAccounts:
    """Return the accounts as a payment changes them."""
    return wiring_database.database(read(stack.environ, "database_url")).billed_accounts


def _jobs(stack: Stack) -> Jobs:
    """Return the table of jobs."""
    settings = read(stack.environ, "jobs_table", "inputs_bucket", "results_bucket")
    key = (stack.environ["AWS_ACCESS_KEY_ID"], stack.environ["AWS_SECRET_ACCESS_KEY"])
    client = RunningAws(stack.environ["GAS_AWS_ENDPOINT"], {}, *key).client("dynamodb")
    return DynamoJobs(client, settings.jobs_table, settings.inputs_bucket, settings.results_bucket)


def _when_all_is_due() -> datetime:
    return wiring.now() + _RETENTION


@dataclass(frozen=True, slots=True)
class _Run:
    person: Person
    accounts: BilledAccounts
    follower: Follower
    moves: Moves
    say: Callable[[str], None]

    def measure(self, jobs: int) -> tuple[list[Delay], list[float]]:
        """Return how long each change was under way, and what plain requests took in between."""
        # The free plan has a limit of jobs an hour.
        self._change_plan(Plan.PREMIUM)
        delays: list[Delay] = []
        trips: list[float] = []
        for number in range(jobs):
            found = self._job()
            delays += found
            trips += self._round_trips(found[0].subject, max(1, _FEWEST_TRIPS // jobs))
            self.say(f"job {number + 1} of {jobs}: {_words(found)}")
        for number in range(jobs):
            delays.append(self._change_plan((Plan.FREE, Plan.PREMIUM)[number % 2]))
        return delays, trips

    def _job(self) -> list[Delay]:
        demo = asset("demo/demo.vcf")
        job_id = self.person.submit(demo.read_bytes(), demo.name)

        def told() -> list[Delay]:
            delays = delays_of(job_id, self.follower.arrivals())
            return delays if len(delays) == len(STEPS) else []

        delays: list[Delay] = until(told, f"the events of job {job_id}")
        return [*delays, *self.moves.measure(job_id)]

    def _change_plan(self, plan: Plan) -> Delay:
        account_id = self.person.ask("GET", "/v1/me").json()["id"]
        begun = time.time()
        self.accounts.settle(account_id, lambda account: replace(account, plan=plan))

        def told() -> Arrival | None:
            arrivals = self.follower.arrivals()
            return next((each for each in arrivals if each.tells(plan, begun)), None)

        arrival = until(told, f"the event of the plan {plan.value}")
        return Delay(PLAN, plan.value, arrival.at - begun)

    def _round_trips(self, job_id: str, count: int) -> list[float]:
        headers = {"Authorization": self.person.session.authorization_header()}
        with httpx2.Client(base_url=self.person.api_url, headers=headers) as client:
            client.get(f"/v1/jobs/{job_id}").raise_for_status()
            return [_seconds(client, f"/v1/jobs/{job_id}") for _ in range(count)]


def _seconds(client: httpx2.Client, path: str) -> float:
    begun = time.perf_counter()
    client.get(path).raise_for_status()
    return time.perf_counter() - begun


def _words(delays: list[Delay]) -> str:
    return ", ".join(f"{each.kind} {each.seconds * 1000:.0f} ms" for each in delays)
