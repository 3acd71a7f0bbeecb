"""The property that fuzzing checks: a file is refused with a reason, or comes back whole.

What the file holds is read here by other means than the annotation's own.
"""

from __future__ import annotations

import re
import traceback
import zlib
from dataclasses import dataclass
from pathlib import Path

import pysam
from pysam.utils import SamtoolsError

from annotator.pipeline import Outcome, Request, annotate
from annotator.reference.bundle import Bundle
from backend.domain.errors import RejectedError

INFO = 7
EARLIER = {b"CSQ", b"ANN", b"BCSQ", b"GAS_STATUS"}
RESULTS = {"result.vcf.gz", "result.vcf.gz.tbi", "result.parquet", "report.html", "annotation.log"}
ALL_RECORDS = {".", "*"}
"""Contigs that htslib cannot be asked for: it takes the names for words of its own."""

_SHORTEST_REASON = 20
_FRAMES = 4


@dataclass(frozen=True, slots=True)
class Options:
    """What is asked for beside the annotation, and how it is to be done."""

    engine: str = "vepyr"
    replace: bool = False
    table: bool = False
    report: bool = False
    most_records: int = 250_000


class BrokenError(Exception):
    """The property does not hold; the message says how."""


def judge(data: bytes, folder: Path, bundle: Bundle, options: Options) -> str | None:
    """What is wrong with the answer to a file with these bytes; None if nothing is.

    Args:
        data: the file.
        folder: an empty one.
        bundle: to annotate with.
        options: what to ask for.
    """
    source = folder / "input"
    source.write_bytes(data)
    results = folder / "results"
    results.mkdir()
    request = Request(
        source,
        results,
        (bundle,),
        "input",
        engine=options.engine,
        replace=options.replace,
        table=options.table,
        report=options.report,
        most_records=options.most_records,
    )
    try:
        _check(request, data)
    except BrokenError as broken:
        return str(broken)
    return None


def _check(request: Request, data: bytes) -> None:
    """Annotate and look at the answer."""
    try:
        outcome = annotate(request, lambda done, total: None)
    except RejectedError as refused:
        _check_refusal(str(refused), request.folder)
        return
    except Exception as error:
        frames = traceback.extract_tb(error.__traceback__)[-_FRAMES:]
        places = " < ".join(f"{Path(each.filename).name}:{each.lineno}" for each in frames[::-1])
        raise BrokenError(f"{type(error).__name__}: {error} at {places}") from error
    _check_files(request.folder, outcome)
    originals = records(data)
    if originals is None:
        raise BrokenError("Damaged data was taken for a file.")
    lines = records(outcome.result.read_bytes())
    if lines is None:
        raise BrokenError("The result cannot be unpacked.")
    if not _is_bcf(data):
        dropped = earlier_keys(data) if request.replace else set()
        _check_lines(originals, lines, dropped, is_csq=request.engine == "csq")
    _check_counts(outcome, len(lines))
    _check_tools(request.source, outcome, len(lines))


def records(data: bytes) -> list[bytes] | None:
    """The records of a VCF, compressed or not, without line ends; None if it is damaged."""
    text = unpacked(data)
    if text is None:
        return None
    lines = [line.removesuffix(b"\r") for line in text.removeprefix(b"\xef\xbb\xbf").split(b"\n")]
    if lines[-1] == b"" and text.endswith(b"\n"):
        lines.pop()
    header = next((at for at, line in enumerate(lines) if not line.startswith(b"##")), len(lines))
    return lines[header + 1 :]


def unpacked(data: bytes) -> bytes | None:
    """The text of gzip members, which may have zeros behind them, or *data*; None if damaged."""
    if not data.startswith(b"\x1f\x8b"):
        return data
    text = []
    try:
        while data:
            member = zlib.decompressobj(wbits=31)
            text.append(member.decompress(data))
            if not member.eof:
                return None
            data = member.unused_data.lstrip(b"\0")
    except zlib.error:
        return None
    return b"".join(text)


def _is_bcf(data: bytes) -> bool:
    """Whether the file is BCF, whose records are written otherwise."""
    return (unpacked(data) or b"").startswith(b"BCF")


def _check_refusal(reason: str, folder: Path) -> None:
    """A refusal is a sentence, and leaves its log and nothing else."""
    if not reason.endswith(".") or len(reason) < _SHORTEST_REASON or not reason.isprintable():
        raise BrokenError(f"The refusal is no sentence: {reason!r}")
    if "Traceback" in reason or "Error:" in reason:
        raise BrokenError(f"The refusal is a program's: {reason!r}")
    left = {file.name for file in folder.iterdir()}
    if left != {"annotation.log"}:
        raise BrokenError(f"A refused file leaves {sorted(left)}")
    log = (folder / "annotation.log").read_text("utf-8")
    if not log.startswith(f"Refused: {reason}\n"):
        raise BrokenError(f"The log does not begin with the reason: {log[:200]!r}")


