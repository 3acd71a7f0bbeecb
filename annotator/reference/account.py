"""What became of a source's records: nothing is left out without a word."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from annotator.guard import EXPLANATIONS, Reason


@dataclass(slots=True)
class Account:
    """The counts of one source.

    Attributes:
        records: lines with data in the file.
        entries: alleles or intervals that were taken over, each once.
        left_out: records that cannot be used as a whole or in a part, by reason.
        notes: what else a person should know.
    """

    records: int = 0
    entries: int = 0
    left_out: Counter[str] = field(default_factory=Counter)
    notes: list[str] = field(default_factory=list)

    def leave_out(self, reason: Reason, count: int = 1) -> None:
        """Count records that cannot be used."""
        if count:
            self.left_out[reason.value] += count

    def explain(self) -> list[str]:
        """Notes and reasons, a sentence each; the most frequent reason first."""
        reasons = [
            f"{count:,} of {self.records:,} records cannot be used: {EXPLANATIONS[Reason(reason)]}."
            for reason, count in self.left_out.most_common()
        ]
        return [*self.notes, *reasons]
