"""The variants of a result between the JSON of `wire` and the services."""

from __future__ import annotations

from typing import Any

from backend import wire
from backend.domain.variant_columns import Column, Columns
from backend.domain.variant_filter import VariantFilter
from backend.services.variants import Choice, Details, Page


def asked(wanted: wire.VariantFilter) -> VariantFilter:
    """Return the filter of a request."""
    return VariantFilter(
        genes=tuple(wanted.genes),
        impacts=tuple(wanted.impacts),
        consequences=tuple(wanted.consequences),
        regions=tuple(wanted.regions),
        max_frequency=wanted.max_frequency,
        significances=tuple(wanted.significances),
        zygosity=tuple(wanted.zygosity),
        text=wanted.text,
        query=wanted.query,
        pass_only=wanted.pass_only,
        every_consequence=wanted.every_consequence,
    )


def choice(wanted: wire.VariantsWanted) -> Choice:
    """Return what the page of a request is to have."""
    return Choice(
        columns=tuple(wanted.columns),
        sort=wanted.sort,
        descending=wanted.order == "desc",
        limit=wanted.limit,
        after=wanted.after,
    )


def page_view(page: Page) -> wire.VariantPage:
    """Return a page of rows."""
    return wire.VariantPage(
        columns=list(page.columns),
        rows=[
            wire.VariantRow(record=row.record, allele=row.allele, values=list(row.values))
            for row in page.rows
        ],
        count=page.count,
        count_is_exact=page.is_exact,
        after=page.after,
    )


def columns_view(columns: Columns) -> wire.VariantColumns:
    """Return what there is to show and to filter by."""
    return wire.VariantColumns(
        columns=[_column(column) for column in columns.all],
        samples=list(columns.zygosities()),
        frequency=columns.frequency,
        significance=columns.significance,
    )


def _column(column: Column) -> wire.VariantColumn:
    return wire.VariantColumn(
        name=column.name,
        type=column.kind.value,
        title=column.title,
        meaning=column.meaning,
        group=column.group.value,
        sample=column.sample,
        shown=column.shown,
    )


def details_view(record: int, allele: int, details: Details) -> wire.VariantDetails:
    """Return all that there is of an allele."""
    return wire.VariantDetails(
        record=record,
        allele=allele,
        values=dict(details.values),
        consequences=[dict(each) for each in details.consequences],
        genotypes=[
            wire.Genotype(sample=each.sample, call=each.call, zygosity=each.zygosity.value)
            for each in details.calls
        ],
    )


def summary_view(summary: dict[str, Any]) -> wire.ResultSummary:
    """Return the counts of a result."""
    return wire.ResultSummary.model_validate(summary)
