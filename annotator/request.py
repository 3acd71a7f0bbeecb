"""What is asked of the annotation, and what comes of it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from annotator.batches import MOST_RECORDS
from annotator.matching import DETECT
from annotator.reference.bundle import Bundle
from annotator.summary import Summary


@dataclass(frozen=True, slots=True)
class Request:
    """What to annotate and with what.

    Attributes:
        source: the user's file.
        folder: for the results; it is there and is the caller's to clean.
        bundles: the references to choose from.
        file_name: the user's name for the file.
        assembly: ``detect``, or the user's choice such as ``GRCh37``.
        engine: ``vepyr`` (Ensembl VEP's consequences) or ``csq`` (bcftools').
        table: make the result as Parquet as well.
        report: make the report as well.
        index: make tabix's index of a sorted result as well.
        replace: take an earlier annotation out; without, it stays beside the new one.
        processes: how many may work at once; the result does not depend on it.
        most_records: in a batch; what is written of a record does not depend on it.
    """

    source: Path
    folder: Path
    bundles: tuple[Bundle, ...]
    file_name: str
    assembly: str = DETECT
    engine: str = "vepyr"
    table: bool = False
    report: bool = False
    index: bool = True
    replace: bool = False
    processes: int = 1
    most_records: int = MOST_RECORDS

    @property
    def command(self) -> str:
        """The command that asks for the same, without the files."""
        options = " --replace" if self.replace else ""
        return f"gas annotate --assembly {self.assembly} --engine {self.engine}{options}"


@dataclass(frozen=True, slots=True)
class Outcome:
    """The complete results, all in the request's folder.

    Attributes:
        index: None for a file that is not sorted, which has none, or if it was not asked for.
        table: the result as Parquet, if asked for.
        report: the result in words and pictures, as HTML, if asked for.
    """

    result: Path
    index: Path | None
    table: Path | None
    report: Path | None
    log: Path
    summary: Summary
