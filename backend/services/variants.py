"""Looking at the variants of a result: a page at a time, one in all detail, or their counts."""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from difflib import get_close_matches
from typing import Any

from backend.domain.errors import ConflictError, NotFoundError, RejectedError
from backend.domain.files import file_keys
from backend.domain.job import Job
from backend.domain.plans import Limits
from backend.domain.variant_columns import PICKED, Column, Columns, Group
from backend.domain.variant_filter import VariantFilter
from backend.domain.variant_order import HGVS, Sort, hgvs_sort
from backend.domain.variant_zygosity import Zygosity, zygosity
from backend.services.access_log import Access, AccessLog, Via
from backend.services.ports import Clock, Files
from backend.services.results import require_result
from backend.services.variants_places import Places
from backend.services.variants_ports import Row, Tables, Value, Wanted
from backend.services.variants_summary import read_summary

VIEW = "view"
# So often somebody who goes on looking at a job is recorded anew.
RECORDED_EVERY = timedelta(hours=1)
_MOST_VISITS = 10_000
_FARTHEST = 10**12


@dataclass(frozen=True, slots=True)
class Choice:
    """What a page is to have.

    Attributes:
        columns: by name; those that are shown without.
        sort: the name of a column, or `HGVS`; None for the order of the file.
        after: the place that the page before named.
    """

    columns: tuple[str, ...] = ()
    sort: str | None = None
    descending: bool = False
    limit: int = 100
    after: str | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """A page of rows; *after* asks for the next, None at the end."""

    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    count: int
    is_exact: bool
    after: str | None


@dataclass(frozen=True, slots=True)
class Call:
    """What the file says of a sample at one allele."""

    sample: str
    call: str | None
    zygosity: Zygosity


@dataclass(frozen=True, slots=True)
class Details:
    """All that a table says of one allele.

    Attributes:
        values: of the variant and of the sources, by column.
        consequences: each by column; the first is the one that stands for the allele.
    """

    values: dict[str, Value]
    consequences: list[dict[str, Value]]
    calls: list[Call]


@dataclass(frozen=True, slots=True)
class ResultTable:
    """The table of one result; an account reads a few pages at once, and others have to wait."""

    tables: Tables
    key: str
    owner: str
    places: Places

    def columns(self) -> Columns:
        """Return its columns.

        Raises:
            ConflictError: the result has no table.
            UnavailableError: too many are reading.
        """
        # Until a table is at hand, even its columns have to be fetched.
        with self.places.taken(self.owner):
            return columns_of(self.tables, self.key)

    def page(self, wanted: VariantFilter, choice: Choice) -> Page:
        """Return a page of the rows that *wanted* leaves.

        Raises:
            ConflictError: the result has no table.
            RejectedError: something in the request cannot be understood, or not be had.
            UnavailableError: too many are reading.
        """
        mark = _mark(wanted, choice)
        place = _place(choice.after, mark)
        with self.places.taken(self.owner):
            asked = self._asked(columns_of(self.tables, self.key), wanted, choice)
            found = self.tables.page(self.key, asked, place)
        after = None if found.after is None else f"{mark}-{found.after}"
        names = tuple(column.name for column in asked.columns)
        return Page(names, found.rows, found.count, found.is_exact, after)

    def _asked(self, columns: Columns, wanted: VariantFilter, choice: Choice) -> Wanted:
        chosen = chosen_columns(columns, choice.columns) or tuple(
            column for column in columns.all if column.shown
        )
        sort = _sort(columns, choice)
        return Wanted(wanted.condition(columns), chosen, choice.limit, sort, self.owner)

    def details(self, record: int, allele: int) -> Details:
        """Return all that there is of an allele.

        Raises:
            ConflictError: the result has no table.
            NotFoundError: there is no such allele.
            UnavailableError: too many are reading.
        """
        with self.places.taken(self.owner):
            columns = columns_of(self.tables, self.key)
            rows = self.tables.variant(self.key, record, allele, columns.all)
        if not rows:
            raise NotFoundError(f"Record {record} of the result has no allele {allele}.")
        values = [dict(zip(columns.names(), row.values, strict=True)) for row in rows]
        values.sort(key=lambda row: row[PICKED] is not True)
        of_consequence = columns.in_group(Group.CONSEQUENCE)
        consequences = [_only(row, of_consequence) for row in values]
        return Details(
            _only(values[0], columns.in_group(Group.VARIANT, Group.SOURCE)),
            [each for each in consequences if any(value is not None for value in each.values())],
            _calls(columns, values[0], allele),
        )


