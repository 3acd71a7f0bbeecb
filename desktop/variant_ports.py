"""What the window asks of the rest of the app about the variants of a result."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

from backend.wire import (
    ResultSummary,
    VariantColumns,
    VariantDetails,
    VariantExport,
    VariantFilter,
    VariantPage,
    VariantsWanted,
)
from desktop.ports import Progress


class Variants(Protocol):
    """The variants of results; every call raises DesktopError.

    ConflictError says that a result cannot be looked at (yet, or any more).
    """

    async def columns(self, job_id: str) -> VariantColumns:
        """Return what a result has to show and to filter by."""
        ...

    async def summary(self, job_id: str) -> ResultSummary:
        """Return the counts of a result, which outlive it."""
        ...

    async def page(self, job_id: str, wanted: VariantsWanted) -> VariantPage:
        """Return a page of variants.

        Raises:
            QueryError: the query cannot be read.
            ForbiddenError: something else in the filter makes no sense for this result.
        """
        ...

    async def details(self, job_id: str, record: int, allele: int) -> VariantDetails:
        """Return all that a result says of one variant."""
        ...

    async def export(
        self, job_id: str, wanted: VariantExport, path: Path, progress: Progress
    ) -> None:
        """Save a selection at *path*, in place of what is there; cancelling leaves no trace.

        Raises:
            ForbiddenError: it cannot be saved there, or the selection makes no sense.
        """
        ...


class SavedFilters(Protocol):
    """Filters that people keep; every call raises DesktopError."""

    async def load(self, owner: str) -> Mapping[str, VariantFilter]:
        """Return the filters of *owner* by name, in the order of their names."""
        ...

    async def save(self, owner: str, name: str, wanted: VariantFilter) -> None:
        """Keep a filter in place of the one of that name."""
        ...

    async def remove(self, owner: str, name: str) -> None:
        """Forget the filter of that name, if there is one."""
        ...


class ChosenColumns(Protocol):
    """Which columns of the variants people chose; every call raises DesktopError."""

    async def load_columns(self, owner: str) -> Mapping[str, bool]:
        """Return whether *owner* has columns shown, by key; of the others nothing was said."""
        ...

    async def save_columns(self, owner: str, choices: Mapping[str, bool]) -> None:
        """Keep the choices of these columns; those of others stay."""
        ...

    async def forget_columns(self, owner: str) -> None:
        """Forget all that *owner* chose."""
        ...
