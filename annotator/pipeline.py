"""The annotation of one file, from the user's VCF to result, index, log and counts.

Steps: survey (every line checked and counted), choice of the reference, then in batches guard,
normal form, engine and reassembly. Memory is bounded by the size of a batch.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from annotator.batches import BatchWork, in_batches
from annotator.engine import VepyrEngine
from annotator.guard import Guard
from annotator.intake import Reader
from annotator.journal import Journal
from annotator.matching import DETECT, Match, candidates, choose
from annotator.mitochondrion import Recoder
from annotator.ordering import sort_records
from annotator.output import ResultFile, header_lines
from annotator.reference.bundle import Bundle
from annotator.reference.sequence import Sequence
from annotator.summary import Summary, Tally
from annotator.survey import Survey, take_survey
from annotator.ticking import Progress, Ticker
from backend.domain.errors import RejectedError

__all__ = ["Outcome", "Progress", "Request", "Summary", "annotate"]

RESULT = "result.vcf.gz"
INDEX = "result.vcf.gz.tbi"
LOG = "annotation.log"
ENGINES = ("vepyr",)


@dataclass(frozen=True, slots=True)
class Request:
    """What to annotate and with what.

    Attributes:
        source: the user's file.
        folder: for the results; it is there and is the caller's to clean.
        bundles: the references to choose from.
        file_name: the user's name for the file.
        assembly: ``detect``, or the user's choice such as ``GRCh37``.
        engine: ``vepyr``.
    """

    source: Path
    folder: Path
    bundles: tuple[Bundle, ...]
    file_name: str
    assembly: str = DETECT
    engine: str = "vepyr"


@dataclass(frozen=True, slots=True)
class Outcome:
    """The complete results, all in the request's folder."""

    result: Path
    index: Path
    log: Path
    summary: Summary


def annotate(request: Request, progress: Progress) -> Outcome:
    """Annotate one file; every record of it is in the result.

    *progress* is called at most five times a second and may raise to stop: that error rises, and
    neither a process nor an incomplete result is left.

    Raises:
        RejectedError: the file cannot be annotated; the message says why, and the log begins
            with it.
    """
    journal = Journal(request.file_name)
    log = request.folder / LOG
    try:
        summary = _annotate(request, journal, Ticker(progress))
    except RejectedError as error:
        log.write_text(journal.refusal(str(error)), encoding="utf-8")
        raise
    log.write_text(journal.text(), encoding="utf-8")
    return Outcome(request.folder / RESULT, request.folder / INDEX, log, summary)


def _annotate(request: Request, journal: Journal, ticker: Ticker) -> Summary:
    """Choose the reference, then write the result and the log's lines."""
    if request.engine not in ENGINES:
        raise RejectedError(f"There is no engine {request.engine!r}; use {', '.join(ENGINES)}.")
    reader = Reader(request.source)
    _note_header(journal, reader)
    left = candidates(reader.header, request.bundles, request.assembly)
    survey = take_survey(reader.records(), ticker.counted)
    journal.note(f"Records: {survey.records:,}; contigs: {len(survey.contigs):,}")
    match = choose(reader.header, survey, left)
    _note_match(journal, match, survey)
    tally = _write_result(request, reader, survey, match, ticker)
    summary = tally.summary(
        assembly=match.bundle.assembly,
        bundle=match.bundle.hash,
        engine=match.bundle.engine,
        records=survey.records,
    )
    _require_all(summary)
    journal.counts(summary)
    return summary


def _write_result(
    request: Request, reader: Reader, survey: Survey, match: Match, ticker: Ticker
) -> Tally:
    """Annotate batch by batch into the result file."""
    bundle, tally = match.bundle, Tally()
    lines = header_lines(reader.header, bundle, engine=bundle.engine, resorted=not survey.is_sorted)
    with (
        tempfile.TemporaryDirectory(dir=request.folder, prefix="work-") as work,
        Sequence(bundle.fasta) as sequence,
        VepyrEngine(bundle, Path(work).resolve()) as engine,
        ResultFile(request.folder / RESULT) as result,
    ):
        batch_work = BatchWork(
            guard=Guard(sequence, match.names),
            engine=engine,
            recoder=Recoder(bundle),
            tally=tally,
            contigs=tuple(contig.name for contig in bundle.contigs),
            folder=Path(work).resolve(),
        )
        result.write(lines)
        for batch in in_batches(_in_order(reader, survey, Path(work), ticker)):
            result.write(batch_work.annotate(batch, ticker.tick))
            tally.written += len(batch)
            ticker.finished(len(batch))
    return tally


def _in_order(reader: Reader, survey: Survey, folder: Path, ticker: Ticker) -> Iterator[bytes]:
    """The records in the input's order if that is sorted, else sorted, as an index needs."""
    if survey.is_sorted:
        return reader.records()
    return sort_records(reader.records(), survey.contigs, folder, ticker.tick)


def _note_header(journal: Journal, reader: Reader) -> None:
    """What the file is."""
    header = reader.header
    journal.note(f"Format: VCF {header.version}, {reader.packing}, {header.samples:,} samples")
    if reader.is_cut_short():
        journal.note("Note: bgzip's end mark is missing; check that the file was uploaded whole.")
    if any(line.startswith(b"##INFO=<ID=CSQ,") for line in header.meta):
        journal.note("Note: the file was annotated before; the CSQ in it is replaced.")


def _note_match(journal: Journal, match: Match, survey: Survey) -> None:
    """Which reference was chosen, and why."""
    journal.bundle(match.bundle, match.bundle.engine)
    journal.note(
        f"Assembly: {match.bundle.assembly}; REF equals the reference in {match.agreeing:,} of "
        f"{match.sampled:,} sampled records that lie in what it covers"
    )
    for note in match.notes:
        journal.note(f"Note: {note} Its records are passed through.")
    if not survey.is_sorted:
        journal.note("Note: the file is not sorted; the result is, so that it can be indexed.")


def _require_all(summary: Summary) -> None:
    """Fail loudly rather than lose a record."""
    accounted = summary.annotated + summary.passed_through
    if not summary.variants_in == summary.variants_out == accounted:
        raise RuntimeError(
            f"{summary.variants_in} records were read, {summary.variants_out} written and "
            f"{accounted} accounted for."
        )