class _Visits:
    """When jobs were looked at last, as far as this process knows; threads may share it."""

    def __init__(self) -> None:
        self._latest: OrderedDict[str, datetime] = OrderedDict()
        self._lock = threading.Lock()

    def is_new(self, job_id: str, now: datetime) -> bool:
        """Whether a visit now is to be recorded."""
        with self._lock:
            latest = self._latest.get(job_id)
        return latest is None or now - latest >= RECORDED_EVERY

    def add(self, job_id: str, now: datetime) -> None:
        """Remember that a visit is recorded."""
        with self._lock:
            self._latest[job_id] = now
            self._latest.move_to_end(job_id)
            if len(self._latest) > _MOST_VISITS:
                self._latest.popitem(last=False)


@dataclass(frozen=True, slots=True)
class Variants:
    """Opens the tables of results for their owners, never without a record of it."""

    outputs: Files
    tables: Tables
    log: AccessLog
    clock: Clock
    _visits: _Visits = field(default_factory=_Visits)
    _places: Places = field(default_factory=lambda: Places(each=4, total=12))

    def look(self, job: Job, limits: Limits, *, via: Via, request_id: str) -> ResultTable:
        """Return the table of the job's result to look at; recorded once an hour.

        Raises:
            ConflictError: there is no result (yet, or any more).
            UnavailableError: it cannot be recorded, so it is not opened.
        """
        now = self.clock()
        require_result(job, limits, now)
        self._note(job, via, request_id, now)
        key = file_keys(job.owner, job.id, job.generation).table
        return ResultTable(self.tables, key, job.owner, self._places)

    def summary(self, job: Job, *, via: Via, request_id: str) -> dict[str, Any]:
        """Return the counts of the job's result, as long as there is the job; recorded as a look.

        Raises:
            ConflictError: there is no result yet, or it has no summary.
            UnavailableError: it cannot be recorded, so it is not shown.
        """
        if job.result is None:
            raise ConflictError(f"The job is {job.status.value}: there is no summary.")
        try:
            stored = b"".join(self.outputs.read(file_keys(job.owner, job.id).summary))
        except NotFoundError as error:
            raise ConflictError("The result has no summary; annotate the file again.") from error
        self._note(job, via, request_id, self.clock())
        return read_summary(stored)

    def _note(self, job: Job, via: Via, request_id: str, now: datetime) -> None:
        """Record that the owner looks at the job's result, if this hour nobody did."""
        if self._visits.is_new(job.id, now):
            self.log.note(Access(job.owner, job.id, VIEW, via, request_id, now))
            self._visits.add(job.id, now)


def columns_of(tables: Tables, key: str) -> Columns:
    """Return the columns of a result's table.

    Raises:
        ConflictError: the result has no table.
    """
    try:
        return tables.columns(key)
    except NotFoundError as error:
        raise ConflictError(
            "The result has no table, so it cannot be shown; annotate the file again."
        ) from error


def chosen_columns(columns: Columns, names: tuple[str, ...]) -> tuple[Column, ...]:
    """Return the columns of these *names*, each of them once.

    Raises:
        RejectedError: there is no such column.
    """
    return tuple(_column(columns, name) for name in dict.fromkeys(names))


def _column(columns: Columns, name: str) -> Column:
    column = columns.get(name)
    if column is None:
        close = get_close_matches(name, columns.names(), n=3)
        hint = f" Did you mean {' or '.join(close)}?" if close else ""
        raise RejectedError(f"The result has no column {name[:60]!r}.{hint}")
    return column


def _sort(columns: Columns, choice: Choice) -> Sort | None:
    if choice.sort is None:
        return None
    by_names = hgvs_sort(columns, descending=choice.descending) if choice.sort == HGVS else None
    return by_names or Sort(_column(columns, choice.sort), choice.descending)


def _mark(wanted: VariantFilter, choice: Choice) -> str:
    """What a place belongs to: it leads nowhere with another filter or order."""
    asked = repr((wanted, choice.sort, choice.descending))
    return hashlib.sha256(asked.encode()).hexdigest()[:16]


def _place(after: str | None, mark: str) -> int:
    if after is None:
        return 0
    of, _, place = after.partition("-")
    if of != mark or not place.isascii() or not place.isdigit() or int(place) > _FARTHEST:
        raise RejectedError(
            "The place is not one that an earlier page with this filter and order named; "
            "begin with the first page."
        )
    return int(place)


def _only(row: dict[str, Value], columns: tuple[Column, ...]) -> dict[str, Value]:
    return {column.name: row[column.name] for column in columns}


def _calls(columns: Columns, row: dict[str, Value], allele: int) -> list[Call]:
    stored = [each for each in columns.in_group(Group.SAMPLE) if each.call is None]
    calls = []
    for column in stored:
        call = row[column.name]
        text = call if isinstance(call, str) else None
        calls.append(Call(column.sample or "", text, zygosity(text, allele)))
    return calls
