"""Whether an annotated file is what came back of its input: nothing lost, the known variants right.

Reads the two files by itself, line by line, and shares no code with the annotation that it judges.
"""

from __future__ import annotations

import gzip
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

_GZIP = b"\x1f\x8b"
_FIXED, _INFO = 7, 7


@dataclass(frozen=True, slots=True)
class _Truth:
    """What is known of a variant."""

    symbol: str
    consequence: str
    hgvsp: str


Known = Mapping[tuple[str, str, str, str], _Truth]


@dataclass(slots=True)
class Verdict:
    """What was found.

    Attributes:
        annotated: records with a CSQ; those with several alleles may have a GAS_STATUS beside it.
        passed_through: records with a GAS_STATUS alone.
        consequences: in how many records each SO term occurs.
        missing: input records that are not in the result, as "chrom:pos ref>alt".
        wrong: known variants with another consequence than the known one, and what they got.
        known: how many known variants were looked at.
    """

    variants_in: int = 0
    variants_out: int = 0
    annotated: int = 0
    passed_through: int = 0
    consequences: Counter[str] = field(default_factory=Counter)
    missing: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    known: int = 0

    @property
    def ok(self) -> bool:
        """Whether all is as it should be."""
        counted = self.annotated + self.passed_through == self.variants_out == self.variants_in
        return counted and self.variants_in > 0 and not self.missing and not self.wrong


def judge(source: Path, result: Path, known: Path) -> Verdict:
    """Compare *result* with its *source*, and with the *known* variants that are in it.

    Args:
        source: the VCF that was sent, plain or compressed.
        result: the annotated VCF.
        known: JSON with the known "variants": each has chrom, pos, ref, alt, symbol, consequence
            and hgvsp, the end of the right HGVSp or null.
    """
    verdict = Verdict()
    sent = Counter(_identity(columns) for columns in _records(source))
    verdict.variants_in = sent.total()
    truths = _read(known)
    terms: list[str] = []
    for columns in _records(result):
        if not terms:
            terms = _csq_fields(result)
        verdict.variants_out += 1
        sent[_identity(columns)] -= 1
        _look_at(columns, terms, truths, verdict)
    verdict.missing = [_shown(identity) for identity, count in sent.items() if count > 0]
    return verdict


def _look_at(
    columns: list[str],
    fields: list[str],
    known: Known,
    verdict: Verdict,
) -> None:
    info = dict(item.partition("=")[::2] for item in columns[_INFO].split(";"))
    entries = [
        dict(zip(fields, entry.split("|"), strict=True))
        for entry in info.get("CSQ", "").split(",")
        if entry
    ]
    verdict.annotated += bool(entries)
    verdict.passed_through += not entries and "GAS_STATUS" in info
    verdict.consequences.update({t for e in entries for t in e["Consequence"].split("&")})
    chrom, pos, _, ref, alts = columns[:5]
    for alt in alts.split(","):
        truth = known.get((_plain(chrom), pos, ref.upper(), alt.upper()))
        if truth is None:
            continue
        verdict.known += 1
        if not any(_agrees(entry, truth) for entry in entries):
            found = ", ".join(f"{e['SYMBOL']} {e['Consequence']} {e['HGVSp']}" for e in entries)
            verdict.wrong.append(f"{chrom}:{pos} {ref}>{alt}: {truth} but found {found or 'none'}")


def _agrees(entry: Mapping[str, str], truth: _Truth) -> bool:
    same = (entry["SYMBOL"], entry["Consequence"]) == (truth.symbol, truth.consequence)
    return same and entry["HGVSp"].endswith(truth.hgvsp)


def _read(known: Path) -> Known:
    return {
        (_plain(v["chrom"]), str(v["pos"]), v["ref"], v["alt"]): _Truth(
            v["symbol"], v["consequence"], v["hgvsp"] or ""
        )
        for v in json.loads(known.read_text("utf-8"))["variants"]
    }


def _plain(chrom: str) -> str:
    name = chrom.removeprefix("chr")
    return "MT" if name == "M" else name


def _identity(columns: list[str]) -> tuple[str, ...]:
    """Return what the annotation may not change: all columns but INFO."""
    return (*columns[:_FIXED], *columns[_INFO + 1 :])


def _shown(identity: tuple[str, ...]) -> str:
    return f"{identity[0]}:{identity[1]} {identity[3]}>{identity[4]}"


def _lines(path: Path) -> Iterator[str]:
    with path.open("rb") as raw:
        compressed = raw.read(2) == _GZIP
        raw.seek(0)
        with gzip.open(raw) if compressed else raw as data:
            for line in data:
                yield line.decode("utf-8-sig").rstrip("\r\n")


def _records(path: Path) -> Iterator[list[str]]:
    return (line.split("\t") for line in _lines(path) if line and not line.startswith("#"))


def _csq_fields(path: Path) -> list[str]:
    """Return the names of CSQ's fields, which its header line ends with."""
    for line in _lines(path):
        if line.startswith("##INFO=<ID=CSQ,"):
            return line.rpartition("Format: ")[2].rstrip('">').split("|")
    return []
