"""``gas bench variants``: how soon a page of a large result is there."""

from __future__ import annotations

import os
import signal
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import httpx2
import pyarrow.compute as pc
import pyarrow.parquet as pq

from backend import wiring_database
from backend.assets import asset
from backend.domain.files import file_keys
from backend.domain.plans import Plan
from backend.local.stack import Stack
from backend.settings import read
from tests.bench import machine, variant_table
from tests.bench.delays import figures, nearest_rank
from tests.stack import Person, aws_client, running_stack, until

FIRST, FIRST_MS, FILTER_MS = "first page", 500, 1500
_PERCENT = 95
_TRIPS = 50
_PATIENCE = 120.0
_LARGE = "out/bench/table.parquet"

PAGES: dict[str, dict[str, Any]] = {
    FIRST: {},
    "impact": {"impacts": "HIGH"},
    "gene": {"genes": "GENE1234"},
    "frequency": {"max_frequency": 0.0001},
    "ClinVar": {"significances": "pathogenic"},
    "region": {"regions": "3:1000000-2000000"},
    "zygosity": {"zygosity": "SYN1:hom"},
    "impact and frequency": {"impacts": "HIGH", "max_frequency": 0.001},
    "text query": {"query": 'gnomad_AF < 0.001 and (impact = HIGH or hgvsp ~ "Ala999")'},
    "sorted": {"impacts": "HIGH", "sort": "gnomad_AF"},
    "all sorted": {"sort": "gnomad_AF", "order": "desc"},
}
"""What is asked for, in this order; all but the first and the sorted ones are filters."""

_SORTED = frozenset({"sorted", "all sorted"})
_METHOD = {
    "milliseconds": "From the request to the last byte of the answer, with sign-in, on a "
    "connection that is open; a page has 100 rows.",
    "cold": "The first time that anybody asks this of the result: nothing of the table that it "
    "needs alone is at hand. The first page opens the table.",
    "warm": "The same request again.",
    "restarted": "The first page as the first request of all to an API that was killed and has "
    "started again, on a connection of its own: neither the table nor the account is at hand.",
    "counted": "Until all rows that fit are counted, by asking again: a page does not wait for it.",
    "round_trip": "GET of a job by the API in the same run.",
    "whole": "What an app would do without the server: download the table, and filter it by impact "
    "and frequency with pyarrow.",
    "p95": "The smallest figure that 95 in 100 are not above (nearest rank).",
}


@dataclass(frozen=True, slots=True)
class Options:
    """What to measure.

    Attributes:
        variants: of the result.
        transcripts: consequences of each.
        rounds: results that are looked at, each a copy that nobody has opened.
    """

    variants: int
    transcripts: int
    rounds: int


@dataclass(slots=True)
class Taken:
    """What requests took, in seconds, by what was asked for."""

    cold: dict[str, list[float]] = field(default_factory=dict)
    warm: dict[str, list[float]] = field(default_factory=dict)
    counted: dict[str, list[float]] = field(default_factory=dict)
    restarted: list[float] = field(default_factory=list)
    trips: list[float] = field(default_factory=list)
    whole: list[float] = field(default_factory=list)


def run(options: Options, say: Callable[[str], None]) -> dict[str, object]:
    """Measure on a local stack of its own; return the report as values of JSON.

    *say* is told what is going on.
    """
    before = machine.describe()
    with tempfile.TemporaryDirectory(prefix="gas-bench-") as folder:
        table = Path(folder) / "table.parquet"
        say(f"Making a table of {options.variants:,} variants.")
        rows = variant_table.write(table, options.variants, options.transcripts)
        size = table.stat().st_size
        with running_stack(Path(folder) / "stack", annotators=1) as stack:
            say(f"The stack runs at {stack.api_url}.")
            taken = _measure(stack, table, options, say)
    what = {"variants": options.variants, "rows": rows, "bytes": size}
    return report(taken, what, before)


def report(taken: Taken, what: dict[str, int], where: dict[str, object]) -> dict[str, object]:
    """Return the whole report.

    Args:
        taken: what was measured.
        what: the table: variants, rows and bytes.
        where: the machine.
    """
    return {
        "benchmark": "variants",
        "target": f"p95 of the first page <= {FIRST_MS} ms, of each filter <= {FILTER_MS} ms",
        "table": what,
        "pages": {name: _of_page(name, taken) for name in PAGES},
        "restarted": {
            **figures(taken.restarted, taken.trips),
            "met": nearest_rank(taken.restarted, _PERCENT) * 1000 <= FIRST_MS,
        },
        "round_trip": figures(taken.trips, taken.trips),
        "whole": figures(taken.whole, taken.trips),
        "machine": where,
        "method": _METHOD,
    }


def _of_page(name: str, taken: Taken) -> dict[str, object]:
    cold, warm = taken.cold[name], taken.warm[name]
    found: dict[str, object] = {
        "cold": figures(cold, taken.trips),
        "counted": figures(taken.counted[name], taken.trips),
        "warm": figures(warm, taken.trips),
        "cold_of_whole": round(nearest_rank(cold, 50) / nearest_rank(taken.whole, 50), 4),
    }
    if name not in _SORTED:
        most = FIRST_MS if name == FIRST else FILTER_MS
        found["met"] = nearest_rank(cold, _PERCENT) * 1000 <= most
    return found


