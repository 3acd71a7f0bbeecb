"""The log that goes back to the user: what was read, decided and counted, in plain words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from annotator.conformance import LOOKED_AT
from annotator.guard import EXPLANATIONS, Reason
from annotator.keys import EARLIER
from backend import __version__

if TYPE_CHECKING:
    from annotator.batches import Batch
    from annotator.conformance import Fault
    from annotator.intake import Reader
    from annotator.keys import Keys
    from annotator.matching import Match
    from annotator.order import Order
    from annotator.reference.bundle import Bundle
    from annotator.summary import Summary
    from annotator.survey import Survey

_LABEL = 34
_TOGETHER = "several variants of a haplotype have a consequence together"
_FAULTS_SHOWN = 100


class Journal:
    """Lines for the log, in the order in which things happened."""

    def __init__(self, file_name: str) -> None:
        self._lines = [f"Genomics Annotation Service {__version__}"]
        self._cuts = 0
        self.note(f"File: {file_name}")

    def note(self, text: str) -> None:
        """Add a line."""
        self._lines.append(_printable(text))

    def header(self, reader: Reader) -> None:
        """Say what the file is."""
        header = reader.header
        self.note(f"Format: VCF {header.version}, {reader.packing}, {header.samples:,} samples")
        if reader.is_cut_short():
            self.note("Note: bgzip's end mark is missing; check that the file was uploaded whole.")

    def survey(self, survey: Survey) -> None:
        """Say how much is in it."""
        self.note(f"Records: {survey.records:,}")

    def order(self, order: Order, *, phased: bool) -> None:
        """Say what follows if the records are in no order."""
        if order.is_sorted:
            return
        self.note(
            "Note: the file is not sorted. The result keeps its order and has no index; "
            "sort it with `bcftools sort` to have one."
        )
        if phased:
            self.note("Note: phased variants far apart in the file were not called together.")

    def cuts(self, *, phased: bool) -> None:
        """Say if genes with phased variants were cut."""
        if phased and self._cuts:
            self.note(
                f"Note: places within a gene where the work had to be divided: {self._cuts:,}. "
                "Phased variants on both sides of one were not called together."
            )

    def faults(self, faults: list[Fault]) -> None:
        """Name what is wrong with the file by the specification; it is annotated all the same."""
        if not faults:
            return
        self.note(
            f"Note: {len(faults):,} faults by the VCF specification, in the header and the first "
            f"{LOOKED_AT:,} records:"
        )
        for fault in faults[:_FAULTS_SHOWN]:
            self.note(f"  line {fault.line}: {fault.text}")
        if len(faults) > _FAULTS_SHOWN:
            self.note(f"  and {len(faults) - _FAULTS_SHOWN:,} more")

    def match(self, match: Match, engine: str) -> None:
        """Say which reference was chosen, and why."""
        self.bundle(match.bundle, engine)
        self.note(
            f"Assembly: {match.bundle.assembly}; REF equals the reference in {match.agreeing:,} "
            f"of {match.sampled:,} sampled records that lie in what it covers"
        )
        for note in match.notes:
            self.note(f"Note: {note} Its records are passed through.")

    def keys(self, keys: Keys, reader: Reader, survey: Survey, *, replace: bool) -> None:
        """Say what becomes of an earlier annotation."""
        declared = {
            key
            for key in EARLIER
            if any(line.startswith(b"##INFO=<ID=%b," % key.encode()) for line in reader.header.meta)
        }
        found = sorted(declared | survey.keys)
        if found and replace:
            self.note(f"Note: the file was annotated before; its {', '.join(found)} are replaced.")
        elif found:
            self.note(
                f"Note: the file was annotated before; its {', '.join(found)} stay, "
                f"and the new consequences are in {keys.consequences or keys.compound}."
            )

    def batch(self, batch: Batch) -> None:
        """Remember a batch that had to end within a gene."""
        self._cuts += not batch.is_whole

    def bundle(self, bundle: Bundle, engine: str) -> None:
        """Say what the annotation is made with."""
        self.note(f"Reference: {bundle.describe()}, bundle {bundle.hash}")
        self._lines += [
            f"  from {each.name}: {each.release}, licence {each.licence}" for each in bundle.sources
        ]
        self.note(f"Engine: {engine}")

    def counts(self, summary: Summary) -> None:
        """The counts at each step; they add up."""
        self._heading("Records")
        self._count("read", summary.variants_in)
        self._count("annotated", summary.annotated)
        if summary.partly_annotated:
            self._count("  of these with another allele that is not", summary.partly_annotated)
        if summary.compounds:
            self._count("  of these with a phased call", summary.compounds, _TOGETHER)
        self._count("passed through without annotation", summary.passed_through)
        for reason, count in summary.reasons.items():
            self._count(f"  {reason}", count, EXPLANATIONS[Reason(reason)])
        self._count("written", summary.variants_out)
        self._heading("Annotated records by their most severe consequence")
        for term, count in summary.consequences.items():
            self._count(term, count)
        self._alleles(summary)
        self._heading(f"Genes with most records, of {summary.genes_total:,}")
        for gene, count in summary.genes.items():
            self._count(gene, count)

    def _alleles(self, summary: Summary) -> None:
        """The counts of annotated alleles."""
        self._heading("Annotated alleles")
        self._count("in all", summary.alleles)
        self._count("single bases", summary.snvs)
        self._count("  transitions", summary.transitions)
        self._count("  transversions", summary.transversions)
        self._count("insertions", summary.insertions)
        self._count("deletions", summary.deletions)
        self._count("others", summary.others)
        for title, counts in (
            ("Alleles known to the sources", summary.sources),
            ("Alleles by frequency in gnomAD", summary.frequencies),
            ("Alleles by significance in ClinVar", summary.significances),
        ):
            if counts:
                self._heading(title)
            for label, count in counts.items():
                self._count(label, count, _percent(count, summary.alleles))

    def text(self) -> str:
        """The whole log."""
        return "\n".join(self._lines) + "\n"

    def refusal(self, reason: str) -> str:
        """The log of a file that was refused: the reason comes first."""
        return f"Refused: {_printable(reason)}\n\n{self.text()}"

    def _heading(self, text: str) -> None:
        """A line that begins a table."""
        self._lines += ["", text]

    def _count(self, label: str, count: int, remark: str = "") -> None:
        """A line of a table."""
        self._lines.append(f"  {label:<{_LABEL}} {count:>12,}  {remark}".rstrip())


def _percent(part: int, whole: int) -> str:
    """A share in percent."""
    return f"{100 * part / whole:.1f} %" if whole else ""


def _printable(text: str) -> str:
    """*text* without control characters, which a file's name or header may hold."""
    return "".join(each if each.isprintable() else "?" for each in text)
