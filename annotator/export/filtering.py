"""Which rows of the table fit a selection."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from annotator.consequence import SEVERITY
from annotator.table.cells import as_numbers
from backend.domain.errors import RejectedError
from backend.domain.variant_conditions import contig_name

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from annotator.export.selection import Region, Selection

FREQUENCY = "gnomad_AF"
SIGNIFICANCE = "clinvar_CLNSIG"
_RENAMED = "GAS_"
"""Before the name of a column whose own name the user's file had taken already."""

IMPACTS = ("HIGH", "MODERATE", "LOW", "MODIFIER")
_SEPARATORS = re.compile(r"[/|,&]")


@dataclass(frozen=True, slots=True)
class Condition:
    """Something that rows have to fit.

    Attributes:
        columns: what it looks at.
        fits: of a table with these columns, which rows do.
    """

    columns: tuple[str, ...]
    fits: Callable[[pa.Table], NDArray[np.bool_]]


def conditions(selection: Selection, names: Collection[str]) -> tuple[Condition, ...]:
    """What rows have to fit, of a table with columns of these *names*.

    Raises:
        RejectedError: the table lacks a column for it, or there is no such impact or term.
    """
    found = tuple(_conditions(selection, names))
    for condition in found:
        for column in condition.columns:
            if column not in names:
                raise RejectedError(_missing(column))
    return found


def wanted_columns(selection: Selection, names: list[str]) -> list[str]:
    """The columns to write, in order.

    Raises:
        RejectedError: the table has no such column.
    """
    for column in selection.columns:
        if column not in names:
            raise RejectedError(f"The table has no column {column!r}.{_similar(column, names)}")
    return list(dict.fromkeys(selection.columns)) or names


def _conditions(selection: Selection, names: Collection[str]) -> Iterator[Condition]:
    """The conditions; the cheap ones that leave few rows come first."""
    if selection.genes:
        genes = {gene.upper() for gene in selection.genes}
        yield Condition(("symbol", "gene"), lambda table: _of_gene(table, genes))
    if selection.regions:
        regions = selection.regions
        # Earlier tables do not tell where REF ends.
        last = "ref_end" if "ref_end" in names else "ref"
        yield Condition(("chrom", "pos", last), lambda table: _in_regions(table, regions))
    if selection.impacts:
        impacts = {_impact(each) for each in selection.impacts}
        yield _by_text("impact", impacts.__contains__)
    if selection.consequences:
        terms = {_term(each) for each in selection.consequences}
        yield _by_text("consequence", lambda text: not terms.isdisjoint(text.split("&")))
    if selection.significances:
        wanted = {_spoken(each) for each in selection.significances}
        column = _ours(SIGNIFICANCE, names)
        yield _by_text(column, lambda text: not wanted.isdisjoint(_significances(text)))
    if selection.most_frequency is not None:
        most = _frequency(selection.most_frequency)
        frequency = _ours(FREQUENCY, names)
        yield Condition((frequency,), lambda table: ~(_numbers(table, frequency) > most))
    if selection.pass_only:
        yield _by_text("filter", "PASS".__eq__)
    if selection.picked:
        yield Condition(("picked",), lambda table: table.column("picked").to_numpy())


def _ours(column: str, names: Collection[str]) -> str:
    """What a source's column is called in this table."""
    renamed = _RENAMED + column
    return renamed if column not in names and renamed in names else column


def _by_text(column: str, fits: Callable[[str], bool]) -> Condition:
    """A condition on the text of one column."""
    return Condition((column,), lambda table: _where(table.column(column), fits))


def _where(column: pa.ChunkedArray, fits: Callable[[str], bool]) -> NDArray[np.bool_]:
    """Which texts fit; each different one is looked at once, and null does not fit."""
    encoded = column.combine_chunks()
    if not pa.types.is_dictionary(encoded.type):
        encoded = encoded.dictionary_encode()
    codes = encoded.indices.fill_null(len(encoded.dictionary)).to_numpy()
    fitting = [fits(text) for text in encoded.dictionary.to_pylist()]
    found: NDArray[np.bool_] = np.array([*fitting, False], dtype=bool)[codes]
    return found


def _of_gene(table: pa.Table, genes: set[str]) -> NDArray[np.bool_]:
    """Which rows are of a gene, by its symbol or identifier."""
    symbols = _where(table.column("symbol"), lambda text: text.upper() in genes)
    return symbols | _where(table.column("gene"), lambda text: text.upper() in genes)


def _in_regions(table: pa.Table, regions: tuple[Region, ...]) -> NDArray[np.bool_]:
    """Which rows' REF overlaps one of the regions."""
    starts = table.column("pos").to_numpy().astype(np.int64)
    if "ref_end" in table.column_names:
        ends = table.column("ref_end").to_numpy().astype(np.int64)
    else:
        ends = starts + pc.utf8_length(table.column("ref")).fill_null(1).to_numpy() - 1
    found = np.zeros(len(starts), dtype=bool)
    for region in regions:
        is_there = _where(table.column("chrom"), _is_contig(region.contig))
        found |= is_there & (starts <= region.end) & (ends >= region.start)
    return found


def _is_contig(name: str) -> Callable[[str], bool]:
    """Whether a contig is called *name*, with or without ``chr``, or ``M`` for ``MT``."""
    plain = contig_name(name)
    return lambda text: contig_name(text) == plain


def _numbers(table: pa.Table, column: str) -> NDArray[np.float64]:
    """A column of numbers, NaN where there is none."""
    values = table.column(column).combine_chunks()
    if pa.types.is_string(values.type):
        values = as_numbers(values, pa.float64())
    numbers: NDArray[np.float64] = values.to_numpy(zero_copy_only=False).astype(np.float64)
    return numbers


def _significances(text: str) -> set[str]:
    """The significances in a value of ClinVar's, such as ``Pathogenic/Likely_pathogenic``."""
    return {_spoken(each) for each in _SEPARATORS.split(text)}


def _spoken(text: str) -> str:
    """A significance whatever its case and spaces."""
    return text.lower().replace("_", " ").strip()


def _impact(text: str) -> str:
    """One of the four impacts."""
    if text.upper() not in IMPACTS:
        raise RejectedError(f"There is no impact {text!r}; use {', '.join(IMPACTS)}.")
    return text.upper()


def _frequency(value: float) -> float:
    """A frequency."""
    if not 0 <= value <= 1:
        raise RejectedError(f"{value:g} is not a frequency; use a number from 0 to 1.")
    return value


def _term(text: str) -> str:
    """A term of the Sequence Ontology."""
    term = text.strip().replace(" ", "_")
    if term not in SEVERITY:
        raise RejectedError(
            f"There is no consequence {text!r}; use a term of the Sequence Ontology such as "
            f"missense_variant.{_similar(term, SEVERITY)}"
        )
    return term


def _missing(column: str) -> str:
    """Why a condition cannot be looked at."""
    lacking = {
        FREQUENCY: "frequencies: annotate with a reference bundle that has gnomAD",
        SIGNIFICANCE: "clinical significance: annotate with a reference bundle that has ClinVar",
    }
    return f"The table has no {lacking.get(column, f'column {column}: make it anew')}."


def _similar(name: str, names: Collection[str]) -> str:
    """A sentence with names like *name*, if there are any."""
    close = get_close_matches(name, names, n=3)
    return f" Did you mean {' or '.join(close)}?" if close else ""
