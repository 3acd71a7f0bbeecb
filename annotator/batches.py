"""The work on one batch of records: guard, engine, and the lines that come out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from annotator.engine import EngineError, read_entries

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from annotator.engine import Engine
    from annotator.guard import Allele, Guard, Verdict
    from annotator.mitochondrion import Recoder
    from annotator.summary import Tally

from annotator.output import with_info

_RECORDS = 20_000
_BYTES = 1 << 25
_WORK_HEADER = "##fileformat=VCFv4.2\n{contigs}#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n"


def in_batches(
    records: Iterable[bytes], most_records: int = _RECORDS, most_bytes: int = _BYTES
) -> Iterator[list[bytes]]:
    """*records* in lists bounded by number and bytes, each with at least one."""
    batch: list[bytes] = []
    size = 0
    for line in records:
        batch.append(line)
        size += len(line)
        if len(batch) >= most_records or size >= most_bytes:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


@dataclass(frozen=True, slots=True)
class BatchWork:
    """What a batch is worked on with.

    Attributes:
        contigs: names of the bundle's contigs.
        folder: for files that live as long as the batch.
    """

    guard: Guard
    engine: Engine
    recoder: Recoder
    tally: Tally
    contigs: tuple[str, ...]
    folder: Path

    def annotate(self, batch: list[bytes], tick: Callable[[], None]) -> list[bytes]:
        """The lines of *batch* with annotations, in the same order.

        Raises:
            EngineError: the engine failed, or its answer does not match what it was given.
        """
        verdicts = [self._judge(line, tick) for line in batch]
        source, target = self.folder / "alleles.vcf", self.folder / "entries.vcf"
        try:
            if self._write_alleles(source, verdicts):
                self.engine.annotate(source, target, tick)
                entries = read_entries(target)
            else:
                entries = iter(())
            lines = []
            for at, (line, verdict) in enumerate(zip(batch, verdicts, strict=True)):
                lines.append(self._finish(line, verdict, entries, at))
                tick()
        finally:
            source.unlink(missing_ok=True)
            target.unlink(missing_ok=True)
        return lines

    def _judge(self, line: bytes, tick: Callable[[], None]) -> Verdict:
        """The guard's verdict on a line."""
        tick()
        contig, position, _, ref, alt, _ = line.split(b"\t", 5)
        return self.guard.judge(contig, int(position), ref, alt)

    def _write_alleles(self, source: Path, verdicts: list[Verdict]) -> int:
        """Write the alleles for the engine, named by record and number; return how many."""
        contigs = "".join(f"##contig=<ID={name}>\n" for name in self.contigs)
        written = 0
        with source.open("w", encoding="ascii") as stream:
            stream.write(_WORK_HEADER.format(contigs=contigs))
            for at, verdict in enumerate(verdicts):
                for allele in verdict.alleles:
                    stream.write(
                        f"{allele.contig}\t{allele.position}\t{at}\t{allele.ref}\t{allele.alt}"
                        "\t.\t.\t.\n"
                    )
                    written += 1
        return written

    def _finish(
        self, line: bytes, verdict: Verdict, answers: Iterator[tuple[bytes, bytes]], at: int
    ) -> bytes:
        """One line of the output, with what the engine answered for its alleles."""
        if not verdict.alleles:
            self.tally.pass_through(verdict.reasons)
            return with_info(line, "", verdict.reasons)
        entries: list[str] = []
        for allele in verdict.alleles:
            identity, csq = next(answers, (b"", b""))
            if identity != str(at).encode() or not csq:
                raise EngineError(
                    f"The engine's answers do not match its input at record {at} of a batch."
                )
            entries.extend(self._entries(csq, allele))
        self.tally.annotate(entries, partly=bool(verdict.reasons))
        return with_info(line, ",".join(entries), verdict.reasons)

    def _entries(self, csq: bytes, allele: Allele) -> Iterator[str]:
        """The entries of one allele, named as VEP would in the user's record."""
        recodes = self.recoder.applies_to(allele.contig)
        for answer in csq.decode("ascii").split(","):
            entry = f"{allele.name}|{answer.partition('|')[2]}"
            yield self.recoder.recode(entry, allele) if recodes else entry