def verdicts(made: dict[str, Any]) -> Iterator[str]:
    """Yield a line of each page in a report: how soon it is there, and whether in time."""
    for name, found in made["pages"].items():
        verdict = {True: ", met", False: ", missed", None: ""}[found.get("met")]
        cold, warm = found["cold"]["p95_ms"], found["warm"]["p95_ms"]
        yield f"{name}: p95 {cold:.0f} ms cold, {warm:.0f} ms warm{verdict}"
    restarted = made["restarted"]
    verdict = "met" if restarted["met"] else "missed"
    yield f"first page after a restart: p95 {restarted['p95_ms']:.0f} ms, {verdict}"


def _measure(stack: Stack, table: Path, options: Options, say: Callable[[str], None]) -> Taken:
    person = Person.signed_in(stack.api_url, stack.aws_url)
    account_id = str(person.me()["id"])
    accounts = wiring_database.database(read(stack.environ, "database_url")).billed_accounts
    # A free result could be looked at for three minutes.
    accounts.settle(account_id, lambda account: replace(account, plan=Plan.PREMIUM))
    bucket = stack.environ["GAS_RESULTS_BUCKET"]
    files = aws_client(stack, "s3")
    files.upload_file(str(table), bucket, _LARGE)
    taken, demo = Taken(), asset("demo/demo.vcf")
    for number in range(options.rounds):
        job_id = person.submit(demo.read_bytes(), demo.name)
        person.ended(job_id)
        key = file_keys(account_id, job_id).table
        files.copy_object(Bucket=bucket, Key=key, CopySource={"Bucket": bucket, "Key": _LARGE})
        with _client(person) as client:
            _ask_all(client, job_id, taken)
        taken.whole.append(_whole(person, job_id, table.with_name("downloaded")))
        taken.restarted.append(_after_restart(stack, person, job_id))
        say(f"round {number + 1} of {options.rounds}: {taken.cold[FIRST][-1] * 1000:.0f} ms")
    return taken


def _ask_all(client: httpx2.Client, job_id: str, taken: Taken) -> None:
    path = f"/v1/jobs/{job_id}"
    client.get(path).raise_for_status()
    taken.trips += [_seconds(client, path, {}) for _ in range(_TRIPS)]
    for name, asked in PAGES.items():
        cold, counted = _until_counted(client, f"{path}/variants", asked)
        taken.cold.setdefault(name, []).append(cold)
        taken.counted.setdefault(name, []).append(counted)
        taken.warm.setdefault(name, []).append(_seconds(client, f"{path}/variants", asked))


def _after_restart(stack: Stack, person: Person, job_id: str) -> float:
    """Kill the API, and return the seconds of the first request to the next one."""
    before = stack.supervisor.pid("api")
    assert before is not None
    os.kill(before, signal.SIGKILL)
    until(lambda: stack.supervisor.pid("api") not in {before, None}, "another API")
    until(lambda: _answers(person.api_url), "an answer of the API")
    with _client(person) as client:
        return _seconds(client, f"/v1/jobs/{job_id}/variants", {})


def _answers(url: str) -> bool:
    try:
        return httpx2.get(f"{url}/healthz").is_success
    except httpx2.TransportError:
        return False


def _until_counted(client: httpx2.Client, path: str, asked: dict[str, Any]) -> tuple[float, float]:
    """Ask until all is counted; return the seconds of the first request, and of all."""
    first, begun = 0.0, time.perf_counter()
    while True:
        answer = client.get(path, params=asked).raise_for_status()
        seconds = time.perf_counter() - begun
        first = first or seconds
        if answer.json()["count_is_exact"]:
            return first, seconds


@contextmanager
def _client(person: Person) -> Iterator[httpx2.Client]:
    headers = {"Authorization": person.session.authorization_header()}
    with httpx2.Client(base_url=person.api_url, headers=headers, timeout=_PATIENCE) as client:
        yield client


def _seconds(client: httpx2.Client, path: str, asked: dict[str, Any]) -> float:
    begun = time.perf_counter()
    client.get(path, params=asked).raise_for_status()
    return time.perf_counter() - begun


def _whole(person: Person, job_id: str, file: Path) -> float:
    """Download the table and filter it; return the seconds."""
    begun = time.perf_counter()
    url = person.ask("GET", f"/v1/jobs/{job_id}/table").raise_for_status().json()["url"]
    with httpx2.stream("GET", url) as answer, file.open("wb") as target:
        for piece in answer.raise_for_status().iter_bytes():
            target.write(piece)
    read_back = pq.read_table(file, columns=["picked", "impact", "gnomad_AF"])
    rare = pc.invert(pc.fill_null(pc.greater(read_back["gnomad_AF"], 0.001), fill_value=False))
    fits = pc.and_(pc.and_(read_back["picked"], pc.equal(read_back["impact"], "HIGH")), rare)
    assert pc.sum(fits).as_py()
    return time.perf_counter() - begun
