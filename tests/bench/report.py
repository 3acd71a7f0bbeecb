"""The report: what was measured and how, as values of JSON."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from statistics import median

from tests.bench.inputs import KNOWN, SEED
from tests.bench.machine import versions
from tests.bench.measuring import Cost, Written
from tests.bench.programs import Program, absent
from tests.bench.targets import TARGETS, Target, judge

_METHOD = {
    "ratios": "The median over the rounds of the ratio within a round. Programs that are compared "
    "run one after the other; every other round runs them in reverse.",
    "figures": "Medians over the rounds; each program's rounds are listed as well.",
    "cpu_seconds": "User and system time of the program and of all its descendants (wait4; "
    "orphans are adopted).",
    "wall_seconds": "From start to end, of which other work on the machine is a part.",
    "peak_megabytes": "Of the largest process of the program, not of their sum (rusage tells no "
    "more); less than 10 cannot be told.",
    "compression": "Bytes of text over bytes of file: alike where programs compress as hard.",
    "work": "gas annotate guards, splits, normalises, annotates and joins the records again, and "
    "indexes; raw vepyr gets them split and normalised; raw csq takes them as they are.",
    "bytecode": "The project's modules are compiled before, as by an installer.",
    "snpeff": "It writes plain text, so that its compression costs nothing.",
    "protein_changes": "Records with HGVSp: about as many for all programs that write HGVS.",
}
_SAME = (("none", "none-2"), ("known", "known-2"), ("joined", "joined-known"))


def compose(
    *,
    machine: Mapping[str, object],
    sample: Written,
    programs: Iterable[Program],
    rounds: Mapping[str, Sequence[Cost]],
    written: Mapping[str, Written],
    errors: Mapping[str, str],
    bundles: Mapping[str, Cost],
    real: Sequence[Mapping[str, object]],
) -> dict[str, object]:
    """The whole report.

    Args:
        machine: where, and how busy it was before.
        sample: what is in the sample.
        programs: those that were measured.
        rounds: their costs, round by round.
        written: what they wrote.
        errors: why the others were not measured.
        bundles: the cost of bundles built in this run.
        real: what the real files took.
    """
    return {
        "benchmark": "annotate",
        "targets": [_target(each, rounds) for each in TARGETS],
        "same_records": _comparisons(written),
        "programs": [_program(each, sample.records, rounds, written) for each in programs],
        "real_files": real,
        "errors": dict(errors),
        "absent": absent(),
        "bundles_built": {kind: _cost(cost) for kind, cost in bundles.items()},
        "input": {
            "records": sample.records,
            "bytes": sample.size,
            "seed": SEED,
            "known_share_of_alleles": KNOWN,
            "digest": sample.digest,
        },
        "machine": dict(machine),
        "versions": versions(),
        "method": _METHOD,
    }


def figures(cost: Cost, written: Written) -> dict[str, object]:
    """What a run took and wrote."""
    return _cost(cost) | {
        "records": written.records,
        "annotated": written.tagged,
        "protein_changes": written.protein_changes,
        "output_bytes": written.size,
        "compression": round(written.text / written.size, 2),
    }


def _target(target: Target, rounds: Mapping[str, Sequence[Cost]]) -> dict[str, object]:
    ratio = judge(target, rounds)
    return {
        "name": target.name,
        "what": target.what,
        "ratio": None if ratio is None else round(ratio, 3),
        "target": f"{target.bound} {target.value}",
        "met": None if ratio is None else target.is_met(ratio),
        "of": f"{target.seconds} seconds of {target.over} over {target.under}",
    }


def _program(
    program: Program,
    records: int,
    rounds: Mapping[str, Sequence[Cost]],
    written: Mapping[str, Written],
) -> dict[str, object]:
    costs = rounds[program.name]
    middle = _middle(costs)
    return {
        "name": program.name,
        "what": program.what,
        **figures(middle, written[program.name]),
        "records_per_cpu_second": round(records / middle.cpu_seconds),
        "records_digest": written[program.name].digest,
        "command": list(program.command),
        "rounds": [_cost(each) for each in costs],
    }


def _comparisons(written: Mapping[str, Written]) -> dict[str, bool]:
    """Whether two ways of ours gave the same records to the last byte."""
    return {
        f"{one} and {other}": written[one].digest == written[other].digest
        for one, other in _SAME
        if one in written and other in written
    }


def _middle(costs: Sequence[Cost]) -> Cost:
    return Cost(
        median(each.cpu_seconds for each in costs),
        median(each.wall_seconds for each in costs),
        max(each.peak_megabytes for each in costs),
    )


def _cost(cost: Cost) -> dict[str, object]:
    return {
        "cpu_seconds": round(cost.cpu_seconds, 2),
        "wall_seconds": round(cost.wall_seconds, 2),
        "peak_megabytes": round(cost.peak_megabytes),
    }