def _check_files(folder: Path, outcome: Outcome) -> None:
    """What is left in the folder is what the outcome names."""
    left = {file.name for file in folder.iterdir()}
    named = {
        file.name
        for file in (outcome.result, outcome.index, outcome.table, outcome.report, outcome.log)
        if file is not None
    }
    if left != named or not named <= RESULTS:
        raise BrokenError(f"The folder has {sorted(left)}, the outcome {sorted(named)}")


def earlier_keys(data: bytes) -> set[bytes]:
    """The keys that are taken out of a file on request: usual ones and those it says were ours."""
    listed = re.findall(rb'^##GAS=<.*?Keys="([^"\n]*)', unpacked(data) or b"", re.MULTILINE)
    return EARLIER.union(*(keys.split(b",") for keys in listed)) - {b""}


def _check_lines(
    originals: list[bytes], lines: list[bytes], dropped: set[bytes], *, is_csq: bool = False
) -> None:
    """Every record comes back, in order, with all that it had but INFO's *dropped* keys.

    The engine csq adds a key to FORMAT, and says nothing of variants between genes.
    """
    if len(originals) != len(lines):
        raise BrokenError(f"{len(originals)} records became {len(lines)}")
    for number, (original, line) in enumerate(zip(originals, lines, strict=True), 1):
        before, after = original.split(b"\t"), line.split(b"\t")
        own, info = before.pop(INFO), after.pop(INFO)
        if before != (_without_masks(after, before) if is_csq else after):
            raise BrokenError(f"Record {number} is {line!r}, it was {original!r}")
        if dropped:
            kept = [each for each in own.split(b";") if each.partition(b"=")[0] not in dropped]
            own = b";".join(kept) or b"."
        _check_info(number, own, info, may_be_silent=is_csq)


def _without_masks(after: list[bytes], before: list[bytes]) -> list[bytes]:
    """The columns of a record without csq's key in FORMAT and what each sample has of it."""
    if len(after) <= INFO or len(after) != len(before) or after[INFO] == before[INFO]:
        return after
    form, _, key = after[INFO].rpartition(b":")
    if not key.endswith(b"BCSQ"):
        return after
    width = form.count(b":")
    samples = []
    for new, old in zip(after[INFO + 1 :], before[INFO + 1 :], strict=True):
        value = new.rpartition(b":")[0]
        padding = b":." * (width - old.count(b":"))
        samples.append(value.removesuffix(padding) if padding else value)
    return [*after[:INFO], form, *samples]


def _check_info(number: int, own: bytes, info: bytes, *, may_be_silent: bool) -> None:
    """INFO begins with the user's items, and the record is annotated or has a reason."""
    empty = own in {b".", b""}
    added = info if empty and info != own else info.removeprefix(own).removeprefix(b";")
    if not empty and not (info.startswith(own + b";") or info == own):
        raise BrokenError(f"Record {number} has INFO {info!r}, it was {own!r}")
    keys = {item.partition(b"=")[0] for item in added.split(b";") if item}
    is_told = any(key.removeprefix(b"GAS_").startswith((b"CSQ", b"STATUS")) for key in keys)
    if not is_told and not may_be_silent:
        raise BrokenError(f"Record {number} has neither consequences nor a reason: {info!r}")
    twice = keys.intersection(item.partition(b"=")[0] for item in own.split(b";"))
    if twice:
        raise BrokenError(f"Keys of ours are the user's as well, {sorted(twice)}: {info!r}")


def _check_counts(outcome: Outcome, count: int) -> None:
    """The counts add up to the records that are there."""
    summary = outcome.summary
    counts = {
        "read": summary.variants_in,
        "written": summary.variants_out,
        "accounted for": summary.annotated + summary.passed_through,
        "on contigs": sum(summary.contigs.values()),
        "with consequences or reasons": (
            sum(summary.consequences.values()) + sum(summary.reasons.values())
        ),
    }
    wrong = {what: number for what, number in counts.items() if number != count}
    if wrong:
        raise BrokenError(f"{count} records, but {wrong}")
    if f"Records: {count:,}\n" not in outcome.log.read_text("utf-8"):
        raise BrokenError("The log has another number of records.")


def _check_tools(source: Path, outcome: Outcome, count: int) -> None:
    """Other tools read the result if they read the source, and find all by the index."""
    pysam.set_verbosity(0)
    read = _pysam_count(outcome.result)
    if read != count and _pysam_count(source) == count:
        raise BrokenError(
            f"pysam reads {read} of {count} records of the result, and all of the source"
        )
    if outcome.index is not None:
        with pysam.TabixFile(str(outcome.result), encoding="latin-1") as index:
            names = index.contigs
            found = sum(1 for name in names for _ in index.fetch(name))
        if found != count and not ALL_RECORDS.intersection(names):
            raise BrokenError(f"The index leads to {found} of {count} records")


def _pysam_count(file: Path) -> int | None:
    """How many records pysam reads; None if it gives up."""
    try:
        with pysam.VariantFile(str(file)) as variants:
            return sum(1 for _ in variants)
    except (ValueError, OSError, SamtoolsError, NotImplementedError):
        return None
