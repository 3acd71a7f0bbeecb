"""Selections of a result as files, made while they are sent."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from backend.domain.files import FileKeys, file_keys
from backend.domain.job import Job
from backend.domain.plans import Limits
from backend.domain.variant_conditions import Selection
from backend.domain.variant_filter import VariantFilter
from backend.services import variants_tsv, variants_vcf, variants_xlsx
from backend.services.access_log import Access, AccessLog, Via
from backend.services.ports import Clock, Files
from backend.services.results import require_result
from backend.services.variants import chosen_columns, columns_of
from backend.services.variants_places import Places
from backend.services.variants_ports import Tables
from backend.services.variants_tsv import tsv
from backend.services.variants_vcf import records_of
from backend.services.variants_xlsx import xlsx

EXPORT = "export"
# Each keeps a core busy as fast as somebody takes it.
_MOST_AT_ONCE = 8


class Form(StrEnum):
    """The forms of files."""

    TSV = "tsv"
    XLSX = "xlsx"
    VCF = "vcf"


@dataclass(frozen=True, slots=True)
class Export:
    """A file: *content* yields its bytes once, and raises where it cannot be made to its end."""

    name: str
    media_type: str
    content: Iterator[bytes]


_NAMES = {
    Form.TSV: ("variants.tsv", variants_tsv.MEDIA_TYPE),
    Form.XLSX: ("variants.xlsx", variants_xlsx.MEDIA_TYPE),
    Form.VCF: ("variants.vcf.gz", variants_vcf.MEDIA_TYPE),
}


@dataclass(frozen=True, slots=True)
class VariantExports:
    """Writes selections, none of them without a record of it."""

    outputs: Files
    tables: Tables
    log: AccessLog
    clock: Clock
    _places: Places = field(default_factory=lambda: Places(each=1, total=_MOST_AT_ONCE))

    def export(
        self,
        job: Job,
        limits: Limits,
        wanted: VariantFilter,
        form: Form,
        columns: tuple[str, ...],
        *,
        via: Via,
        request_id: str,
    ) -> Export:
        """Return what *wanted* leaves of the job's result as a file, for its owner.

        Raises:
            ConflictError: there is no result (yet, or any more), or it has no table.
            RejectedError: something in the request cannot be understood.
            UnavailableError: others are being made, or it cannot be recorded.
        """
        now = self.clock()
        require_result(job, limits, now)
        keys = file_keys(job.owner, job.id, job.generation)
        content = self._content(job.owner, form, keys, wanted, columns)
        # It begins here, so that whoever cannot be served is told so.
        begun = next(content)
        self.log.note(Access(job.owner, job.id, EXPORT, via, request_id, now))
        name, media_type = _NAMES[form]
        return Export(name, media_type, _behind(begun, content))

    def _content(
        self,
        owner: str,
        form: Form,
        keys: FileKeys,
        wanted: VariantFilter,
        columns: tuple[str, ...],
    ) -> Iterator[bytes]:
        with self._places.taken(owner):
            known = columns_of(self.tables, keys.table)
            chosen = chosen_columns(known, columns) or known.all
            condition = wanted.condition(known)
            if form is Form.VCF:
                numbers = self._records(keys.table, condition)
                yield from records_of(self.outputs.read(keys.result), numbers)
                return
            names = [column.name for column in chosen]
            batches = self.tables.rows(keys.table, condition, chosen)
            yield from tsv(names, batches) if form is Form.TSV else xlsx(names, batches)

    def _records(self, table: str, condition: Selection) -> Iterator[int]:
        """The numbers of the records of which a row fits."""
        for rows in self.tables.rows(table, condition, ()):
            for row in rows:
                yield row.record


def _behind(begun: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    """*begun*, and *rest* behind it."""
    yield begun
    yield from rest
