"""Whether records are sorted: contigs in one block each, positions ascending within them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from backend.domain.errors import RejectedError

if TYPE_CHECKING:
    from annotator.lines import Lines

_MOST_CONTIGS = 100_000


@dataclass(slots=True)
class Order:
    """The order of some records.

    Attributes:
        is_sorted: whether it is one that an index can be made for.
        contigs: in order of appearance.
        first: position of the first record, 1-based.
        last: position of the last.
    """

    is_sorted: bool = True
    contigs: dict[str, None] = field(default_factory=dict)
    first: int = 0
    last: int = 0

    @classmethod
    def of(cls, lines: Lines) -> Order:
        """The order of *lines*, of which there is at least one."""
        names, codes = lines.contigs, lines.codes
        positions = lines.positions
        blocks = np.flatnonzero(np.diff(codes, prepend=-1))
        steps = np.diff(positions)
        steps[blocks[1:] - 1] = 0
        return cls(
            is_sorted=len(blocks) == len(names) and bool((steps >= 0).all()),
            contigs=dict.fromkeys(name.decode("ascii") for name in names),
            first=int(positions[0]),
            last=int(positions[-1]),
        )

    def update(self, following: Order) -> None:
        """Take the order of the records that follow in.

        Raises:
            RejectedError: there are more contigs than any assembly has.
        """
        goes_on = next(iter(following.contigs), None) == next(reversed(self.contigs), "")
        if goes_on:
            self.is_sorted &= following.first >= self.last
        again = self.contigs.keys() & following.contigs.keys()
        self.is_sorted &= following.is_sorted and len(again) == int(goes_on)
        self.first = self.first if self.contigs else following.first
        self.last = following.last
        self.contigs |= following.contigs
        if len(self.contigs) > _MOST_CONTIGS:
            raise RejectedError(
                f"The records name more than {_MOST_CONTIGS:,} contigs; check the CHROM column."
            )
