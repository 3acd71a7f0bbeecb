"""The annotation of one file, from the user's VCF to result, index, log and counts.

Steps: survey (records counted, a sample looked at), choice of the reference, then batch by batch
the form of the lines, guard, normal form, answers and reassembly, in one process or several.
Memory is bounded by the size of a batch.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from pysam.version import __bcftools_version__ as BCFTOOLS_VERSION  # noqa: N812 - a constant

from annotator.batches import Batch, batch_records, in_batches
from annotator.bcf import as_vcf, is_bcf
from annotator.compression import first_bytes
from annotator.conformance import Fault, find_faults
from annotator.crew import Crew, place
from annotator.engine import plain_fasta
from annotator.gaps import Gaps
from annotator.intake import Reader
from annotator.joins import Joins
from annotator.journal import Journal
from annotator.matching import Match, candidates, choose
from annotator.output import CSQ, ResultFile, choose_keys, earlier_keys, header_lines, write_index
from annotator.phased_work import PhasedWork
from annotator.reference.bundle import Bundle
from annotator.reference.gaps import gene_spans
from annotator.report import Origin, render
from annotator.request import Outcome, Request
from annotator.summary import Summary, summarise
from annotator.survey import Survey, take_survey
from annotator.table import write_table
from annotator.tally import Tally
from annotator.ticking import Progress, Ticker
from annotator.work import BatchWork, Task, Work
from backend.domain.errors import RejectedError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from annotator.crew import Done

__all__ = ["Fleet", "Outcome", "Progress", "Request", "Summary", "annotate"]

RESULT = "result.vcf.gz"
INDEX = "result.vcf.gz.tbi"
TABLE = "result.parquet"
REPORT = "report.html"
LOG = "annotation.log"
ENGINES: dict[str, Callable[[Task], Work]] = {"vepyr": BatchWork, "csq": PhasedWork}
"""The work with each engine."""

_LARGE_BYTES = 1 << 21
"""A compressed file of more is worth more than one process, which is called early."""


class Fleet(Protocol):
    """Others who work on the batches of a large file, on whatever machine."""

    def wants(self, records: int) -> bool:
        """Whether a file of so many records is worth sharing out."""

    def work(
        self, task: Task, batches: Iterable[Batch], tick: Callable[[], None]
    ) -> Iterator[Done]:
        """Each of *batches* with its file in the task's folder and its counts, in their order."""


def annotate(request: Request, progress: Progress, fleet: Fleet | None = None) -> Outcome:
    """Annotate one file; every record of it is in the result, in the same order.

    What comes out is the same whether one process works, several do or a *fleet* does.

    *progress* is called at most five times a second and may raise to stop: that error rises, and
    neither a process nor an incomplete result is left.

    Raises:
        RejectedError: the file cannot be annotated; the message says why, and the log begins
            with it.
    """
    journal = Journal(request.file_name)
    log = request.folder / LOG
    try:
        with (
            tempfile.TemporaryDirectory(dir=request.folder, prefix="work-") as work,
            Crew(ENGINES.get(request.engine, BatchWork), request.processes) as crew,
        ):
            if request.processes > 1 and request.source.stat().st_size > _LARGE_BYTES:
                crew.call()
            ticker = Ticker(progress)
            run = _Run(request, journal, ticker, Path(work).resolve(), crew, fleet)
            outcome = run.annotate()
    except BaseException as error:
        for name in (RESULT, INDEX, TABLE, REPORT):
            (request.folder / name).unlink(missing_ok=True)
        if isinstance(error, RejectedError):
            log.write_text(journal.refusal(str(error)), encoding="utf-8")
        raise
    log.write_text(journal.text(), encoding="utf-8")
    return outcome


