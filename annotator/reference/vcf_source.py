"""A VCF as a source: its alleles in normal form, with what it says of each.

The same code judges and normalises them that judges and normalises a user's records, so the two
meet however they spell an allele.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Self

import numpy as np

from annotator.bases import Bases
from annotator.form import check_form, records_of
from annotator.guard import Guard, Reason
from annotator.intake import Reader
from annotator.reference.assemblies import plain_name
from annotator.reference.sequence import Sequence
from annotator.reference.source_keys import wanted_keys
from annotator.screen import Screen
from backend.domain.errors import RejectedError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from types import TracebackType

    import pyarrow as pa
    from numpy.typing import NDArray

    from annotator.lines import Lines
    from annotator.reference.account import Account
    from annotator.reference.allele_rows import AlleleRows
    from annotator.reference.bundle import Contig
    from annotator.reference.source_keys import Wanted

_FEWEST_WITNESSES = 10
_EARLY_WITNESSES = 2_000
_RELEASE_KEYS = ("source", "fileDate", "reference")


class VcfSource:
    """A VCF to be read against the sequence of a bundle; use it as a context manager.

    Args:
        name: the source's.
        file: a VCF, packed in any way that users' files may be.
        account: counts the records.
        fasta: the bundle's sequence, not compressed, with its index.
        contigs: the bundle's.

    Attributes:
        wanted: the keys that are taken over.

    Raises:
        RejectedError: it is not VCF, is of another assembly, or lacks the keys wanted of it.
    """

    def __init__(
        self, name: str, file: Path, account: Account, fasta: Path, contigs: tuple[Contig, ...]
    ) -> None:
        self._label = f"{file.name} ({name})"
        self._account = account
        with about(self._label):
            self._reader = Reader(file)
            if self._reader.is_cut_short():
                raise RejectedError("It is cut short, as bgzip's mark at the end is missing.")
            self.wanted = wanted_keys(name, self._reader.header.meta)
            self._names = self._known_names(contigs)
        self._sequence = Sequence(fasta)
        self._screen = Screen(Guard(self._sequence, self._names), Bases(fasta), self._names)
        self._judged = self._mismatched = 0

    def __enter__(self) -> Self:
        """The source itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Release the files."""
        self._sequence.close()

    @property
    def release(self) -> str | None:
        """Which release this is by the VCF's own header; None if it does not say."""
        lines = (line[2:].decode("utf-8", "replace") for line in self._reader.header.meta)
        stated = dict(line.split("=", 1) for line in lines if "=" in line)
        parts = [f"{key} {stated[key].strip()}" for key in _RELEASE_KEYS if stated.get(key)]
        return ", ".join(parts) or None

    def require_keys(self, wanted: tuple[Wanted, ...]) -> None:
        """Refuse a file that declares other keys than those before it.

        Raises:
            RejectedError: the files are not of one kind.
        """
        if self.wanted != wanted:
            raise RejectedError(
                f"{self._label} declares other keys than the first file of this source; "
                "give files of one kind, or the source another name."
            )

    def tables(self, rows: AlleleRows) -> Iterator[tuple[str, pa.Table]]:
        """The alleles by contig as ``ROWS``, in the order of the file.

        Args:
            rows: makes the rows of ``wanted`` keys.

        Raises:
            RejectedError: a line is not a record, or the records are of another assembly.
        """
        header = self._reader.header
        number = len(header.meta) + 2
        with about(self._label):
            for piece in self._reader.pieces():
                lines = records_of(piece.text, number, header.width)
                check_form(lines)
                number += len(lines)
                self._account.records += len(lines)
                yield from self._tables(self._on_known_ground(lines), rows)
                self._require_agreement(_EARLY_WITNESSES)
            self._require_agreement(_FEWEST_WITNESSES)

    def _known_names(self, contigs: tuple[Contig, ...]) -> dict[str, Contig]:
        """The contigs by every name of theirs that means the same sequence in this file."""
        names = {alias: each for each in contigs for alias in (*each.aliases, each.name)}
        for name, length in self._reader.header.lengths.items():
            if name in names and names[name].length != length:
                if plain_name(name) != "MT":
                    raise RejectedError(
                        f"It is on another assembly: {name} has {length:,} bases in its header, "
                        f"but {names[name].length:,} in the FASTA file."
                    )
                self._account.notes.append(
                    f"{name} has {length:,} bases in the header, which is another mitochondrial "
                    f"sequence than that of {names[name].length:,} bases here."
                )
                del names[name]
        return names

    def _on_known_ground(self, lines: Lines) -> Lines:
        """The lines whose position may lie in what the bundle covers; others are counted."""
        kept = np.zeros(len(lines), dtype=np.bool_)
        for code, raw in enumerate(lines.contigs):
            here = lines.codes == code
            contig = self._names.get(raw.decode("ascii"))
            if contig is None:
                self._account.leave_out(Reason.UNKNOWN_CONTIG, int(here.sum()))
                continue
            first = min((start for start, _ in contig.covered), default=0)
            last = max((end for _, end in contig.covered), default=-1)
            inside = here & (lines.positions >= first) & (lines.positions <= last)
            self._account.leave_out(Reason.OUTSIDE_REFERENCE, int(here.sum() - inside.sum()))
            kept |= inside
        return lines if kept.all() else _only(lines, kept)

    def _tables(self, lines: Lines, rows: AlleleRows) -> Iterator[tuple[str, pa.Table]]:
        """The alleles of *lines* by contig."""
        if not len(lines):
            return
        screened = self._screen.judge(lines)
        for reasons in screened.reasons.values():
            for reason in reasons:
                self._account.leave_out(reason)
            self._mismatched += Reason.REF_MISMATCH in reasons
        self._judged += len(lines)
        yield from rows.tables(lines, screened.groups)

    def _require_agreement(self, fewest: int) -> None:
        """Refuse a source whose REF differs in more than half of at least *fewest* records."""
        if self._judged >= fewest and self._mismatched * 2 > self._judged:
            raise RejectedError(
                f"It is on another assembly: REF differs from the FASTA file in "
                f"{self._mismatched:,} of {self._judged:,} records."
            )


@contextmanager
def about(label: str) -> Iterator[None]:
    """Has a refusal say which file it speaks of."""
    try:
        yield
    except RejectedError as error:
        raise RejectedError(f"{label}: {error}") from error


def _only(lines: Lines, kept: NDArray[np.bool_]) -> Lines:
    """Some of the lines."""
    used, codes = np.unique(lines.codes[kept], return_inverse=True)
    return replace(
        lines,
        starts=lines.starts[kept],
        ends=lines.ends[kept],
        tabs=lines.tabs[kept],
        positions=lines.positions[kept],
        contigs=[lines.contigs[code] for code in used.tolist()],
        codes=codes,
    )
