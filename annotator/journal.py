"""The log that goes back to the user: what was read, decided and counted, in plain words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from annotator.guard import EXPLANATIONS, Reason
from backend import __version__

if TYPE_CHECKING:
    from annotator.reference.bundle import Bundle
    from annotator.summary import Summary

_LABEL = 34


class Journal:
    """Lines for the log, in the order in which things happened."""

    def __init__(self, file_name: str) -> None:
        self._lines = [f"Genomics Annotation Service {__version__}"]
        self.note(f"File: {file_name}")

    def note(self, text: str) -> None:
        """Add a line."""
        self._lines.append(_printable(text))

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
        self._count("passed through without annotation", summary.passed_through)
        for reason, count in summary.reasons.items():
            self._count(f"  {reason}", count, EXPLANATIONS[Reason(reason)])
        self._count("written", summary.variants_out)
        self._heading("Annotated records by their most severe consequence")
        for term, count in summary.consequences.items():
            self._count(term, count)
        self._heading(f"Genes with most records, of {summary.genes_total:,}")
        for gene, count in summary.genes.items():
            self._count(gene, count)

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


def _printable(text: str) -> str:
    """*text* without control characters, which a file's name or header may hold."""
    return "".join(each if each.isprintable() else "?" for each in text)