@dataclass(frozen=True, slots=True)
class _Run:
    """One annotation under way."""

    request: Request
    journal: Journal
    ticker: Ticker
    folder: Path
    crew: Crew
    fleet: Fleet | None

    def annotate(self) -> Outcome:
        """Choose the reference, write the results, and note it all for the log."""
        if self.request.engine not in ENGINES:
            raise RejectedError(
                f"There is no engine {self.request.engine!r}; use {', '.join(ENGINES)}."
            )
        reader = self._reader()
        self.journal.header(reader)
        faults = find_faults(reader)
        self.journal.faults(faults)
        left = candidates(reader.header, self.request.bundles, self.request.assembly)
        survey = take_survey(reader.pieces(), reader.header, self.ticker.counted)
        self.journal.survey(survey)
        match = choose(reader.header, survey, left)
        engine = _engine(self.request, match.bundle)
        self.journal.match(match, engine)
        task = self._task(reader, survey, match)
        tally = self._write(reader, survey, task)
        summary = summarise(
            tally,
            assembly=match.bundle.assembly,
            bundle=match.bundle.hash,
            engine=engine,
            records=survey.records,
            sources=[each.name for each in match.bundle.annotations],
        )
        _require_all(summary)
        self.journal.order(tally.order, phased=survey.is_phased)
        self.journal.cuts(phased=survey.is_phased)
        self.journal.counts(summary)
        folder = self.request.folder
        return Outcome(
            result=folder / RESULT,
            index=self._index(tally),
            table=self._table() if self.request.table else None,
            report=self._report(match.bundle, summary, faults) if self.request.report else None,
            log=folder / LOG,
            summary=summary,
        )

    def _reader(self) -> Reader:
        """The user's file, turned into VCF if it is BCF."""
        source = self.request.source
        if is_bcf(first_bytes(source), source):
            vcf = self.folder / "input.vcf.gz"
            as_vcf(source, vcf, self.ticker.tick)
            self.journal.note("The file is BCF; it was read as VCF through bcftools.")
            source = vcf
        return Reader(source)

    def _task(self, reader: Reader, survey: Survey, match: Match) -> Task:
        """What each batch is to be worked on with."""
        replace = self.request.replace
        with Joins(match.bundle) as joins:
            keys = choose_keys(
                reader.header,
                survey.keys,
                joins.fields,
                phased=survey.is_phased,
                engine=self.request.engine,
                replace=replace,
            )
        self.journal.keys(keys, reader, survey, replace=replace)
        return Task(
            bundle=match.bundle,
            fasta=plain_fasta(match.bundle.fasta, self.folder),
            aliases={alias: contig.name for alias, contig in match.names.items()},
            keys=keys,
            dropped=earlier_keys(reader.header) if replace else (),
            width=reader.header.width,
            folder=self.folder,
        )

    def _write(self, reader: Reader, survey: Survey, task: Task) -> Tally:
        """Write the result, batch by batch."""
        header = header_lines(
            reader.header,
            task.bundle,
            task.keys,
            engine=_engine(self.request, task.bundle),
            command=self.request.command,
            replace=self.request.replace,
        )
        tally = Tally()
        with ResultFile(self.request.folder / RESULT, header) as result:
            for batch, file, counts in self._worked(reader, survey, task):
                result.append(file)
                tally.add(counts)
                self.journal.batch(batch)
                self.ticker.finished(counts.records)
        return tally

    def _worked(self, reader: Reader, survey: Survey, task: Task) -> Iterator[Done]:
        """Each batch when it is finished, in order."""
        most = batch_records(survey.records, self.request.most_records)
        batches = in_batches(
            reader.pieces(),
            reader.header,
            records=most,
            gaps=Gaps(task.names(), lambda contig: gene_spans(task.bundle, contig)),
        )
        if self.fleet is not None and self.fleet.wants(survey.records):
            yield from self.fleet.work(task, batches, self.ticker.tick)
        elif self.request.processes > 1 and survey.records > most:
            yield from self.crew.work(task, batches, self.ticker.tick, read_ahead=True)
        else:
            make = ENGINES[self.request.engine]
            yield from _alone(make, task, batches, self.ticker)

    def _index(self, tally: Tally) -> Path | None:
        """Index the result, where a sorted file makes that possible."""
        if not (self.request.index and tally.order.is_sorted):
            return None
        write_index(self.request.folder / RESULT, self.ticker.tick)
        return self.request.folder / INDEX

    def _table(self) -> Path:
        """Write the result as Parquet."""
        table = self.request.folder / TABLE
        write_table(self.request.folder / RESULT, table, self.ticker.tick)
        return table

    def _report(self, bundle: Bundle, summary: Summary, faults: list[Fault]) -> Path:
        """Write the report."""
        origin = Origin(
            file_name=self.request.file_name,
            bundle_name=bundle.name,
            sources=bundle.sources,
            command=self.request.command,
            faults=tuple(f"Line {fault.line}: {fault.text}" for fault in faults),
        )
        report = self.request.folder / REPORT
        report.write_text(render(summary.to_json(), origin), encoding="utf-8")
        return report


def _alone(
    make: Callable[[Task], Work], task: Task, batches: Iterable[Batch], ticker: Ticker
) -> Iterator[Done]:
    """The work on each batch in this process."""
    with make(task) as work:
        for batch in batches:
            file = place(task.folder, batch)
            yield batch, file, work.annotate(batch, file, ticker.tick)


def _engine(request: Request, bundle: Bundle) -> str:
    """Name and version of the engine."""
    if request.engine == CSQ:
        return f"bcftools csq {BCFTOOLS_VERSION}"
    return bundle.engine


def _require_all(summary: Summary) -> None:
    """Fail loudly rather than lose a record."""
    accounted = summary.annotated + summary.passed_through
    if not summary.variants_in == summary.variants_out == accounted:
        raise RuntimeError(
            f"{summary.variants_in} records were read, {summary.variants_out} written and "
            f"{accounted} accounted for."
        )
