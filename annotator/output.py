"""Writing the annotated VCF: the user's own lines with keys added to INFO, bgzip and tabix."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

import pysam

from annotator.consequence import FIELDS
from annotator.guard import EXPLANATIONS
from backend import __version__

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path
    from types import TracebackType

    from annotator.guard import Reason
    from annotator.intake import Header
    from annotator.reference.bundle import Bundle

KEYS = (b"CSQ", b"GAS_STATUS")
"""The INFO keys that are ours; those of an earlier annotation are replaced."""

_OURS = (*(b"##INFO=<ID=" + key + b"," for key in KEYS), b"##GAS=<", b"##GAS_source=<")
_INFO_COLUMN = 7


class ResultFile:
    """The result while it is written; it gets its name and index when it is complete."""

    def __init__(self, place: Path) -> None:
        self._place = place
        self._part = place.with_name(place.name + ".part")
        self._file = pysam.BGZFile(str(self._part), "wb", None)

    def __enter__(self) -> Self:
        """The file, open for writing."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Give the complete file its name and index; remove an incomplete one."""
        self._file.close()
        if kind is not None:
            self._part.unlink(missing_ok=True)
            return
        self._part.rename(self._place)
        pysam.tabix_index(str(self._place), preset="vcf", force=True)

    def write(self, lines: Iterable[bytes]) -> None:
        """Append *lines*, which have no line ends."""
        self._file.write(b"".join(line + b"\n" for line in lines))


def header_lines(header: Header, bundle: Bundle, *, engine: str, resorted: bool) -> Iterator[bytes]:
    """The user's header without keys of an earlier annotation, and ours before the last line."""
    yield from (line for line in header.meta if not line.startswith(_OURS))
    yield from (line.encode() for line in _added(bundle, engine, resorted=resorted))
    yield header.columns


def _added(bundle: Bundle, engine: str, *, resorted: bool) -> Iterator[str]:
    """What we add: a line for each INFO key, and where the annotation comes from."""
    yield (
        "##INFO=<ID=CSQ,Number=.,Type=String,Description="
        f'"Consequence annotations from {engine}. Format: {"|".join(FIELDS)}">'
    )
    reasons = "; ".join(f"{reason}: {why}" for reason, why in EXPLANATIONS.items())
    yield (
        "##INFO=<ID=GAS_STATUS,Number=.,Type=String,Description="
        f'"Why the record, or one of its alleles, is not annotated. {reasons}">'
    )
    order = ',Order="sorted by contig and position"' if resorted else ""
    yield (
        f'##GAS=<Version="{__version__}",Engine="{engine}",Assembly="{bundle.assembly}",'
        f'Bundle="{bundle.name}",BundleHash="{bundle.hash}"{order}>'
    )
    for source in bundle.sources:
        yield (
            f'##GAS_source=<Name="{source.name}",Release="{source.release}",'
            f'Licence="{source.licence}",SHA256="{source.sha256}">'
        )


def with_info(line: bytes, csq: str, reasons: tuple[Reason, ...]) -> bytes:
    """A record with CSQ and GAS_STATUS in INFO, every other column as it was."""
    columns = line.split(b"\t", _INFO_COLUMN + 1)
    kept = columns[_INFO_COLUMN]
    if any(key in kept for key in KEYS):
        kept = without_ours(kept)
    added = []
    if reasons:
        added.append(b"GAS_STATUS=" + b",".join(reason.value.encode() for reason in reasons))
    if csq:
        added.append(b"CSQ=" + csq.encode())
    parts = [*([kept] if kept not in {b".", b""} else []), *added]
    columns[_INFO_COLUMN] = b";".join(parts) or b"."
    return b"\t".join(columns)


def without_ours(info: bytes) -> bytes:
    """INFO without the keys of an earlier annotation; empty if nothing is left."""
    return b";".join(item for item in info.split(b";") if item.partition(b"=")[0] not in KEYS)
